"""The Paths tool under a real mouse: what the dialog makes of it, and of Ctrl+Z on the path."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import XY, Artist
from tests.service.running import Daemon

NOSE = (250.0, 270.0)
NEAR = (274.0, 274.0)
# A hand that moves does not rest so long, however slowly the machine lets it move.
HAND_SECONDS = 5.0


@pytest.fixture
def artist(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture and the dialog open, in which nothing is pulled at once."""
    someone = Artist(*both)
    someone.begin()
    someone.open_dialog(live=False)
    someone.plugin.run(
        """
        from tugline_gimp.following import PathFollower
        follower = next(one for one in gc.get_objects() if type(one) is PathFollower)
        """
    )
    yield someone
    someone.leave()


def click(artist: Artist, place: XY) -> None:
    artist.gimp.mouse.click(*artist.view.on_screen(*place))


def test_the_first_click_is_a_handle_that_waits_for_its_target(artist: Artist) -> None:
    artist.plugin.run("settings(live=True)")
    artist.gimp.focus()
    artist.gimp.key("b")
    click(artist, NOSE)
    artist.plugin.wait_for("len(follower.unfinished) == 1")
    artist.plugin.wait_for("settled()")
    assert artist.plugin.value("arrows()") == []
    click(artist, NEAR)
    artist.plugin.wait_for("bench.pull is not None or bench.ended is not None")
    assert artist.plugin.value("follower.unfinished") == []


def test_a_drag_does_not_end_under_the_hand(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    artist.plugin.run(f"settings(live=True); following.REST_SECONDS = {HAND_SECONDS}")
    there, further = (270.0, 280.0), (266.0, 290.0)
    mouse, on_screen = artist.gimp.mouse, artist.view.on_screen
    mouse.pull(on_screen(*NEAR), on_screen(*there))
    artist.plugin.wait_for("pulling()")

    # Many times as long as the drag takes that nobody holds.
    mouse.path([on_screen(there[0] + number % 2, there[1]) for number in range(30)], pace=0.1)
    assert artist.plugin.value("bench.pull is not None and bench.holding")
    assert artist.gimp.value("strokes(image)[0][:2]") == pytest.approx(NOSE, abs=1)
    artist.plugin.run("hand_stays(False)")
    mouse.path([on_screen(*further)])
    mouse.up()
    artist.plugin.wait_for("bench.ended is not None and settled()")
    assert artist.gimp.value("strokes(image)[0][2:]") == pytest.approx(further, abs=1)
    artist.undo("top(image) == layer")
    assert artist.gimp.value("strokes(image)") == [pytest.approx((*NOSE, *further), abs=1)]


def test_an_undo_of_the_hands_own_step_pulls_nothing(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    artist.pull_anchor(NEAR, (230.0, 280.0))
    artist.plugin.wait_for("arrows()[0][2] < 240 and settled()")
    artist.plugin.run("settings(live=True)")
    artist.undo("strokes(image)[0][2] > 260")
    artist.plugin.wait_for("arrows()[0][2] > 260 and settled()")
    artist.undo("strokes(image)[0][:2] == strokes(image)[0][2:]")
    artist.plugin.wait_for("arrows() == [] and settled()")
    artist.redo("strokes(image)[0][2] > 260")
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    assert artist.plugin.value("bench.ended is None")
    assert artist.gimp.value("top(image) == layer")


def test_arrows_of_the_dialog_are_one_step_each(artist: Artist) -> None:
    add = "bench.put(bench.gestures.arrows.add({}, {}, bench.reference())[0])"
    artist.plugin.run(add.format((50, 50), (60, 55)))
    artist.gimp.wait_for("strokes(image) == [[200, 200, 240, 220]]")
    artist.gimp.wait_for("len(image.get_selected_paths()) == 1")
    artist.plugin.wait_for("settled()")
    artist.draw((100.0, 100.0), (120.0, 130.0))
    artist.plugin.wait_for("len(arrows()) == 2 and settled()")
    artist.plugin.run(add.format((20, 80), (20, 90)))
    artist.gimp.wait_for("len(strokes(image)) == 3")
    artist.undo("len(image.get_paths()) == 2")
    artist.plugin.wait_for("len(arrows()) == 2 and settled()")
    # The path that the tool had begun goes anchor by anchor.
    artist.undo("len(image.get_paths()[0].stroke_get_points(1).controlpoints) == 6")
    artist.undo("len(image.get_paths()) == 1")
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    artist.undo("image.get_paths() == []")
    artist.plugin.wait_for("arrows() == [] and settled()")


def test_the_tool_that_is_taken_up_again_goes_on_with_the_arrows(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    artist.gimp.key("r")
    # GIMP's tool begins another path here; its strokes count with those of the first.
    artist.draw((150.0, 400.0), (170.0, 390.0))
    artist.plugin.wait_for("len(arrows()) == 2 and settled()")
    assert artist.gimp.value("len(image.get_paths())") == 2
    artist.plugin.run("desk.run()")
    artist.plugin.wait_for("bench.ended is not None and settled()")
    assert artist.gimp.value("[len(image.get_paths()), len(strokes(image))]") == [1, 2]
    # No anchor is chosen after a drag, so a click begins the next arrow.
    click(artist, (100.0, 100.0))
    click(artist, (120.0, 110.0))
    artist.plugin.wait_for("len(arrows()) == 3")
    assert artist.gimp.value("len(image.get_paths())") == 1


def test_a_click_on_a_visible_arrow_takes_it_up(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    artist.gimp.key("r")
    artist.gimp.key("b")
    click(artist, ((NOSE[0] + NEAR[0]) / 2, (NOSE[1] + NEAR[1]) / 2))
    artist.pull_anchor(NEAR, (230.0, 280.0))
    artist.plugin.wait_for("arrows()[0][2] < 240")
    assert artist.gimp.value("len(image.get_paths())") == 1
