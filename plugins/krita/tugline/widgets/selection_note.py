"""The line about handles that the selection holds, so that a forgotten one freezes nobody."""

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit import labels
from tugline_edit.telling import selection_note
from tugline_edit.view import ViewState

from .buttons import Button
from .sentence import Sentence


class SelectionNote(QtWidgets.QWidget):
    """Says that handles lie outside the selection, with the click that makes it not count."""

    def __init__(self, deeds: Deeds) -> None:
        """Begin hidden."""
        super().__init__()
        self._text = Sentence(2)
        self._switch = Button(labels.IGNORE_SELECTION, self._turn)
        self._deeds = deeds
        self._ignores = False
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        column.addWidget(self._switch)
        self.hide()

    def show_state(self, state: ViewState) -> None:
        """Show what the selection does, where that is worth a line."""
        self._ignores = state.ignores_selection
        note = selection_note(state)
        self._text.set_text(note)
        self._switch.show_label(labels.USE_SELECTION if self._ignores else labels.IGNORE_SELECTION)
        self.setVisible(bool(note))

    def _turn(self) -> None:
        self._deeds.ignore_selection(not self._ignores)
