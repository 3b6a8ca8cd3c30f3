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
_IN_PLUGIN = """
import dataclasses, gc
from tugline_gimp.desk import GimpDesk
desk = next(one for one in gc.get_objects() if type(one) is GimpDesk)
bench = desk.bench
said = []
desk.watch(lambda state: said.append(state.message) if state.message not in said[-1:] else None)

def settings(**changes):
    desk.change_settings(dataclasses.replace(desk.settings, **changes))

def arrows():
    placed = bench.edit.record.placement.to_document.map
    return [[*placed(one.handle), *placed(one.target)] for one in bench.gestures.arrows]

def pulling(step=1):
    return bench.pull is not None and bench.pull.steps >= step
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

    ``plugin`` is the process of the dialog: ``desk``, ``bench``, ``settings`` and ``said`` (all
    that its message line has said) are there, besides the harness' names.
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
        self.plugin = self._choose("plug-in-tugline-drag")
        self.plugin.wait_for("'Drag points' in windows()")
        self.plugin.run(_IN_PLUGIN)
        self.plugin.wait_for("desk.state().connected and len(desk.care.models) > 0")
        usual = {"live": True, "keep_rest": False, "step_limit": None, "radius": None}
        self.plugin.run(f"settings(**{ ({**usual, **settings})!r})")
        self.move_aside()

    def choose_generate(self) -> PluginProcess:
        """Open the Generate dialog by its menu entry, and return its process when it is ready."""
        process = self._choose("plug-in-tugline-generate")
        process.wait_for("find('OK', Gtk.Button) is not None and find('OK').get_sensitive()")
        return process

    def _choose(self, procedure: str) -> PluginProcess:
        known = {each.pid for each in self.gimp.plugins()}
        self.gimp.choose(procedure)
        self.gimp.wait_until(
            lambda: {each.pid for each in self.gimp.plugins()} - known, "the dialog's process"
        )
        return self.gimp.plugin()

    def move_aside(self) -> None:
        """Put the newest dialog to the right of the image."""
        window = self.gimp.wait_until(self._dialog, "the dialog's window")
        self.gimp.screen.xdotool("windowmove", "--sync", window, *_DIALOG_AT)

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

    def pull_and_hold(self, handle: XY, target: XY) -> None:
        """Draw an arrow, and let the daemon's worker stand still as soon as its drag runs.

        So what is done next is done in mid-drag, however quick the machine is; ``go_on`` ends it.
        """
        self.draw(handle, target)
        self.plugin.wait_for("pulling()")
        os.kill(self.daemon.worker_pid(), signal.SIGSTOP)
        self.plugin.wait_for("pulling()")

    def go_on(self) -> None:
        """Let the daemon's worker run again, if it is there."""
        with suppress(ProcessLookupError):
            os.kill(self.daemon.worker_pid(), signal.SIGCONT)

    def stop(self) -> None:
        """Stop the drag with the dialog's button, and wait until the layer is written."""
        self.plugin.click("find('Stop', Gtk.Button)")
        self.go_on()
        self.wait_idle()

    def dismiss_message(self) -> None:
        """Wait for a message of GIMP's own, and close it."""
        shown = self.gimp.screen.windows
        self.gimp.wait_until(lambda: "GIMP Message" in shown(), "GIMP's message")
        found = self.gimp.screen.xdotool("search", "--onlyvisible", "--name", "^GIMP Message$")
        self.gimp.screen.xdotool("windowactivate", "--sync", found.split()[-1])
        self.gimp.key("Escape")
        self.gimp.wait_until(lambda: "GIMP Message" not in shown(), "the message's end")

    def wait_idle(self) -> None:
        """Wait until nothing runs on the edit any more."""
        self.plugin.wait_for("bench.idle and desk.state().busy.value == 'nothing'")

    def close_dialog(self) -> None:
        """Close the dialog with its button, and wait until its process is gone."""
        self.plugin.click("find('Close', Gtk.Button)")
        self.plugin.wait_for_end()

    def leave(self) -> None:
        """Close what is open: dialogs, then images."""
        self.go_on()
        for plugin in self.gimp.plugins():
            # One that has just ended by itself is fine.
            with suppress(EditorError):
                plugin.post("find('Close', Gtk.Button).clicked()")
            plugin.wait_for_end()
        self.gimp.run("[one.delete() for one in shown if one.is_valid()]; shown.clear()")

    def _dialog(self) -> str:
        """Return the newest dialog's window, "" while the screen does not show it yet."""
        with suppress(RoomFailed):
            found = self.gimp.screen.xdotool("search", "--onlyvisible", "--name", "^Drag points$")
            return found.split()[-1]
        return ""


@contextmanager
def at_work(gimp: GimpSession, daemon: Daemon) -> Iterator[Artist]:
    """Yield an artist with an image and the dialog open; all is closed at the end."""
    artist = Artist(gimp, daemon)
    artist.begin()
    artist.open_dialog()
    yield artist
    artist.leave()
