"""An editor's process under remote control: what all editors have in common."""

import socket
import subprocess
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.editors.wire import EditorError, Wire
from tools.editors.room import Room, end

PATIENCE = 60.0


class Program:
    """One program in ``room`` whose driver connects when it is ready; it may start again.

    ``name`` is what it is called in sentences, ``stderr_file`` what it prints all its life long.
    """

    def __init__(self, name: str, room: Room, artifacts: Path) -> None:
        self.name = name
        self.artifacts = artifacts
        self.stderr_file = artifacts / f"{name.lower()}.log"
        self.stderr_file.write_text("")
        self.killed = False
        self._room = room
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: Wire | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status of the process that ran last; None while it runs."""
        return self._process.poll() if self._process is not None else None

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` on the editor's main thread and return its ``result``, a JSON value.

        Names stay from call to call. A generator in ``result`` is advanced by the event loop: what
        it yields is the milliseconds to wait, what it returns the result. Raises EditorError with
        the traceback.
        """
        reply = self._ask(code, timeout)
        if "error" in reply:
            raise EditorError(reply["error"])
        return reply["result"]

    def value(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Return what ``expression`` is in the editor."""
        return self.run(f"result = ({expression})", timeout)

    def post(self, code: str) -> None:
        """Run ``code`` from the event loop and do not wait: what it opens may be modal."""
        self._ask(code, PATIENCE, later=True)

    def wait_for(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Wait until ``expression`` is true in the editor and return it."""
        return self.wait_until(
            lambda: self.value(expression, timeout), f"{expression}", timeout=timeout
        )

    def wait_until(
        self, condition: Callable[[], Any], what: str, *, timeout: float = PATIENCE
    ) -> Any:
        """Wait until ``condition`` holds on this side and return it; ``what`` says it in words."""
        until = time.monotonic() + timeout
        while not (found := condition()):
            if time.monotonic() > until:
                self.show("waited-in-vain")
                raise EditorError(f"waited {timeout:g} s in vain: {what}")
            time.sleep(0.02)
        return found

    def show(self, name: str) -> None:
        """Keep what can be seen of the editor, as ``name``, when something goes wrong."""

    def stderr(self) -> str:
        """Return what the editor has printed since its first start."""
        return self.stderr_file.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End the editor as a crash does."""
        assert self._process is not None
        end(self._process)
        self.killed = True
        self._hang_up()

    def close(self) -> None:
        """End what still runs, without asking."""
        if self.running:
            self.kill()
        self._hang_up()

    def _launch(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``command`` and wait until its driver reports."""
        assert not self.running, f"this {self.name} runs already"
        self._hang_up()
        self.killed = False
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.1)
            port = {"TUGLINE_DRIVER_PORT": str(listener.getsockname()[1])}
            with self.stderr_file.open("ab") as log:
                self._process = self._room.start(
                    command, {**environment, **port}, stdout=log, stderr=log
                )
            self._wire = Wire(self._accept(listener))

    def _accept(self, listener: socket.socket) -> socket.socket:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(TimeoutError):
                return listener.accept()[0]
            if not self.running:
                raise EditorError(f"{self.name} ended at its start:\n{self.stderr()[-3000:]}")
        self.show("does-not-start")
        raise EditorError(f"{self.name}'s driver did not report:\n{self.stderr()[-3000:]}")

    def _ask(self, code: str, timeout: float, *, later: bool = False) -> dict[str, Any]:
        assert self._wire is not None, f"{self.name} does not run"
        try:
            return self._wire.ask(textwrap.dedent(code), timeout, later=later)
        except TimeoutError:
            self.show("does-not-answer")
            raise EditorError(f"no answer in {timeout:g} s from {self.name}") from None
        except OSError as error:
            raise EditorError(f"{self.name} is gone ({error}):\n{self.stderr()[-3000:]}") from None

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
