"""Ctrl+Z of a real GIMP over layers and paths: whose the arrows on the canvas are then."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import Artist
from tests.service.running import Daemon

NOSE = (250.0, 270.0)
NEAR = (274.0, 274.0)

STATE = "[top(image).get_tattoo(), len(names(image)), strokes(image), pixel(image, 9, 9)]"


@pytest.fixture
def artist(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture and the dialog open, and an arrow that was not pulled yet."""
    someone = Artist(*both)
    someone.begin()
    someone.open_dialog(live=False)
    someone.plugin.run(
        """
        def edit():
            return bench.edit.record.edit
        """
    )
    someone.draw(NOSE, NEAR)
    someone.plugin.wait_for("len(arrows()) == 1 and settled()")
    yield someone
    someone.leave()


def paint(artist: Artist) -> None:
    """Paint into the corner of Tugline's layer: one step."""
    artist.gimp.run(
        """
        image.undo_group_start()
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 60, 60)
        top(image).edit_fill(Gimp.FillType.FOREGROUND)
        Gimp.Selection.none(image)
        image.undo_group_end()
        Gimp.displays_flush()
        """
    )


def pull(artist: Artist) -> None:
    artist.plugin.run("said.clear(); desk.run()")
    artist.plugin.wait_for("bench.ended is not None and settled() and said")


def aim(artist: Artist, x: float, y: float) -> None:
    """Set the target in the dialog: one step."""
    artist.plugin.run(
        f"""
        arrow = bench.gestures.arrows.items[0]
        bench.put(bench.gestures.arrows.with_target(arrow.id, ({x}, {y})))
        """
    )
    artist.gimp.wait_for(f"strokes(image)[0][2:] == [{4 * x}, {4 * y}]")


def state(artist: Artist) -> list[Any]:
    """Return what the image shows, once the dialog shows the same arrows and has let go."""
    artist.plugin.wait_for("bench.edit is not None and settled()")

    def agreed() -> list[Any] | None:
        seen: list[Any] = artist.gimp.value(STATE)
        drawn, edited = artist.plugin.value("[arrows(), bench.edit.layer_id]")
        same = seen[2] == [pytest.approx(arrow, abs=0.01) for arrow in drawn]
        return seen if same and str(seen[0]) == edited else None

    found: list[Any] = artist.gimp.wait_until(agreed, "the dialog to show what the canvas does")
    return found


def test_undo_and_redo_over_paint_and_the_layer_above_it_keep_the_arrows(artist: Artist) -> None:
    states = [state(artist)]
    pull(artist)
    states.append(state(artist))
    edit = artist.plugin.value("edit()")
    paint(artist)
    states.append(state(artist))
    aim(artist, 40, 60)
    states.append(state(artist))
    pull(artist)
    assert artist.plugin.value("edit()") != edit, "it went on in a layer of its own"
    last = state(artist)
    artist.undo(f"{STATE} != {last}")
    states += [state(artist), last]
    assert [one[1] for one in states] == [2, 2, 2, 2, 3, 3]
    assert [one[2] for one in states[3:5]] == [
        [pytest.approx([*states[2][2][0][:2], 160, 240])]
    ] * 2
    assert len({str(one) for one in states}) == 6
    for before in reversed(states[:4]):
        artist.undo(f"{STATE} == {before}")
        assert state(artist) == before
    for after in states[1:]:
        artist.redo(f"{STATE} == {after}")
        assert state(artist) == after
    assert artist.gimp.value("len(image.get_paths())") == 1


def test_the_empty_path_of_a_layer_that_was_looked_at_harms_no_redo(artist: Artist) -> None:
    artist.gimp.run("second = generate(image, above=[top(image)], seed=5)")
    artist.gimp.run("image.set_selected_layers([second]); Gimp.displays_flush()")
    second = str(artist.gimp.value("second.get_tattoo()"))
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id == {second!r}")
    artist.gimp.wait_for("len(image.get_paths()) == 2")
    artist.plugin.wait_for("settled()")  # the empty path is chosen by now
    for place in ((100.0, 100.0), (120.0, 110.0)):
        artist.gimp.mouse.click(*artist.view.on_screen(*place))
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    assert artist.gimp.value("[len(path.get_strokes()) for path in image.get_paths()]") == [1, 1]
    artist.gimp.key("ctrl+z")
    artist.gimp.undo("[len(path.get_strokes()) for path in image.get_paths()] == [0, 1]")
    artist.plugin.wait_for("arrows() == [] and settled()")
    artist.gimp.run("image.set_selected_layers([layer]); Gimp.displays_flush()")
    artist.gimp.wait_for("len(image.get_paths()) == 1")
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    for _ in range(2):
        artist.gimp.key("ctrl+y")
    artist.gimp.key("ctrl+a")  # what comes of the keys before is there when this is
    artist.gimp.wait_for("not Gimp.Selection.is_empty(image)")
    artist.plugin.wait_for("len(arrows()) == 1 and settled()")
    assert artist.gimp.value("len(image.get_paths())") == 1
