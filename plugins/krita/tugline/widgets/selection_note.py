"""The line about handles that the selection holds, so that a forgotten one freezes nobody."""

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit import wording
from tugline_edit.view import ViewState

from .buttons import Button
from .sentence import Sentence


class SelectionNote(QtWidgets.QWidget):
    """Says that handles lie outside the selection, with the click that makes it not count."""

    def __init__(self, deeds: Deeds) -> None:
        """Begin hidden."""
        super().__init__()
        self._text = Sentence(2)
        self._switch = Button("", "", self._turn)
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
        self._text.set_text(
            wording.SELECTION_IGNORED
            if self._ignores
            else wording.outside_selection(state.frozen_handles)
        )
        self._switch.setText("Use the selection" if self._ignores else "Ignore the selection")
        self._switch.setToolTip(
            "Let only what is selected move"
            if self._ignores
            else "Let everything move, whatever is selected"
        )
        self.setVisible(self._ignores or state.frozen_handles > 0)

    def _turn(self) -> None:
        self._deeds.ignore_selection(not self._ignores)
