"""What goes wrong around an open dialog, in the real GIMP: hands too quick, workers that hang."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import Artist, at_work
from tests.service.running import Daemon

# The tip of the nose of the picture, and a place that it does not come to soon.
NOSE = (250.0, 270.0)
FAR = (400.0, 400.0)
WHOLE = ["Tugline", "Background"]


@pytest.fixture
def artist(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture and the dialog open."""
    with at_work(*both) as someone:
        yield someone


def is_whole(artist: Artist) -> bool:
    """Whether nothing is left of a pull: Tugline's layer is seen, and no preview is there."""
    return bool(
        artist.gimp.value("[names(image), [one.get_visible() for one in image.get_layers()]]")
        == [WHOLE, [True, True]]
    )


def test_the_dialog_can_be_closed_while_the_hand_is_still_on_the_path(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR, lets_go=False)
    artist.plugin.click("find('Close', Gtk.Button)")
    artist.plugin.wait_for("desk.state().busy.value == 'stopping'")
    assert artist.plugin.value("bench.holding")
    artist.plugin.run("hand_stays(False)")
    artist.plugin.wait_for("not bench.holding")
    artist.go_on()
    artist.plugin.wait_for_end()
    assert is_whole(artist)
    assert artist.gimp.value("pixels(top(image)) != before")


def test_a_worker_that_hangs_keeps_no_dialog_open(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.run("from tugline_edit import patience; patience.STOP_MS = 500")
    artist.close_dialog()
    assert is_whole(artist)
    assert artist.gimp.value("pixels(top(image)) != before"), "it keeps what was seen last"


def test_a_stop_that_a_worker_does_not_answer_keeps_the_last_frame(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.run("from tugline_edit import patience; patience.STOP_MS = 500")
    artist.plugin.click("find('Stop', Gtk.Button)")
    artist.wait_idle()
    assert is_whole(artist)
    assert artist.gimp.value("pixels(top(image)) != before")
    assert artist.plugin.value("desk.state().message").startswith("The daemon did not answer")


def test_what_is_stopped_can_be_taken_back_while_a_worker_hangs(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.click("find('Stop', Gtk.Button)")
    artist.plugin.wait_for("desk.state().busy.value == 'stopping'")
    artist.plugin.click("find('Take back', Gtk.Button)")
    artist.plugin.wait_for("bench.idle")
    assert is_whole(artist)
    assert artist.gimp.value("pixels(top(image)) == before")


def test_closed_a_second_time_the_dialog_goes_at_once_and_takes_back(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.click("find('Close', Gtk.Button)")
    artist.plugin.wait_for("desk.state().busy.value == 'stopping'")
    artist.close_dialog()
    assert is_whole(artist)
    assert artist.gimp.value("pixels(top(image)) == before")


@pytest.mark.parametrize("pulls", [False, True], ids=["at rest", "in mid-drag"])
def test_the_dialog_of_an_image_that_is_closed_goes_without_a_word(
    artist: Artist, pulls: bool
) -> None:
    if pulls:
        artist.pull_and_hold(NOSE, FAR)
    artist.gimp.run("shown.remove(display); display.delete()")
    artist.plugin.wait_for_end()
    assert not artist.is_told_something()


def test_a_layer_is_in_no_answer_to_an_artist(artist: Artist) -> None:
    # With one in it GIMP 3.0.4 crashed within twenty images that were closed right after that.
    artist.close_dialog()
    dialog = artist.gimp.plugin_of(
        lambda: artist.gimp.post("answer = drag(top(image), mode=Gimp.RunMode.INTERACTIVE)")
    )
    dialog.wait_for("'Drag points' in windows()")
    dialog.post("find('Close', Gtk.Button).clicked()")
    dialog.wait_for_end()
    assert artist.gimp.value("[type(one).__name__ for one in answer]") == [
        "NoneType",
        "float",
        "str",
        "int",
    ]


def test_arrows_that_are_cleared_in_mid_drag_end_it_and_do_not_come_back(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.click("find('Clear arrows', Gtk.Button)")
    artist.plugin.wait_for("bench.pull.phase.value == 'stopping'")
    ends_without_arrows(artist)


def test_a_path_that_is_removed_in_mid_drag_ends_it_and_does_not_come_back(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.gimp.run("image.remove_path(image.get_paths()[0])")
    artist.plugin.wait_for("bench.pull.phase.value == 'stopping'")
    ends_without_arrows(artist)


def ends_without_arrows(artist: Artist) -> None:
    """See that the picture is kept, and that neither side of the follower has an arrow."""
    artist.plugin.run("""
from tugline_gimp.following import PathFollower
follower = next(one for one in gc.get_objects() if type(one) is PathFollower)
""")
    artist.go_on()
    artist.wait_idle()
    artist.plugin.wait_for("follower._agreed.layer_id == bench.edit.layer_id")
    artist.plugin.wait_for("not bench.holding")
    assert artist.gimp.value("strokes(image)") == []
    assert artist.plugin.value("[arrows(), bench.idle, len(bench.edit.history.states)]") == [
        [],
        True,
        2,
    ]
    assert artist.gimp.value("pixels(top(image)) != before")
