"""What the tests want to know of Krita's health: exceptions, and for how long it was blocked."""

import sys
import time
import traceback

from PyQt5.QtCore import QTimer, Qt

exceptions = []


def collect_exceptions():
    """Keep exceptions of slots, which would otherwise open a modal dialog or end Krita."""

    def keep(kind, value, trace):
        text = "".join(traceback.format_exception(kind, value, trace))
        exceptions.append(text)
        sys.__stderr__.write(text)

    sys.excepthook = keep


class Heartbeat:
    """The longest time between two beats of a 5 ms timer since ``mark``, in milliseconds.

    ``busy`` is the longest that the main thread computed between two beats: what another program
    took from it does not count.
    """

    def __init__(self):
        self._timer = QTimer()
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)
        self.mark()

    def mark(self):
        self.longest = self.busy = 0.0
        self._last = time.perf_counter(), time.thread_time()

    def read(self):
        self._beat()
        return {"wall": self.longest, "busy": self.busy}

    def _beat(self):
        now = time.perf_counter(), time.thread_time()
        wall, busy = ((new - old) * 1000 for new, old in zip(now, self._last))
        self._last = now
        self.longest = max(self.longest, wall)
        self.busy = max(self.busy, busy)
