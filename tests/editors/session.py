"""One real Krita under remote control."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.editors.screen import Screen
from tests.editors.shown import Shown
from tests.editors.wire import PATIENCE
from tools.editors.room import Room

# An undo that has changed nothing after so many seconds was dropped.
DROPPED = 10.0


@dataclass(frozen=True)
class Block:
    """For how long Krita's event loop did not turn, in milliseconds.

    ``wall`` is the longest time between two beats of a 5 ms timer; ``busy`` the longest that the
    main thread computed between two, which other programs on the machine do not lengthen.
    """

    wall: float
    busy: float


class KritaSession(Shown):
    """Krita on a screen of its own, with a HOME of its own; ``start`` and ``quit`` may repeat.

    ``app``, ``Krita``, ``new_document``, ``canvas``, ``document_to_screen``, ``pixel``,
    ``settled``, ``painted``, ``rested`` and ``heartbeat`` are names that Krita's Python has from
    the start.
    """

    def __init__(
        self, room: Room, screen: Screen, artifacts: Path, environment: Mapping[str, str]
    ) -> None:
        super().__init__("Krita", room, screen, artifacts, environment)
        self._past_errors: list[str] = []

    def start(self, *arguments: str) -> None:
        """Start Krita with ``arguments`` (documents), and wait until its window shows them."""
        self._launch(["krita", "--nosplash", *arguments], self._environment)
        if arguments:
            self.wait_for("app.activeDocument() and canvas() and canvas().isVisible()")
        self.arrange()

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
        """Wait until Krita's image is computed, its view stands still, and the screen shows it."""
        self.run("result = settled()")

    def still(self, place: str) -> list[int]:
        """Return the place on the screen that an expression tells, once it has stopped moving."""
        before, now = None, self.value(place)
        while before != now:
            self.settle()
            before, now = now, self.value(place)
        return list(now)

    def stroke(self, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
        """Draw on the screen with Krita's tool, and wait until Krita has made an undo step of it.

        The step before has to have another name.
        """
        name = "app.action('edit_undo').text()"
        before = self.value(name)
        self.mouse.drag(start, end, steps)
        self.wait_for(f"{name} != {before!r}")
        self.settle()

    def on_screen(self, x: float, y: float) -> tuple[int, int]:
        """Return the global screen pixel of a position (x, y) in the active document."""
        column, row = self.value(f"document_to_screen({x}, {y})")
        return column, row

    def undo(self, until: str, keys: str = "ctrl+z") -> None:
        """Press Ctrl+Z until Krita takes it, and wait for the expression ``until``.

        Krita drops an undo that comes while its image is being computed: its rest is waited for,
        and the undo pressed again only where neither the names of the next steps nor the layers
        have changed.
        """
        steps = """[
            [app.action(name).text() for name in ("edit_undo", "edit_redo")],
            [node.uniqueId().toString() for node in app.activeDocument().topLevelNodes()],
        ]"""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            before = None
            while before != (now := self.value(steps)):  # the names come late
                before = now
                self.run("result = rested()")
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

    def quit(self) -> int:
        """Leave Krita as its menu does, without a question about unsaved documents.

        Returns the exit status.
        """
        self._past_errors = self.errors()
        self.post(
            """
            for document in app.documents():
                document.setModified(False)
            app.action("file_quit").trigger()
            """
        )
        return self._wait_for_end()
