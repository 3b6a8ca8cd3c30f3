"""The daemon's state in words, and the button that starts it."""

from tugline_edit import labels
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk

from .asked import Desk
from .manners import SPACING, button, sentence, show_if


class ConnectionLine(Gtk.Box):
    """A dialog's first line; the button is there only while the daemon may be started."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(spacing=SPACING)
        self._words = sentence(2, labels.CONNECTION_TOOLTIP)
        self._start = button(labels.START, "a", desk.start_daemon)
        self._start.set_valign(Gtk.Align.CENTER)
        self.add(self._words)
        self.add(self._start)

    def show_state(self, state: ViewState) -> None:
        """Show the connection."""
        self._words.set_text(state.connection)
        show_if(self._start, state.may_start_daemon)
