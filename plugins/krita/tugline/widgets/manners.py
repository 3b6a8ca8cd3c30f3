"""How controls behave beside a canvas, and how texts of others are shown."""

import html
from collections.abc import Callable
from typing import Any

from tugline.guarding import guarded
from tugline.qt import QtCore, QtWidgets

Qt = QtCore.Qt


def plain(text: str) -> str:
    """Return ``text`` for a tooltip: wrapped by Qt, and never read as markup.

    Labels come out of documents and daemons, which are strangers.
    """
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def button(text: str, tooltip: str, pressed: Callable[[], object]) -> Any:
    """Return a push button that leaves the keyboard with the canvas when it is clicked."""
    made = QtWidgets.QPushButton(text)
    made.setToolTip(plain(tooltip))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(guarded(pressed))
    return made


def check(text: str, tooltip: str, changed: Callable[[bool], object]) -> Any:
    """Return a check box; ``changed`` is called when the artist ticks it, never by a program."""
    made = QtWidgets.QCheckBox(text)
    made.setToolTip(plain(tooltip))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(guarded(changed))
    return made


def rule() -> Any:
    """Return the thin line between two parts of the docker."""
    line = QtWidgets.QFrame()
    line.setFrameShape(QtWidgets.QFrame.Shape.HLine)
    line.setFrameShadow(QtWidgets.QFrame.Shadow.Sunken)
    return line


class WheelScrolls(QtCore.QObject):
    """Lets the wheel scroll the docker, and not change the value that happens to lie under it.

    A control that was clicked into has the wheel for itself.
    """

    def watch(self, *controls: Any) -> None:
        """Look after ``controls``, which must live no longer than this object."""
        for control in controls:
            control.installEventFilter(self)
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 - Qt's name
        """Hand the wheel on to the scroll area behind a control without the focus."""
        if event.type() == QtCore.QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        return False
