"""The process in which GIMP runs a procedure of the plugin under test."""

from pathlib import Path
from typing import Any

from tests.editors.screen import Mouse
from tests.editors.speaking import Speaking
from tests.editors.wire import Wire


class PluginProcess(Speaking):
    """Runs the tests' Python between the turns of the plugin's own main loop.

    It answers as long as the plugin turns one: while a dialog is open, or while a procedure waits.
    Besides the names that are in GIMP's Python, ``Gtk``, ``windows``, ``find`` and ``box`` are
    there, for what the plugin shows.
    """

    def __init__(self, wire: Wire, mouse: Mouse) -> None:
        super().__init__(f"the plug-in's process {wire.hello['pid']}", wire)
        self.pid: int = wire.hello["pid"]
        self._mouse = mouse

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return False
        return fields[0] != "Z"

    def center(self, widget: str) -> tuple[float, float]:
        """Return the screen position of the middle of ``widget``, an expression: ``find("OK")``.

        It is waited for, and until it does not move any more.
        """
        x, y, width, height = self.wait_until(lambda: self._still(widget), widget)
        return x + width / 2, y + height / 2

    def click(self, widget: str, button: int = 1) -> None:
        """Click the middle of ``widget`` with the real mouse, as soon as it is there."""
        self._mouse.click(*self.center(widget), button)

    def wait_for_end(self) -> None:
        """Wait until the procedure is over."""
        self.wait_until(lambda: not self.running, "the end of the plug-in's process")

    def run(self, code: str, timeout: float = 20.0) -> Any:
        """Run ``code`` from the plugin's main loop and return its ``result``; see Speaking.run."""
        return super().run(code, timeout)

    def _still(self, widget: str) -> list[int] | None:
        """Return where ``widget`` is, None while that changes."""
        return self.run(
            f"""
            def look_twice():
                before = box({widget})
                yield 40
                return before if before == box({widget}) else None

            result = look_twice()
            """
        )
