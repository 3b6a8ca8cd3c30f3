"""What the tests want to know of Krita's health: exceptions, and for how long it was blocked."""

import sys
import time
import traceback
from types import TracebackType

from PyQt5.QtCore import Qt, QTimer

exceptions: list[str] = []


def collect_exceptions() -> None:
    """Keep exceptions of slots, which would otherwise open a modal dialog or end Krita."""
    sys.excepthook = _keep


class Heartbeat:
    """How long the event loop did not turn since ``mark``: the longest gap of a 5 ms timer.

    ``busy`` is the longest that the main thread computed between two beats: what another program
    took from it does not count.
    """

    def __init__(self) -> None:
        self.mark()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def mark(self) -> None:
        """Forget what was measured so far."""
        self._wall = self._busy = 0.0
        self._last = _now()

    def read(self) -> dict[str, float]:
        """Return the longest gap and the longest computation, in milliseconds."""
        self._beat()
        return {"wall": self._wall * 1000, "busy": self._busy * 1000}

    def _beat(self) -> None:
        now = _now()
        self._wall = max(self._wall, now[0] - self._last[0])
        self._busy = max(self._busy, now[1] - self._last[1])
        self._last = now


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _keep(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    text = "".join(traceback.format_exception(kind, value, trace))
    exceptions.append(text)
    if sys.__stderr__ is not None:
        sys.__stderr__.write(text)
