"""Runs the Python that a test sends and says what came of it: lines of JSON over loopback.

The first line says who answers: ``{"hello": {"pid"}}``. Each line ``{"id", "code", "later"}`` is
answered with ``{"id", "result"}`` or ``{"id", "error"}``. The code leaves what it wants to say in
``result``; a generator there is advanced by the event loop, each value that it yields being the
milliseconds to wait, and what it returns is the result.
"""

import functools
import json
import os
import socket
import traceback
from collections.abc import Callable, Generator, Mapping
from types import GeneratorType
from typing import Any, Protocol


class EventLoop(Protocol):
    """The event loop of an editor."""

    def watch(self, connection: socket.socket, received: Callable[[], bool]) -> None:
        """Call ``received`` whenever there is something to read, until it returns False."""

    def later(self, milliseconds: float, deed: Callable[[], object]) -> None:
        """Call ``deed`` once, after at least so long."""


class Answering:
    """Serves one connection; names stay from request to request.

    ``names`` is asked at the first request for what the namespace has from the start.
    """

    def __init__(
        self,
        connection: socket.socket,
        loop: EventLoop,
        names: Callable[[], Mapping[str, Any]],
        hung_up: Callable[[], object] = lambda: None,
    ) -> None:
        self._connection = connection
        self._loop = loop
        self._hung_up = hung_up
        self._received = b""
        self._names = names
        self._namespace: dict[str, Any] = {}
        self._say({"hello": {"pid": os.getpid()}})
        loop.watch(connection, self._receive)

    def _receive(self) -> bool:
        data = self._connection.recv(1 << 20)  # there is something: the loop says so
        if not data:
            self._hung_up()
            return False
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request.get("later"):
                self._say({"id": request["id"], "result": None})
                self._loop.later(0, functools.partial(self._execute, request["code"]))
            else:
                self._run(request["id"], request["code"])
        return True

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
        if not self._namespace:
            self._namespace.update(self._names())
        exec(compile(code, "<the test>", "exec"), self._namespace)  # noqa: S102 - its purpose

    def _advance(self, number: int, steps: Generator[float, None, Any]) -> None:
        try:
            milliseconds = next(steps)
        except StopIteration as end:
            self._say({"id": number, "result": end.value})
        except Exception:  # noqa: BLE001 - whatever it is, the test shall see it
            self._say({"id": number, "error": traceback.format_exc()})
        else:
            self._loop.later(milliseconds or 0, lambda: self._advance(number, steps))

    def _say(self, reply: dict[str, Any]) -> None:
        try:
            line = json.dumps(reply)
        except (TypeError, ValueError) as error:
            line = json.dumps({"id": reply["id"], "error": f"the result is no JSON: {error}"})
        self._connection.sendall(line.encode() + b"\n")
