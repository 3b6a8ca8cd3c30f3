"""How ordinary or how strange a picture may be: a slider and its number."""

from collections.abc import Callable
from typing import Final

from tugline_edit.guarding import guarded
from tugline_gimp.gi_modules import Gtk

from .manners import SPACING

TOOLTIP: Final = (
    "Low: calm pictures, near to what the model drew most often. "
    "High: more varied and stranger ones."
)
STEP: Final = 0.05


class Truncation(Gtk.Box):
    """A number from 0 to 1; ``changed`` is called when it is another."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__(spacing=SPACING)
        self._adjustment = Gtk.Adjustment(
            lower=0.0, upper=1.0, step_increment=STEP, page_increment=4 * STEP
        )
        self._telling = self._adjustment.connect("value-changed", guarded(lambda _one: changed()))
        slider = Gtk.Scale(
            adjustment=self._adjustment,
            draw_value=False,
            hexpand=True,
            width_request=90,
            tooltip_text=TOOLTIP,
        )
        number = Gtk.SpinButton(
            adjustment=self._adjustment,
            digits=2,
            numeric=True,
            tooltip_text=TOOLTIP,
            activates_default=True,
        )
        slider.get_accessible().set_name("Truncation")
        number.get_accessible().set_name("Truncation as a number")
        self.add(slider)
        self.add(number)

    def value(self) -> float:
        """Return the number, in hundredths: what a slider is dragged to has more digits."""
        return round(self._adjustment.get_value(), 2)

    def show_value(self, truncation: float) -> None:
        """Show ``truncation``, without a word to anybody."""
        with self._adjustment.handler_block(self._telling):
            self._adjustment.set_value(truncation)
