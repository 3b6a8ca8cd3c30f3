"""An artist before GIMP, with Tugline's Drag dialog beside the image."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.editors.gimp.canvas import View
from tests.editors.gimp.plugin_process import PluginProcess
from tests.editors.gimp.scripts import NAMES
from tests.editors.gimp.session import GimpSession
from tests.editors.wire import EditorError
from tests.service.running import Daemon
from tools.editors.room import RoomFailed

XY = tuple[float, float]

SIDE = 512
"""The image's side, which its picture fills; the model's own picture is a quarter of it."""

_DIALOG_AT = (1120, 60)
# So many of the twenty or so that a far pull takes.
_STEPS_HELD = 3
IN_PLUGIN = """
import dataclasses, gc, math
from tugline_edit import bench as benches, patience
from tugline_gimp import following
from tugline_gimp.desk import GimpDesk
# However slow the machine is, a worker that runs answers, and no Ctrl+Z comes while the record of
# the arrows is written.
patience.STOP_MS = 60_000
benches.QUIET_SECONDS = math.inf
rest_seconds = following.REST_SECONDS
desk = next(one for one in gc.get_objects() if type(one) is GimpDesk)
bench = desk.bench
said = []
desk.watch(lambda state: said.append(state.message) if state.message not in said[-1:] else None)

def settings(**changes):
    desk.change_settings(dataclasses.replace(desk.settings, **changes))

def arrows():
    placed = bench.edit.record.placement.to_document.map
    return [[*placed(one.handle), *placed(one.target)] for one in bench.gestures.arrows]

def pulling():
    return bench.pull is not None and bench.pull.steps > 0

def settled():
    return bench.idle and not bench.holding

def hand_stays(on):
    # Whether the hand is on the path still, however long that does not change.
    following.REST_SECONDS = math.inf if on else rest_seconds

def waits_after(steps):
    # Whether a held pull has made all of its steps, and the last of them is seen for good.
    seen = bench.pull and bench.pull._drag.seen
    return seen is not None and seen.step >= steps and seen.full

def may_go_on():
    # Let a pull that waits have as many steps as it wants, under the same hand.
    bench.pull._terms = dataclasses.replace(bench.pull._terms, step_limit=None)
    bench._work.follow_hand(hold=bench.holding)
"""
_IN_GIMP = """
shown = []

def strokes(image):
    paths = [one for one in image.get_paths() if one.get_name() == "Tugline arrows"]
    return [
        [*points[2:4], *points[-4:-2]]
        for path in paths
        for points in (path.stroke_get_points(one).controlpoints for one in path.get_strokes())
    ]

def names(image):
    return [one.get_name() for one in image.get_layers()]

def top(image):
    return image.get_layers()[0]
