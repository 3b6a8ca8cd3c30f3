"""One real Krita under remote control."""

import json
import socket
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.editors.screen import Mouse, Screen
from tools.editors.room import Room, end

PATIENCE = 60.0
# An undo that has changed nothing after so many seconds was dropped.
DROPPED = 3.0


class KritaError(AssertionError):
    """A snippet failed in Krita, or Krita is gone; the text is what it said."""


@dataclass(frozen=True)
class Block:
    """For how long Krita's event loop did not turn, in milliseconds.

    ``wall`` is the longest time between two beats of a 5 ms timer; ``busy`` the longest that the
    main thread computed between two, which other programs on the machine do not lengthen.
    """

    wall: float
    busy: float


class KritaSession:
    """Krita on a screen of its own, with a HOME of its own; ``start`` and ``quit`` may repeat."""

    def __init__(
        self, room: Room, screen: Screen, artifacts: Path, extra: Mapping[str, str]
    ) -> None:
        self.screen = screen
        self.mouse = Mouse(screen)
        self.artifacts = artifacts
        self.home = Path(screen.environment["HOME"])
        self.stderr_file = artifacts / "krita.log"
        self.stderr_file.write_text("")
        self._room = room
        self._extra = dict(extra)
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._received = b""
        self._number = 0
        self._past_errors: list[str] = []
        self.killed = False

    @property
    def running(self) -> bool:
        """Whether Krita's process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status of the Krita that ran last; None while it runs."""
        return self._process.poll() if self._process is not None else None

    @property
    def pid(self) -> int:
        """The number of Krita's process."""
        assert self._process is not None
        return self._process.pid

    def start(self, *arguments: str) -> None:
        """Start Krita with ``arguments`` (documents), and wait until its window is there."""
        assert not self.running, "this Krita runs already"
        self._hang_up()
        self.killed = False
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.1)
            environment = {
                **self.screen.environment,
                **self._extra,
                "TUGLINE_DRIVER_PORT": str(listener.getsockname()[1]),
            }
            with self.stderr_file.open("ab") as log:
                self._process = self._room.start(
                    ["krita", "--nosplash", *arguments], environment, stdout=log, stderr=log
                )
            self._wire = self._accept(listener)
        self._received = b""
        self.arrange()

    def run(self, code: str, timeout: float = PATIENCE) -> Any:
        """Run ``code`` on Krita's main thread and return its ``result``, a JSON value.

        Names stay from call to call; ``app``, ``Krita``, ``new_document``, ``canvas``,
        ``document_to_screen``, ``pixel`` and ``heartbeat`` are there from the start. A generator in
        ``result`` is advanced by the event loop: what it yields is the milliseconds to wait, what
        it returns the result. Raises KritaError with the traceback.
        """
        reply = self._ask({"code": textwrap.dedent(code)}, timeout)
        if "error" in reply:
            raise KritaError(reply["error"])
        return reply["result"]

    def value(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Return what ``expression`` is in Krita."""
        return self.run(f"result = ({expression})", timeout)

    def post(self, code: str) -> None:
        """Run ``code`` from Krita's event loop and do not wait: what it opens may be modal."""
        self._ask({"code": textwrap.dedent(code), "later": True}, PATIENCE)

    def wait_for(self, expression: str, timeout: float = PATIENCE) -> Any:
        """Wait until ``expression`` is true in Krita and return it."""
        until = time.monotonic() + timeout
        while not (found := self.value(expression, timeout)):
            if time.monotonic() > until:
                self.picture("waited-in-vain")
                raise KritaError(f"waited {timeout:g} s in vain for {expression}")
            time.sleep(0.02)
        return found

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until ``condition`` holds on this side; ``what`` says it in words."""
        until = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > until:
                self.picture("waited-in-vain")
                raise KritaError(f"waited {PATIENCE:g} s in vain: {what}")
            time.sleep(0.02)

    def new_document(self, width: int, height: int) -> None:
        """Open an empty document and wait until its window shows all of it."""
        self.run(f"_opened = new_document({width}, {height})")
        self.wait_for("app.activeDocument() == _opened and canvas() and canvas().isVisible()")
        self.arrange()

    def arrange(self) -> None:
        """Fill the screen with the window, with Tugline's docker and the layers beside a canvas."""
        self.wait_for("arrange()")
        self.settle()

    def close_documents(self) -> None:
        """Close all documents, as they are."""
        self.run(
            """
            for document in app.documents():
                document.setModified(False)
                document.close()
            """
        )
        self.wait_for("not app.documents()")

    def settle(self) -> None:
        """Wait until Krita's image is computed and its view stands still."""
        self.run(
            """
            def turn():
                document = app.activeDocument()
                if document:
                    document.waitForDone()
                before, now = None, view_of(document)
                while before != now:
                    yield 20
                    before, now = now, view_of(document)

            def view_of(document):
                if document and canvas():
                    return [document_to_screen(0, 0), document_to_screen(1000, 1000)]

            result = turn()
            """
        )

    def on_screen(self, x: float, y: float) -> tuple[int, int]:
        """Return the global screen pixel of a position (x, y) in the active document."""
        column, row = self.value(f"document_to_screen({x}, {y})")
        return column, row

    def undo(self, until: str, keys: str = "ctrl+z") -> None:
        """Press Ctrl+Z until Krita takes it, and wait for the expression ``until``.

        Krita drops an undo that comes while its image is being computed. It is pressed again only
        where neither the names of the next steps nor the layers have changed.
        """
        steps = """[
            [app.action(name).text() for name in ("edit_undo", "edit_redo")],
            [node.uniqueId().toString() for node in app.activeDocument().topLevelNodes()],
        ]"""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            before = self.value(steps)
            self.key(keys)
            soon = time.monotonic() + DROPPED
            while time.monotonic() < soon or self.value(steps) != before:
                if self.value(until):
                    self.settle()
                    return
                assert time.monotonic() < end, f"{keys} never came to {until}"
                time.sleep(0.02)

    def redo(self, until: str) -> None:
        """Press Ctrl+Shift+Z until Krita takes it, and wait for the expression ``until``."""
        self.undo(until, "ctrl+shift+z")

    def key(self, keys: str) -> None:
        """Press a key or a chord in X's names: ``ctrl+z``, ``Escape``, ``Delete``."""
        self.screen.xdotool("key", keys)

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Hold a key down: ``space``, ``ctrl``."""
        self.screen.xdotool("keydown", key)
        try:
            yield
        finally:
            self.screen.xdotool("keyup", key)

    def type(self, text: str) -> None:
        """Type ``text`` where the focus is."""
        self.screen.xdotool("type", "--delay", 10, text)

    def picture(self, name: str) -> Path:
        """Save what the screen shows among the test's artifacts, as ``name``.png."""
        return self.screen.picture(self.artifacts / f"{name}.png")

    def mark(self) -> None:
        """Begin to measure how long the event loop is blocked."""
        self.run("heartbeat.mark()")

    def longest_block(self) -> Block:
        """Return the longest block since ``mark``."""
        return Block(**self.value("heartbeat.read()"))

    def errors(self) -> list[str]:
        """Return every exception that reached Krita's event loop, with its traceback."""
        current = self.value("list(exceptions)") if self.running else []
        return [*self._past_errors, *current]

    def stderr(self) -> str:
        """Return what Krita has printed since its first start."""
        return self.stderr_file.read_text(encoding="utf-8", errors="replace")

    def quit(self) -> int:
        """Leave Krita as its menu does, without a question about unsaved documents.

        Returns the exit status.
        """
        assert self._process is not None
        self._past_errors = self.errors()
        self.post(
            """
            for document in app.documents():
                document.setModified(False)
            app.action("file_quit").trigger()
            """
        )
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.picture("does-not-quit")
            raise KritaError(f"Krita does not quit; windows: {self.screen.windows()}") from None
        self._hang_up()
        return status

    def kill(self) -> None:
        """End Krita as a crash does."""
        assert self._process is not None
        end(self._process)
        self.killed = True
        self._hang_up()

    def close(self) -> None:
        """End what still runs, without asking."""
        if self.running:
            self.kill()
        self._hang_up()

    def _accept(self, listener: socket.socket) -> socket.socket:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(TimeoutError):
                return listener.accept()[0]
            if not self.running:
                raise KritaError(f"Krita ended at its start:\n{self.stderr()[-3000:]}")
        self.picture("does-not-start")
        raise KritaError(f"Krita's driver did not report:\n{self.stderr()[-3000:]}")

    def _ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        assert self._wire is not None, "Krita does not run"
        self._number += 1
        line = json.dumps({**request, "id": self._number}).encode() + b"\n"
        until = time.monotonic() + timeout
        try:
            self._wire.sendall(line)
            while (reply := self._reply(until))["id"] != self._number:
                pass
        except TimeoutError:
            self.picture("does-not-answer")
            windows = self.screen.windows()
            raise KritaError(f"no answer in {timeout:g} s; windows: {windows}") from None
        except OSError as error:
            raise KritaError(f"Krita is gone ({error}):\n{self.stderr()[-3000:]}") from None
        return reply

    def _reply(self, until: float) -> dict[str, Any]:
        assert self._wire is not None
        while b"\n" not in self._received:
            self._wire.settimeout(max(until - time.monotonic(), 0.001))
            data = self._wire.recv(1 << 20)
            if not data:
                raise ConnectionResetError("it hung up")
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
