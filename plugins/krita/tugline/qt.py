"""Qt as this Krita has it: the only file that names PyQt5 or PyQt6, and what differs between them.

Write enums with their scope (``Qt.MouseButton.LeftButton``): both understand that.
"""

import sys

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

from typing import Any

__all__ = ["QAction", "QtCore", "QtGui", "QtWidgets", "alive", "event_position", "sip"]


def alive(thing: Any) -> bool:
    """Whether a Qt object is there and its C++ side has not been deleted."""
    return thing is not None and not sip.isdeleted(thing)


def event_position(event: Any) -> tuple[float, float]:
    """Where a mouse or tablet event happened, in logical pixels of its widget, with fractions."""
    if isinstance(event, QtGui.QTabletEvent) and QtCore.PYQT_VERSION < 0x060000:
        point = event.posF()
    elif QtCore.PYQT_VERSION < 0x060000:
        point = event.localPos()
    else:
        point = event.position()
    return point.x(), point.y()