"""


class Artist:
    """Someone at a GimpSession: an ``image`` with a generated picture, the Paths tool in hand.

    ``plugin`` is the process of the dialog: ``desk``, ``bench``, ``settings``, ``settled`` and
    ``said`` (all that its message line has said) are there, besides the harness' names.
    """

    def __init__(self, gimp: GimpSession, daemon: Daemon) -> None:
        self.gimp = gimp
        self.daemon = daemon
        self.plugin: PluginProcess
        self.view: View
        gimp.run(NAMES + _IN_GIMP)

    def begin(self, seed: int = 4) -> None:
        """Show a new image with a picture, and know its ``layer`` and the pixels ``before``."""
        self.gimp.new_image(SIDE, SIDE)
        # While no dialog covers the canvas.
        self.view = self.gimp.view()
        self._generate(seed)

    def begin_another(self, seed: int) -> None:
        """Show one more image beside the dialog that is open."""
        self.gimp.run(f"image = new_image({SIDE}, {SIDE}); display = Gimp.Display.new(image)")
        self._generate(seed)

    def _generate(self, seed: int) -> None:
        self.gimp.run("shown.append(display)")
        self.gimp.run(f"layer = generate(image, seed={seed}); before = pixels(layer)")

    def open_dialog(self, **settings: Any) -> None:
        """Open the dialog by its menu entry, put it beside the image, and set what it sets."""
        self.plugin = self.gimp.begin("plug-in-tugline-drag")
        self.plugin.wait_for("'Drag points' in windows()")
        self.plugin.run(IN_PLUGIN)
        self.plugin.wait_for("desk.state().connected and len(desk.care.models) > 0")
        usual = {"live": True, "keep_rest": False, "step_limit": None, "radius": None}
        self.plugin.run(f"settings(**{ ({**usual, **settings})!r})")
        self.move_aside("Drag points")

    def choose_generate(self) -> PluginProcess:
        """Open the Generate dialog by its menu entry, and return its process when it is ready."""
        process = self.gimp.begin("plug-in-tugline-generate")
        process.wait_for("find('OK', Gtk.Button) is not None and find('OK').get_sensitive()")
        return process

    def move_aside(self, title: str, place: tuple[int, int] = _DIALOG_AT) -> None:
        """Put the dialog of ``plugin`` beside the image, where it takes the keyboard no more.

        A new window gets the keyboard, at some time: not when keys are pressed for the image.
        """
        window = self.window(title, self.plugin)
        self.gimp.screen.xdotool("windowmove", "--sync", window, *place)
        self.gimp.screen.xdotool("windowactivate", window)
        self.plugin.wait_for("any(one.is_active() for one in Gtk.Window.list_toplevels())")

    def window(self, title: str, process: PluginProcess | None = None) -> str:
        """Return X's number of a window as soon as it is seen; of ``process`` if one is named."""
        whose = () if process is None else ("--all", "--pid", process.pid)

        def found() -> str:
            with suppress(RoomFailed):  # so xdotool says that there is none
                words = (*whose, "--onlyvisible", "--name", f"^{title}$")
                return self.gimp.screen.xdotool("search", *words).split()[-1]
            return ""

        number: str = self.gimp.wait_until(found, f"the window {title!r}")
        return number

    def draw(self, handle: XY, target: XY) -> None:
        """Draw an arrow on the canvas: two clicks of the Paths tool, places in image pixels."""
        self.gimp.focus()
        self.gimp.key("b")
        for place in (handle, target):
            self.gimp.mouse.click(*self.view.on_screen(*place))

    def pull_anchor(self, start: XY, end: XY) -> None:
        """Drag an anchor of the path on the canvas."""
        places = self.view.on_screen(*start), self.view.on_screen(*end)
        self.gimp.mouse.drag(*places, steps=6)

    def pull_and_hold(self, handle: XY, target: XY, *, lets_go: bool = True) -> None:
        """Draw an arrow, and let the daemon's worker stand still in the midst of its drag.

        So what is done next is done in mid-drag, however quick or slow the machine is; ``go_on``
        ends it, or lets it stay where it arrives unless the hand ``lets_go``. The drag waits under
        the hand after a few steps: it is not over before the worker stands still, and no frame is
        on its way then.
        """
        self.plugin.run(f"settings(step_limit={_STEPS_HELD}); hand_stays(True)")
        self.draw(handle, target)
        self.plugin.wait_for(f"waits_after({_STEPS_HELD})")
        os.kill(self.daemon.worker_pid(), signal.SIGSTOP)
        self.plugin.run("settings(step_limit=None); may_go_on()")
        if lets_go:
            self.plugin.run("hand_stays(False)")
            self.plugin.wait_for("not bench.holding")

    def go_on(self) -> None:
        """Let the daemon's worker run again, if it is there."""
        with suppress(ProcessLookupError):
            os.kill(self.daemon.worker_pid(), signal.SIGCONT)

    def stop(self) -> None:
        """Stop the drag with the dialog's button, and wait until the layer is written."""
        self.plugin.click("find('Stop', Gtk.Button)")
        self.plugin.wait_for("bench.pull is None or bench.pull.phase.value != 'running'")
        self.go_on()
        self.wait_idle()

    def dismiss_message(self) -> None:
        """Wait for a message of GIMP's own, and close it."""
        shown = self.gimp.screen.windows
        window = self.window("GIMP Message")
        self.gimp.screen.xdotool("windowactivate", "--sync", window)
        self.gimp.key("Escape")
        self.gimp.wait_until(lambda: "GIMP Message" not in shown(), "the message's end")

    def is_told_something(self) -> bool:
        """Whether GIMP shows a message of its own; it has heard of all that has ended by now."""
        self.gimp.run("Gimp.displays_flush(); Gimp.get_images()")
        return "GIMP Message" in self.gimp.screen.windows()

    def undo(self, until: str) -> None:
        """Press Ctrl+Z in the image's window, and wait for the expression ``until`` in GIMP.

        GIMP undoes nothing within somebody's step: what the dialog was at is over before.
        """
        self.plugin.wait_for("settled()")
        self.gimp.undo(until)

    def redo(self, until: str) -> None:
        """Press Ctrl+Y; see ``undo``."""
        self.plugin.wait_for("settled()")
        self.gimp.redo(until)

    def wait_idle(self) -> None:
        """Wait until nothing runs on the edit any more."""
        self.plugin.wait_for("bench.idle and desk.state().busy.value == 'nothing'")

    def close_dialog(self) -> None:
        """Close the dialog with its button, and wait until its process is gone."""
        self.plugin.click("find('Close', Gtk.Button)")
        self.plugin.wait_for_end()

    def leave(self) -> None:
        """Close what is open: dialogs, then images; no button stays down."""
        self.gimp.mouse.up()
        self.go_on()
        for plugin in self.gimp.plugins():
            # One that has just ended by itself is fine.
            with suppress(EditorError):
                plugin.post("find('Close', Gtk.Button).clicked()")
            plugin.wait_for_end()
        self.gimp.run("[one.delete() for one in shown if one.is_valid()]; shown.clear()")


@contextmanager
def at_work(gimp: GimpSession, daemon: Daemon) -> Iterator[Artist]:
    """Yield an artist with an image and the dialog open; all is closed at the end."""
    artist = Artist(gimp, daemon)
    artist.begin()
    artist.open_dialog()
    yield artist
    artist.leave()
