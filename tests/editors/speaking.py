"""What can be asked of a process that a driver answers for: an editor, or a plug-in's process."""

import textwrap
import time
from collections.abc import Callable
from typing import Any

from tests.editors.wire import PATIENCE, EditorError, Wire


class Speaking:
    """Runs the tests' Python in a process on the other end of ``wire``.

    ``name`` is what the process is called in sentences.
    """

    def __init__(self, name: str, wire: Wire | None = None) -> None:
        self.name = name
        self._wire = wire

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` on the main thread there and return its ``result``, a JSON value.

        Names stay from call to call. A generator in ``result`` is advanced by the event loop: what
        it yields is the milliseconds to wait, what it returns the result. Raises EditorError with
        the traceback.
        """
        reply = self._ask(code, timeout)
        if "error" in reply:
            raise EditorError(reply["error"])
        return reply["result"]

    def value(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Return what ``expression`` is there."""
        return self.run(f"result = ({expression})", timeout)

    def post(self, code: str) -> None:
        """Run ``code`` from the event loop and do not wait: what it opens may be modal."""
        self._ask(code, PATIENCE, later=True)

    def wait_for(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Wait until ``expression`` is true there and return it."""
        return self.wait_until(lambda: self.value(expression, timeout), expression, timeout=timeout)

    def wait_until(
        self, condition: Callable[[], Any], what: str, *, timeout: float = PATIENCE
    ) -> Any:
        """Wait until ``condition`` holds on this side and return it; ``what`` says it in words."""
        until = time.monotonic() + timeout
        while not (found := condition()):
            if time.monotonic() > until:
                raise EditorError(f"waited {timeout:g} s in vain: {what}{self.seen('in-vain')}")
            time.sleep(0.02)
        return found

    def seen(self, occasion: str) -> str:
        """Say what can be seen of the process when something goes wrong; overridden."""
        del occasion
        return ""

    def hang_up(self) -> None:
        """End the connection."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _ask(self, code: str, timeout: float, *, later: bool = False) -> dict[str, Any]:
        assert self._wire is not None, f"{self.name} does not run"
        try:
            return self._wire.ask(textwrap.dedent(code), timeout, later=later)
        except TimeoutError:
            seen = self.seen("does-not-answer")
            raise EditorError(f"no answer from {self.name} in {timeout:g} s{seen}") from None
        except OSError as error:
            seen = self.seen("is-gone")
            raise EditorError(f"{self.name} is gone ({error}){seen}") from None
