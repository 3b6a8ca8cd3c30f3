"""GIMP without a screen under remote control."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.editors.program import PATIENCE, Program
from tests.editors.wire import EditorError
from tools.editors.room import Room

# What GIMP says of its own and of a plug-in's faults, while the tests' Python runs in it.
_FAULTS = re.compile(r"CRITICAL \*\*|ERROR \*\*|Traceback \(most|crashed|GIMP-Error|Eek!")
_SERVE = "from tugline_driver.gimp.batch import serve; serve()"


class GimpConsole(Program):
    """gimp-console with a HOME of its own; ``start`` and ``quit`` may repeat."""

    def __init__(self, room: Room, environment: Mapping[str, str], artifacts: Path) -> None:
        super().__init__("GIMP", room, artifacts)
        self.home = Path(environment["HOME"])
        self._environment = dict(environment)
        self._judged = 0  # how many characters of stderr have been looked at

    def start(self) -> None:
        """Start GIMP and wait until its Python answers."""
        options = ["-nidfs", "--batch-interpreter", "python-fu-eval", "-b", _SERVE, "--quit"]
        self._launch(["gimp-console", *options], self._environment)
        self._judged = len(self.stderr())

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` in GIMP's Python and return its ``result``; see Program.run.

        ``Gimp``, ``Gegl``, ``Gio``, ``GLib``, ``new_image``, ``pixel`` and ``call`` are there
        from the start. Raises EditorError also for a fault that GIMP prints meanwhile.
        """
        try:
            result = super().run(code, timeout)
        except EditorError as error:
            raise EditorError(f"{error}\n{self._printed()}".strip()) from None
        self.judge_stderr()
        return result

    def judge_stderr(self) -> None:
        """Raise EditorError where a fault has been printed since the last look."""
        said = self._printed()
        if _FAULTS.search(said):
            raise EditorError(said)

    def forgive(self, pattern: str) -> str:
        """Return what has been printed since the last look; it must have ``pattern``."""
        said = self._printed()
        if not re.search(pattern, said):
            raise EditorError(f"GIMP did not say {pattern!r}, but:\n{said}")
        return said

    def quit(self) -> int:
        """Let GIMP leave in order; return the exit status."""
        assert self._process is not None
        self.judge_stderr()
        self._hang_up()
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise EditorError("GIMP does not quit.") from None

    def _printed(self) -> str:
        """Return what has been printed since the last look."""
        said = self.stderr()[self._judged :]
        self._judged += len(said)
        return said
