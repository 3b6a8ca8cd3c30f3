"""The tests' end of a connection to the driver in an editor."""

import json
import socket
import time
from typing import Any

# How long is waited for what has to come: a busy machine is many times slower than an idle one.
PATIENCE = 120.0


class EditorError(AssertionError):
    """A snippet failed in an editor, or the editor is gone; the text is what it said."""


class Wire:
    """Asks one driver, one request after the other.

    ``hello`` is what it says of itself when it connects: its ``pid``.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self._number = 0
        self.hello = self._reply(time.monotonic() + PATIENCE)["hello"]

    def ask(self, code: str, timeout: float, *, later: bool = False) -> dict[str, Any]:
        """Have ``code`` run and return the answer; TimeoutError or ConnectionError without one."""
        self._number += 1
        request = {"id": self._number, "code": code, "later": later}
        until = time.monotonic() + timeout
        self._connection.sendall(json.dumps(request).encode() + b"\n")
        while (reply := self._reply(until))["id"] != self._number:
            pass
        return reply

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _reply(self, until: float) -> dict[str, Any]:
        while b"\n" not in self._received:
            self._connection.settimeout(max(until - time.monotonic(), 0.001))
            data = self._connection.recv(1 << 20)
            if not data:
                raise ConnectionResetError("it hung up")
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply
