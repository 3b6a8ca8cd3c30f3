"""The processes in which GIMP runs procedures of the plugin under test."""

import socket
from collections.abc import Callable
from pathlib import Path

from tests.editors.screen import Mouse
from tests.editors.speaking import Speaking
from tests.editors.wire import Wire


class PluginProcess(Speaking):
    """Runs the tests' Python between the turns of the plugin's own main loop.

    It answers as long as the plugin turns one: while a dialog is open, or while a procedure waits.
    Besides the names that are in GIMP's Python, ``Gtk``, ``windows``, ``find`` and ``box`` are
    there, for what the plugin shows.
    """

    def __init__(self, wire: Wire, mouse: Mouse | None) -> None:
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
        assert self._mouse is not None, "without a screen there is nothing to click"
        self._mouse.click(*self.center(widget), button)

    def wait_for_end(self) -> None:
        """Wait until the procedure is over."""
        self.wait_until(lambda: not self.running, "the end of the plug-in's process")

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


class PluginProcesses:
    """Those that one GIMP has begun: they come by themselves, and go when their procedure is over.

    ``accept`` returns the next connection of a driver, None while there is none.
    """

    def __init__(
        self, accept: Callable[[], socket.socket | None], mouse: Mouse | None = None
    ) -> None:
        self._accept = accept
        self._mouse = mouse
        self._known: list[PluginProcess] = []

    def running(self) -> list[PluginProcess]:
        """Return those that run now, the newest last."""
        while (connection := self._accept()) is not None:
            self._known.append(PluginProcess(Wire(connection), self._mouse))
        ended = [each for each in self._known if not each.running]
        for each in ended:
            each.hang_up()
        self._known = [each for each in self._known if each not in ended]
        return list(self._known)

    def hang_up(self) -> None:
        """End the connections."""
        for each in self._known:
            each.hang_up()
        self._known = []
