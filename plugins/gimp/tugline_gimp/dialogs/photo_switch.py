"""The switch between a picture and the photo that it lies over."""

from collections.abc import Callable
from typing import Any

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic


class PhotoSwitch(Gtk.ToggleButton):
    """While it is down the photo is seen; ``switched`` is called with that.

    What the artist hides themselves, in the layer list, is seen by the switch, and left to them.
    """

    def __init__(self, switched: Callable[[bool], object]) -> None:
        super().__init__(
            label=mnemonic(labels.PHOTO.text, "f"),
            use_underline=True,
            tooltip_text=labels.PHOTO.tooltip,
        )
        self._switched = switched
        self._hid = False
        self._telling = self.connect("toggled", guarded(self._toggled))

    def show_state(self, state: ViewState) -> None:
        """Show whether the photo is seen, without a word to anybody."""
        self.set_sensitive(state.over_photo and not state.stops)
        self._hid = self._hid and state.shows_photo
        with self.handler_block(self._telling):
            self.set_active(state.shows_photo)

    def put_back(self) -> None:
        """Have the picture seen again where this switch has hidden it."""
        if self._hid:
            self._hid = False
            self._switched(False)

    def _toggled(self, _button: Any) -> None:
        self._hid = bool(self.get_active())
        self._switched(self._hid)
