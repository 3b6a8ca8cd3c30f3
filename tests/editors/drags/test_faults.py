"""What goes wrong around a drag: nothing that was seen is lost, and it is said in a sentence."""

import math
import signal
from collections.abc import Iterator

import pytest

from tests.editors.drags.artist import Artist, nose
from tests.editors.drags.conftest import Studio
from tests.slowness import slowness


@pytest.fixture(autouse=True)
def _a_daemon_afterwards(studio: Studio) -> Iterator[None]:
    yield
    studio.renew_daemon()


def _far_pull(artist: Artist) -> None:
    """Generate a picture, and begin a drag of it that takes long."""
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.run_far()


def test_stop_keeps_the_present_picture_and_one_undo_goes_back(artist: Artist) -> None:
    _far_pull(artist)
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 2
    artist.krita.undo("bench.edit and bench.edit.state.parent == ''")


def test_escape_goes_back_to_the_picture_before(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    artist.pull(start, (start[0] + 45, start[1] + 35))
    artist.krita.run("bench._held = True")
    artist.krita.key("Return")
    artist.krita.wait_for("bench.pull is not None and bench.pull.steps > 1")
    artist.krita.key("Escape")
    artist.wait_idle()
    assert artist.picture() == before
    assert artist.krita.value("len(bench.edit.history.states)") == 1
    assert artist.layers()[1:] == ["Tugline"]


def test_a_daemon_killed_in_mid_drag_comes_back_and_the_drag_goes_on(
    artist: Artist, studio: Studio
) -> None:
    _far_pull(artist)
    artist.krita.run("steps_when_lost.clear()")
    studio.daemon.end(signal.SIGKILL)
    artist.krita.wait_for("steps_when_lost")
    artist.shot("killed")
    artist.krita.wait_for("desk.state().connected and not bench.pull.interrupted")
    # It may have arrived before: then there are steps to make for another target only.
    artist.krita.run(
        """
        arrows_now = bench.gestures.arrows
        x, y = arrows_now.items[0].target
        another = arrows_now.with_target(arrows_now.items[0].id, (x - 30, y - 20))
        bench.pull_to(another, hold=True)
        """
    )
    artist.krita.wait_for("bench.pull.steps > steps_when_lost[-1]")
    own = studio.daemon.process
    assert own is not None
    assert studio.daemon.endpoint.pid != own.pid, "the plugin started it"
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 2


def test_stopped_while_the_daemon_is_gone_the_last_frame_stays(
    artist: Artist, studio: Studio
) -> None:
    _far_pull(artist)
    artist.krita.run("commands = desk.care._commands; desk.care._commands = type(commands)()")
    studio.daemon.end(signal.SIGKILL)
    artist.krita.wait_for("bench.pull is not None and bench.pull.interrupted")
    seen = artist.krita.value("bench.pull.points[0].handle")
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    artist.krita.run("desk.care._commands = commands")
    assert math.dist(artist.arrows()[0]["handle"], seen) < 0.01
    assert artist.krita.value("len(bench.edit.history.states)") == 2


def test_stopped_while_the_worker_hangs_the_last_frame_stays(
    artist: Artist, studio: Studio
) -> None:
    _far_pull(artist)
    artist.krita.run("from tugline_edit import patience; patience.STOP_MS = 500")
    with studio.daemon.worker_held():
        artist.krita.run("desk.stop()")
        artist.wait_idle()
        assert artist.layers()[1:] == ["Tugline"]
        assert artist.krita.value("len(bench.edit.history.states)") == 2
        assert artist.krita.value("desk.state().message").startswith("The daemon did not answer")
    artist.krita.run("patience.STOP_MS = 8000; desk.clear_arrows()")
    artist.pull((40.0, 40.0), (75.0, 75.0))
    artist.run_held()
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 3


def test_the_desk_never_blocks_krita_for_long(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    blocks = []
    for x, y in ((10, 0), (0, 8), (8, 8)):  # what the machine adds is now in one, now in another
        artist.krita.run("desk.clear_arrows()")
        artist.krita.mark()
        artist.pull(start, (start[0] + x, start[1] + y))
        artist.wait_idle()
        blocks.append(artist.krita.longest_block())
    assert min(block.busy for block in blocks) < 50 * slowness(), blocks
