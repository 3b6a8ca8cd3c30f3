"""Qt as this Krita has it: the only file that names PyQt5 or PyQt6, and what differs between them.

Write enums with their scope (``Qt.MouseButton.LeftButton``): both understand that.
"""

import sys
from typing import Any, TypeGuard, TypeVar

if "PyQt6" in sys.modules:  # Krita's own binding has loaded the one that it is built with
    from PyQt6 import QtCore, QtGui, QtWidgets, sip
    from PyQt6.QtGui import QAction
else:
    try:
        from PyQt5 import QtCore, QtGui, QtWidgets, sip
        from PyQt5.QtWidgets import QAction
    except ImportError:
        from PyQt6 import QtCore, QtGui, QtWidgets, sip
        from PyQt6.QtGui import QAction

__all__ = [
    "QAction",
    "QtCore",
    "QtGui",
    "QtWidgets",
    "alive",
    "event_position",
    "hover_elsewhere",
    "is_eraser",
    "sip",
]

_QT5 = QtCore.PYQT_VERSION < 0x060000

_Thing = TypeVar("_Thing")


def alive(thing: _Thing | None) -> TypeGuard[_Thing]:
    """Whether a Qt object is there and its C++ side has not been deleted."""
    return thing is not None and not sip.isdeleted(thing)


def event_position(event: Any) -> tuple[float, float]:
    """Where a mouse or tablet event happened, in logical pixels of its widget, with fractions."""
    if not _QT5:
        point = event.position()
    elif isinstance(event, QtGui.QTabletEvent):
        point = event.posF()
    else:
        point = event.localPos()
    return point.x(), point.y()


def is_eraser(event: Any) -> bool:
    """Whether a tablet event comes from the pen's other end."""
    kinds = QtGui.QTabletEvent if _QT5 else QtGui.QPointingDevice
    return bool(event.pointerType() == kinds.PointerType.Eraser)


def hover_elsewhere(event: Any, x: float, y: float) -> Any:
    """Return the move, with no button down, to (x, y) of the pointer that ``event`` came from."""
    place = QtCore.QPointF(x, y)
    none = QtCore.Qt.MouseButton.NoButton
    keys = QtCore.Qt.KeyboardModifier.NoModifier
    if not isinstance(event, QtGui.QTabletEvent):
        return QtGui.QMouseEvent(QtCore.QEvent.Type.MouseMove, place, place, none, none, keys)
    kind = QtCore.QEvent.Type.TabletMove
    if _QT5:
        pen = event.deviceType(), event.pointerType(), 0.0, 0, 0, 0.0, 0.0, 0
        return QtGui.QTabletEvent(kind, place, place, *pen, keys, event.uniqueId(), none, none)
    device = event.pointingDevice()
    return QtGui.QTabletEvent(kind, device, place, place, 0.0, 0, 0, 0.0, 0.0, 0, keys, none, none)
