"""The line about handles that the selection holds, so that a forgotten one freezes nobody."""

from tugline_edit import labels
from tugline_edit.telling import selection_note
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk

from .asked import DragDesk
from .manners import SPACING, button, sentence, show_if, show_label


class SelectionNote(Gtk.Box):
    """Says that handles lie outside the selection, with the click that makes it not count."""

    def __init__(self, desk: DragDesk) -> None:
        super().__init__(spacing=SPACING)
        self._desk = desk
        self._ignores = False
        self._text = sentence(2)
        self._switch = button(labels.IGNORE_SELECTION, "g", self._turn)
        self._switch.set_valign(Gtk.Align.CENTER)
        self.add(self._text)
        self.add(self._switch)

    def show_state(self, state: ViewState) -> None:
        """Show what the selection does, where that is worth a line."""
        self._ignores = state.ignores_selection
        note = selection_note(state)
        self._text.set_text(note)
        if self._ignores:
            show_label(self._switch, labels.USE_SELECTION, "n")
        else:
            show_label(self._switch, labels.IGNORE_SELECTION, "g")
        for part in (self._text, self._switch):
            part.show()
        show_if(self, bool(note))

    def _turn(self) -> None:
        self._desk.ignore_selection(not self._ignores)
