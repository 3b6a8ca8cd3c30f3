"""How long an inversion may take: a choice of three, named by just that."""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic
from tugline_protocol.values import InversionQuality

from .manners import SPACING

_LETTERS: Final = {"seconds": "c", "minute": "u", "best": "B"}


class Qualities(Gtk.Box):
    """One of the qualities; ``changed`` is called when the artist chooses another."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING // 2)
        self._changed = changed
        self._silent = False
        self._buttons: dict[InversionQuality, Any] = {}
        for quality, label in labels.QUALITY_NAMES.items():
            button = Gtk.RadioButton(
                label=mnemonic(label.text, _LETTERS[quality]),
                use_underline=True,
                tooltip_text=label.tooltip,
                group=next(iter(self._buttons.values()), None),
            )
            button.connect("toggled", guarded(self._toggled))
            self._buttons[quality] = button
            self.add(button)

    def value(self) -> InversionQuality:
        """Return the one that is chosen."""
        return next(one for one, button in self._buttons.items() if button.get_active())

    def show_value(self, quality: InversionQuality) -> None:
        """Show one, without a word to anybody."""
        self._silent = True
        self._buttons[quality].set_active(True)
        self._silent = False

    def _toggled(self, button: Any) -> None:
        if button.get_active() and not self._silent:  # each choice is told of twice
            self._changed()
