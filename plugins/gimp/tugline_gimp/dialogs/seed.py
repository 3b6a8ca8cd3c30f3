"""The seed: a whole number, and a die to throw for another one."""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit import dice, labels
from tugline_edit.guarding import guarded
from tugline_edit.preferences import SEED_MOST
from tugline_gimp.gi_modules import GdkPixbuf, Gtk

from . import sharp_image
from .composing import stamped
from .die import drawn_die
from .manners import SPACING, text_ink

_ICON_SIDE: Final = 16


class Seed(Gtk.Box):
    """A number from 0 to 2^32 - 1; ``changed`` is called when it is another."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__(spacing=SPACING)
        self.number = Gtk.SpinButton(
            adjustment=Gtk.Adjustment(
                lower=0, upper=SEED_MOST, step_increment=1, page_increment=100
            ),
            numeric=True,
            width_chars=11,
            hexpand=True,
            tooltip_text=labels.SEED.tooltip,
            activates_default=True,
        )
        self.number.get_accessible().set_name(labels.SEED.text)
        self._telling = self.number.connect("value-changed", guarded(lambda _box: changed()))
        self._face = Gtk.Image()
        throw = Gtk.Button(tooltip_text=labels.ANOTHER_SEED.tooltip)
        throw.get_accessible().set_name(labels.ANOTHER_SEED.text)
        throw.add(self._face)
        throw.connect("clicked", guarded(self._throw))
        throw.connect("style-updated", guarded(self._draw))
        self.add(self.number)
        self.add(throw)
        self._draw(throw)

    def value(self) -> int:
        """Return the number."""
        return int(self.number.get_value())

    def show_value(self, seed: int) -> None:
        """Show ``seed``, without a word to anybody."""
        with self.number.handler_block(self._telling):
            self.number.set_value(seed)

    def _throw(self, _button: Any) -> None:
        self.number.set_value(dice.thrown())

    def _draw(self, button: Any) -> None:
        unit = button.get_scale_factor()
        side = _ICON_SIDE * unit
        blank = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, side, side)
        blank.fill(0)
        sharp_image.show(self._face, stamped(blank, drawn_die(side, text_ink(button))), unit)
