"""The daemon's state in words, and the button that starts it."""

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit import labels
from tugline_edit.view import ViewState

from .buttons import Button
from .sentence import Sentence


class ConnectionLine(QtWidgets.QWidget):
    """The docker's first line; the button is there only while the daemon may be started."""

    def __init__(self, deeds: Deeds) -> None:
        """Begin without a word."""
        super().__init__()
        self._words = Sentence(2, labels.CONNECTION_TOOLTIP)
        self._start = Button(labels.START, deeds.start_daemon)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._start)
        self._start.hide()

    def show_state(self, state: ViewState) -> None:
        """Show the connection."""
        self._words.set_text(state.connection)
        self._start.setVisible(state.may_start_daemon)
