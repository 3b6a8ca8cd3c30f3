"""An editor's process under remote control: what all editors have in common."""

import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.editors.speaking import Speaking
from tests.editors.wire import PATIENCE, EditorError, Wire
from tools.editors.room import Room, end


class Program(Speaking):
    """One program in ``room`` whose driver connects when it is ready; it may start again.

    What it prints all its life long lies in ``stderr_file`` among the ``artifacts``.
    """

    def __init__(self, name: str, room: Room, artifacts: Path) -> None:
        super().__init__(name)
        self.artifacts = artifacts
        self.stderr_file = artifacts / f"{name.lower()}.log"
        self.stderr_file.write_text("")
        self.killed = False
        self._room = room
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: socket.socket | None = None

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

    def stderr(self) -> str:
        """Return what the editor has printed since its first start."""
        return self.stderr_file.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End the editor as a crash does."""
        assert self._process is not None
        end(self._process)
        self.killed = True
        self.hang_up()

    def close(self) -> None:
        """End what still runs, without asking."""
        if self.running:
            self.kill()
        self.hang_up()

    def seen(self, occasion: str) -> str:
        """Return the end of what the editor has printed."""
        del occasion
        return f"; it printed last:\n{self.stderr()[-3000:]}"

    def _launch(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``command`` and wait until its driver reports."""
        assert not self.running, f"this {self.name} runs already"
        self.hang_up()
        self.killed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = {"TUGLINE_DRIVER_PORT": str(self._listener.getsockname()[1])}
        with self.stderr_file.open("ab") as log:
            self._process = self._room.start(
                command, {**environment, **port}, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while (connection := self._accept(0.1)) is None:
            if not self.running:
                raise EditorError(f"{self.name} ended at its start{self.seen('does-not-start')}")
            if time.monotonic() > until:
                raise EditorError(f"{self.name} does not start{self.seen('does-not-start')}")
        self._wire = Wire(connection)

    def _accept(self, seconds: float) -> socket.socket | None:
        """Return the next connection of a driver, None when none came within ``seconds``."""
        assert self._listener is not None, f"{self.name} does not run"
        self._listener.settimeout(seconds)
        with suppress(TimeoutError, BlockingIOError):
            return self._listener.accept()[0]
        return None

    def _wait_for_end(self) -> int:
        assert self._process is not None
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise EditorError(f"{self.name} does not quit{self.seen('does-not-quit')}") from None
        self.hang_up()
        return status

    def hang_up(self) -> None:
        """End the connections."""
        super().hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
