"""Krita's event loop, which is Qt's, as ``tugline_edit`` asks for it."""

from collections.abc import Callable
from typing import Any

from tugline_edit.guarding import guarded

from .qt import QtCore, alive


class QtLoop:
    """Calls from Qt's event loop; a call that fails is logged and told."""

    def __init__(self, parent: Any) -> None:
        """Let timers and notifiers belong to ``parent``, a QObject."""
        self._parent = parent

    def later(self, milliseconds: int, call: Callable[[], object]) -> None:
        """Call once, after so long; 0 = at the next turn of the loop."""
        QtCore.QTimer.singleShot(milliseconds, guarded(call))

    def every(self, milliseconds: int, call: Callable[[], object]) -> "_Timer":
        """Call again and again."""
        return _Timer(self._parent, milliseconds, call)

    def watch(self, descriptor: int, call: Callable[[], object]) -> "_Notifier":
        """Call whenever a descriptor can be read."""
        return _Notifier(self._parent, descriptor, call)


class _Timer:
    def __init__(self, parent: Any, milliseconds: int, call: Callable[[], object]) -> None:
        self._timer = QtCore.QTimer(parent)
        self._timer.timeout.connect(guarded(call))
        self._timer.start(milliseconds)

    def stop(self) -> None:
        """Call no more."""
        if alive(self._timer):
            self._timer.stop()
            self._timer.deleteLater()


class _Notifier:
    """Reads are heard of one at a time: the notifier is off while the call is under way."""

    def __init__(self, parent: Any, descriptor: int, call: Callable[[], object]) -> None:
        self._call = call
        self._on = True
        read = QtCore.QSocketNotifier.Type.Read
        self._notifier = QtCore.QSocketNotifier(descriptor, read, parent)
        self._notifier.activated.connect(self._readable)

    def stop(self) -> None:
        """Call no more; the descriptor may be closed afterwards."""
        self._on = False
        if alive(self._notifier):
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()

    @guarded
    def _readable(self) -> None:
        self._notifier.setEnabled(False)
        try:
            self._call()
        finally:
            if self._on:
                self._notifier.setEnabled(True)
