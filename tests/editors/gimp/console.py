"""GIMP without a screen under remote control."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.editors.gimp.plugin_process import PluginProcess, PluginProcesses
from tests.editors.gimp.printing import Printed
from tests.editors.program import Program
from tests.editors.wire import PATIENCE, EditorError
from tools.editors.room import Room

SERVE = (
    *("--batch-interpreter", "python-fu-eval"),
    *("-b", "from tugline_driver.gimp_batch import serve; serve()"),
)
"""What lets a GIMP that starts serve the test."""


class GimpConsole(Program):
    """gimp-console with a HOME of its own; ``start`` and ``quit`` may repeat."""

    def __init__(self, room: Room, environment: Mapping[str, str], artifacts: Path) -> None:
        super().__init__("GIMP", room, artifacts)
        self.home = Path(environment["HOME"])
        self.printed = Printed(self.stderr)
        self._environment = dict(environment)
        self._plugins = PluginProcesses(lambda: self._accept(0.0))

    def start(self) -> None:
        """Start GIMP and wait until its Python answers."""
        self._launch(["gimp-console", "-nidfs", *SERVE, "--quit"], self._environment)
        self.printed.judge_start()

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` in GIMP's Python and return its ``result``; see Speaking.run.

        ``Gimp``, ``Gegl``, ``Gio``, ``GLib``, ``new_image``, ``pixel`` and ``call`` are there
        from the start. Raises EditorError also for a fault that GIMP prints meanwhile.
        """
        try:
            result = super().run(code, timeout)
        except EditorError as error:
            raise EditorError(f"{error}\n{self.printed.take()}".strip()) from None
        self.printed.judge()
        return result

    def plugins(self) -> list[PluginProcess]:
        """Return the processes of the plugin that run now, the newest last."""
        return self._plugins.running()

    def hang_up(self) -> None:
        """End the connections, those to the plugin's processes too."""
        self._plugins.hang_up()
        super().hang_up()

    def quit(self) -> int:
        """Let GIMP leave in order; return the exit status."""
        self.printed.judge()
        assert self._wire is not None, "GIMP does not run"
        self._wire.close()
        return self._wait_for_end()
