"""Keeps a Link going in Qt's event loop: a notifier on its descriptor, and a timer."""

from collections.abc import Callable
from typing import Any

from tugline_edit.link import Link

from .guarding import guarded
from .qt import QtCore

TICK_MS = 400


class Pump(QtCore.QObject):
    """Drives the link that ``make`` makes as long as it lives; nothing of it ever waits.

    ``make(follow, soon)`` gets what the link has to call when it changed and when it has something
    to drain.
    """

    def __init__(
        self, make: Callable[[Callable[[], None], Callable[[], None]], Link], parent: QtCore.QObject
    ) -> None:
        """Begin at once: the first tick looks for a daemon."""
        super().__init__(parent)
        self.link = make(self._follow, self._soon)
        self._notifier: Any = None
        self._watched: int | None = None
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        QtCore.QTimer.singleShot(0, self._tick)

    def close(self) -> None:
        """Drive the link no more, and close it."""
        self._timer.stop()
        self._unwatch()
        self.link.close()

    @guarded
    def _tick(self) -> None:
        self.link.tick()

    @guarded
    def _readable(self, *_: object) -> None:
        notifier = self._notifier
        if notifier is None:
            return
        notifier.setEnabled(False)
        self.link.drain()
        if notifier is self._notifier:
            notifier.setEnabled(True)
            # The descriptor is edge-triggered: what came while it was off would not fire again.
            self._soon()

    def _soon(self) -> None:
        QtCore.QTimer.singleShot(0, self._drain)

    @guarded
    def _drain(self) -> None:
        self.link.drain()

    def _follow(self) -> None:
        """Watch the descriptor that the link has now: one that is closed must not be watched."""
        number = self.link.fileno()
        if number == self._watched:
            return
        self._unwatch()
        if number is not None:
            self._notifier = QtCore.QSocketNotifier(number, QtCore.QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._readable)
            self._watched = number

    def _unwatch(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        self._notifier = None
        self._watched = None
