"""The connection to the test: lines of JSON over loopback, served by Qt's event loop."""

import json
import socket
import traceback
from collections.abc import Generator
from types import GeneratorType
from typing import Any

from krita import Krita
from PyQt5.QtCore import QSocketNotifier, QTimer

from . import watching, workplace

_servers: list["Server"] = []  # Qt keeps no reference


def answer(port: int) -> None:
    """Connect to the test that listens on ``port`` and serve it from now on."""
    _servers.append(Server(socket.create_connection(("127.0.0.1", port))))


class Server:
    """Runs each request in one namespace, which stays from request to request."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self._namespace: dict[str, Any] = {
            "Krita": Krita,
            "app": Krita.instance(),
            "heartbeat": watching.Heartbeat(),
            "exceptions": watching.exceptions,
            "arrange": workplace.arrange,
            "new_document": workplace.new_document,
            "canvas": workplace.canvas,
            "document_to_screen": workplace.document_to_screen,
            "pixel": workplace.pixel,
        }
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._receive)

    def _receive(self, *_: object) -> None:
        data = self._connection.recv(1 << 20)  # there is something: the notifier says so
        if not data:
            self._notifier.setEnabled(False)
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request.get("later"):
                self._say({"id": request["id"], "result": None})
                QTimer.singleShot(0, lambda code=request["code"]: self._execute(code))
            else:
                self._run(request["id"], request["code"])

    def _run(self, number: int, code: str) -> None:
        self._namespace.pop("result", None)
        try:
            self._execute(code)
        except Exception:  # noqa: BLE001 - whatever it is, the test shall see it
            self._say({"id": number, "error": traceback.format_exc()})
            return
        result = self._namespace.get("result")
        if isinstance(result, GeneratorType):
            self._advance(number, result)
        else:
            self._say({"id": number, "result": result})

    def _execute(self, code: str) -> None:
        exec(compile(code, "<the test>", "exec"), self._namespace)  # noqa: S102 - its purpose

    def _advance(self, number: int, steps: Generator[float, None, Any]) -> None:
        try:
            milliseconds = next(steps)
        except StopIteration as end:
            self._say({"id": number, "result": end.value})
        except Exception:  # noqa: BLE001 - whatever it is, the test shall see it
            self._say({"id": number, "error": traceback.format_exc()})
        else:
            QTimer.singleShot(int(milliseconds or 0), lambda: self._advance(number, steps))

    def _say(self, reply: dict[str, Any]) -> None:
        try:
            line = json.dumps(reply)
        except (TypeError, ValueError) as error:
            line = json.dumps({"id": reply["id"], "error": f"the result is no JSON: {error}"})
        self._connection.sendall(line.encode() + b"\n")
