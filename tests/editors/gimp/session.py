"""One real GIMP with its windows under remote control."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.editors.gimp.canvas import View, measure
from tests.editors.gimp.console import SERVE
from tests.editors.gimp.plugin_process import PluginProcess, PluginProcesses
from tests.editors.gimp.printing import Printed
from tests.editors.screen import Screen
from tests.editors.shown import Shown
from tests.editors.wire import PATIENCE, EditorError
from tools.editors.room import Room, RoomFailed

SHORTCUTS = {
    "plug-in-tugline-generate": "<Primary><Alt>u",
    "plug-in-tugline-drag": "<Primary><Alt>k",
    "plug-in-tugline-invert": "<Primary><Alt>j",
}
"""The keys of the plugin's menu entries, as the tests' shortcutsrc has them."""


class GimpSession(Shown):
    """GIMP on a screen of its own, with a HOME of its own; ``start`` and ``quit`` may repeat.

    The image that ``new_image`` shows is called ``image`` in GIMP's Python.
    """

    def __init__(
        self, room: Room, screen: Screen, artifacts: Path, environment: Mapping[str, str]
    ) -> None:
        super().__init__("GIMP", room, screen, artifacts, environment)
        self.printed = Printed(self.stderr)
        self._plugins = PluginProcesses(lambda: self._accept(0.0), self.mouse)
        self._window = ""  # X's number of the image's window

    def start(self, *arguments: str) -> None:
        """Start GIMP with ``arguments`` (files), and wait until its window fills the screen."""
        self._launch(["gimp", "-ns", *SERVE, *arguments], self._environment)
        self.printed.judge_start()
        self._window = self.wait_until(self._find_window, "GIMP's window")

    def new_image(self, width: int, height: int) -> None:
        """Show a new white image, called ``image``, and wait until the screen has all of it."""
        self.run(f"image = new_image({width}, {height}); display = Gimp.Display.new(image)")
        title = f"-{self.value('image.get_id()')}.0 ("
        self.wait_until(lambda: title in str(self.screen.windows()), "the image's window")
        self.still_view()

    def still_view(self, nearer_than: float = 0.0) -> View:
        """Wait until the screen shows ``image`` at a larger scale than that, and return where."""
        view: View = self.wait_until(
            lambda: self._stands_still(nearer_than), "an image that stands still"
        )
        return view

    def view(self) -> View:
        """Look where the screen shows ``image``; all of it has to be in view."""
        width, height = self.value("[image.get_width(), image.get_height()]")
        return measure(self.picture("view"), width, height)

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        """Return the global screen position of a position (x, y) in ``image``."""
        return self.view().on_screen(x, y)

    def choose(self, procedure: str) -> None:
        """Choose the plugin's menu entry for ``procedure`` by its key, in the image's window."""
        self.focus()
        self.key(SHORTCUTS[procedure].replace("<Primary>", "ctrl+").replace("<Alt>", "alt+"))

    def begin(self, procedure: str) -> PluginProcess:
        """Choose the plugin's menu entry for ``procedure``, and return the process that runs it."""
        return self.plugin_of(lambda: self.choose(procedure))

    def plugin_of(self, deed: Callable[[], object]) -> PluginProcess:
        """Return the process that the plugin runs in after ``deed``, and did not before.

        One of a procedure that is over may still be there: that one is not meant.
        """
        before = {each.pid for each in self.plugins()}
        deed()

        def begun() -> list[PluginProcess]:
            return [each for each in self.plugins() if each.pid not in before]

        newest: PluginProcess = self.wait_until(begun, "a process of the plugin")[-1]
        return newest

    def plugins(self) -> list[PluginProcess]:
        """Return the processes of the plugin that run now, the newest last."""
        return self._plugins.running()

    def focus(self) -> None:
        """Give the keyboard to the image's window."""
        if self.screen.active() != int(self._window):
            self.screen.xdotool("windowactivate", self._window)
            self.wait_until(
                lambda: self.screen.active() == int(self._window), "the image's window in front"
            )

    def undo(self, until: str, keys: str = "ctrl+z") -> None:
        """Press Ctrl+Z once in the image's window and wait for the expression ``until``."""
        self.focus()
        self.key(keys)
        self.wait_for(until)

    def redo(self, until: str) -> None:
        """Press Ctrl+Y once in the image's window and wait for the expression ``until``."""
        self.undo(until, "ctrl+y")

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` in a GIMP Python beside the plugin's; see Speaking.run."""
        return super().run(code, timeout)

    def quit(self) -> int:
        """Leave GIMP without a question about unsaved images; return the exit status."""
        self.printed.judge()
        self.post("call('gimp-quit', {'force': True})")
        return self._wait_for_end()

    def hang_up(self) -> None:
        """End the connections, those to the plugin's processes too."""
        self._plugins.hang_up()
        super().hang_up()

    def _find_window(self) -> str:
        """Return the X number of the image's window, "" while there is none."""
        pattern = "([0-9] .{1,3} GIMP|GNU Image Manipulation Program)$"
        try:
            found = self.screen.xdotool("search", "--onlyvisible", "--name", pattern)
        except RoomFailed:  # so xdotool says that there is none
            return ""
        return found.split()[0]

    def _stands_still(self, nearer_than: float) -> View | None:
        """Return the view, None while all of the image is not seen so near or it moves."""
        try:
            view = self.view()
            return view if view.scale > nearer_than and view == self.view() else None
        except EditorError:
            return None
