"""The docker's last lines: what is under way, and what happened last."""

from typing import Any, Final

from tugline.qt import QtWidgets
from tugline_edit import labels
from tugline_edit.telling import doing
from tugline_edit.view import Busy, ViewState

from .manners import plain
from .sentence import Sentence

PARTS: Final = 1000


class MessageLine(QtWidgets.QWidget):
    """A sentence, marked where it is a refusal or a fault, and a bar only while something lasts."""

    def __init__(self) -> None:
        """Begin with nothing to say."""
        super().__init__()
        self._told: tuple[str, bool, Busy] | None = None
        self._doing = Sentence(1)
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(self.fontMetrics().height() // 2)
        self._bar.setToolTip(plain(labels.PROGRESS_TOOLTIP))
        self._sign = WarningSign()
        self._message = Sentence(4, labels.MESSAGE_TOOLTIP)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._sign)
        row.addWidget(self._message, 1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._doing)
        column.addWidget(self._bar)
        column.addLayout(row)

    def show_state(self, state: ViewState) -> None:
        """Show what goes on; a fault shown since stays until something else begins or is said."""
        self._doing.set_text(doing(state))
        self._doing.setVisible(state.busy is not Busy.NOTHING)
        self._show_progress(state)
        told = (state.message, state.warning, state.busy)
        if told != self._told:
            self._told = told
            self._say(state.message, state.warning)

    def warn(self, sentence: str) -> None:
        """Show a fault that no state tells of."""
        self._say(sentence, True)

    def _say(self, sentence: str, warning: bool) -> None:
        self._message.set_text(sentence)
        self._message.setVisible(bool(sentence))
        self._sign.setVisible(warning and bool(sentence))

    def _show_progress(self, state: ViewState) -> None:
        self._bar.setVisible(state.busy is not Busy.NOTHING)
        if state.progress is None:
            self._bar.setRange(0, 0)  # Qt's way of saying that nothing can be measured
        else:
            self._bar.setRange(0, PARTS)
            self._bar.setValue(round(PARTS * min(1.0, max(0.0, state.progress))))


class WarningSign(QtWidgets.QLabel):
    """The style's own sign for a warning, as high as a line of text."""

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setToolTip(plain(labels.WARNING.tooltip))
        self.setAccessibleName(labels.WARNING.text)
        self.hide()

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Take the sign of a new theme."""
        super().changeEvent(event)
        self._draw()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw it for the screen that it is on."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        icon = self.style().standardIcon(QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning)
        side = self.fontMetrics().height()
        self.setPixmap(icon.pixmap(side, side))
