"""How controls behave beside a canvas, and how texts of others are shown."""

import html
from typing import Any

from tugline.qt import QtCore, QtWidgets

Qt = QtCore.Qt


def plain(text: str) -> str:
    """Return ``text`` for a tooltip: wrapped by Qt, and never read as markup.

    Labels come out of documents and daemons, which are strangers.
    """
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def rule() -> Any:
    """Return the thin line between two parts of the docker."""
    line = QtWidgets.QFrame()
    line.setFrameShape(QtWidgets.QFrame.Shape.HLine)
    line.setFrameShadow(QtWidgets.QFrame.Shadow.Sunken)
    return line


def shrinkable(control: Any) -> None:
    """Let a control have less width than it would like, down to its least."""
    policy = control.sizePolicy()
    policy.setHorizontalPolicy(QtWidgets.QSizePolicy.Policy.Expanding)
    control.setSizePolicy(policy)


def narrow_form(widget: Any) -> Any:
    """Return a form layout for ``widget``; a field that is too wide goes below its label."""
    form = QtWidgets.QFormLayout(widget)
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


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
