"""The connection to the test: lines of JSON over loopback, served by Qt's event loop."""

import json
import socket
import traceback
from types import GeneratorType

from krita import Krita
from PyQt5.QtCore import QSocketNotifier, QTimer

from . import watching, workplace

_held = []  # what Qt would forget


def answer(port):
    """Connect to the test that listens on ``port`` and serve it from now on."""
    _held.append(Server(socket.create_connection(("127.0.0.1", port))))


class Server:
    """Runs each request in one namespace, which stays from request to request."""

    def __init__(self, connection):
        connection.setblocking(False)
        self._connection = connection
        self._received = b""
        self.heartbeat = watching.Heartbeat()
        self._namespace = {
            "Krita": Krita,
            "app": Krita.instance(),
            "heartbeat": self.heartbeat,
            "exceptions": watching.exceptions,
            "new_document": workplace.new_document,
            "canvas": workplace.canvas,
            "document_to_screen": workplace.document_to_screen,
            "pixel": workplace.pixel,
        }
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Read)
        self._notifier.activated.connect(self._receive)

    def _receive(self, *_):
        try:
            data = self._connection.recv(1 << 20)
        except BlockingIOError:
            return
        if not data:
            self._notifier.setEnabled(False)
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            request = json.loads(line.decode("utf-8"))
            if request.get("later"):
                self._say({"id": request["id"], "result": None})
                QTimer.singleShot(0, lambda code=request["code"]: exec(code, self._namespace))
            else:
                self._run(request)

    def _run(self, request):
        self._namespace.pop("result", None)
        try:
            exec(compile(request["code"], "<the test>", "exec"), self._namespace)
        except Exception:
            self._say({"id": request["id"], "error": traceback.format_exc()})
            return
        result = self._namespace.get("result")
        if isinstance(result, GeneratorType):
            self._advance(request["id"], result)
        else:
            self._say({"id": request["id"], "result": result})

    def _advance(self, number, steps):
        try:
            milliseconds = next(steps)
        except StopIteration as end:
            self._say({"id": number, "result": end.value})
        except Exception:
            self._say({"id": number, "error": traceback.format_exc()})
        else:
            QTimer.singleShot(int(milliseconds or 0), lambda: self._advance(number, steps))

    def _say(self, reply):
        try:
            line = json.dumps(reply)
        except (TypeError, ValueError) as error:
            line = json.dumps({"id": reply["id"], "error": "the result is no JSON: %s" % error})
        self._connection.setblocking(True)
        self._connection.sendall(line.encode("utf-8") + b"\n")
        self._connection.setblocking(False)
