"""Push buttons and check boxes that fit a narrow docker and leave the keyboard to the canvas."""

from collections.abc import Callable
from typing import Any, Final

from tugline.qt import QtCore, QtGui, QtWidgets
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label

from .manners import plain, shrinkable

LEAST_CHARACTERS: Final = 5


class Button(QtWidgets.QPushButton):
    """A push button whose text is elided where it does not fit, lit up while it is checked."""

    def __init__(self, label: Label, pressed: Callable[[], object]) -> None:
        """Call ``pressed`` at each click, which leaves the focus where it is; Tab reaches it."""
        super().__init__()
        self.show_label(label)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        shrinkable(self)
        self.clicked.connect(guarded(pressed))

    def show_label(self, label: Label) -> None:
        """Say what a click does now."""
        self.setText(label.text)
        self.setToolTip(plain(label.tooltip))

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return a width that any docker has."""
        return narrowed(self, super().minimumSizeHint())

    def paintEvent(self, _event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the style's button with as much of its text as there is room for."""
        option = QtWidgets.QStyleOptionButton()
        self.initStyleOption(option)
        if self.isChecked():
            roles, palette = QtGui.QPalette.ColorRole, option.palette
            palette.setBrush(roles.Button, palette.brush(roles.Highlight))
            palette.setBrush(roles.ButtonText, palette.brush(roles.HighlightedText))
            option.palette = palette
        element = QtWidgets.QStyle.SubElement.SE_PushButtonContents
        option.text = elided(self, self.style().subElementRect(element, option, self))
        painter = QtWidgets.QStylePainter(self)
        painter.drawControl(QtWidgets.QStyle.ControlElement.CE_PushButton, option)
        painter.end()


class Check(QtWidgets.QCheckBox):
    """A check box whose text is elided where it does not fit."""

    def __init__(self, label: Label, changed: Callable[[bool], object]) -> None:
        """Call ``changed`` when the artist ticks it, never when a program does."""
        super().__init__(label.text)
        self.setToolTip(plain(label.tooltip))
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        shrinkable(self)
        self.clicked.connect(guarded(changed))

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return a width that any docker has."""
        return narrowed(self, super().minimumSizeHint())

    def paintEvent(self, _event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the style's check box with as much of its text as there is room for."""
        option = QtWidgets.QStyleOptionButton()
        self.initStyleOption(option)
        element = QtWidgets.QStyle.SubElement.SE_CheckBoxContents
        option.text = elided(self, self.style().subElementRect(element, option, self))
        painter = QtWidgets.QStylePainter(self)
        painter.drawControl(QtWidgets.QStyle.ControlElement.CE_CheckBox, option)
        painter.end()


def narrowed(control: Any, hint: Any) -> Any:
    """Return ``hint`` with the width that the text takes cut to a few characters."""
    metrics = control.fontMetrics()
    spare = (
        metrics.horizontalAdvance(control.text()) - LEAST_CHARACTERS * metrics.averageCharWidth()
    )
    return QtCore.QSize(hint.width() - max(0, spare), hint.height())


def elided(control: Any, room: Any) -> str:
    """Return the control's text, elided to the width of ``room``."""
    side = QtCore.Qt.TextElideMode.ElideRight
    text: str = control.fontMetrics().elidedText(control.text(), side, room.width())
    return text
