"""The line about handles that the selection holds, so that a forgotten one freezes nobody."""

from tugline_edit import wording
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk

from .asked import DragDesk
from .manners import SPACING, button, sentence, show_if


class SelectionNote(Gtk.Box):
    """Says that handles lie outside the selection, with the click that makes it not count."""

    def __init__(self, desk: DragDesk) -> None:
        super().__init__(spacing=SPACING)
        self._desk = desk
        self._ignores = False
        self._text = sentence(2)
        self._switch = button("", "", self._turn)
        self._switch.set_valign(Gtk.Align.CENTER)
        self.add(self._text)
        self.add(self._switch)

    def show_state(self, state: ViewState) -> None:
        """Show what the selection does, where that is worth a line."""
        self._ignores = state.ignores_selection
        self._text.set_text(
            wording.SELECTION_IGNORED
            if self._ignores
            else wording.outside_selection(state.frozen_handles)
        )
        self._switch.set_label("Use the selectio_n" if self._ignores else "I_gnore the selection")
        self._switch.set_tooltip_text(
            "Let only what is selected move"
            if self._ignores
            else "Let everything move, whatever is selected"
        )
        for part in (self._text, self._switch):
            part.show()
        show_if(self, self._ignores or state.frozen_handles > 0)

    def _turn(self) -> None:
        self._desk.ignore_selection(not self._ignores)
