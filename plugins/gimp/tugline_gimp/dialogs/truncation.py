"""How ordinary or how strange a picture may be: a slider and its number."""

from collections.abc import Callable

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.preferences import TRUNCATION_STEP
from tugline_gimp.gi_modules import Gtk

from .manners import SPACING


class Truncation(Gtk.Box):
    """A number from 0 to 1; ``changed`` is called when it is another."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__(spacing=SPACING)
        self._adjustment = Gtk.Adjustment(
            lower=0.0,
            upper=1.0,
            step_increment=TRUNCATION_STEP,
            page_increment=4 * TRUNCATION_STEP,
        )
        self._telling = self._adjustment.connect("value-changed", guarded(lambda _one: changed()))
        slider = Gtk.Scale(
            adjustment=self._adjustment,
            draw_value=False,
            hexpand=True,
            width_request=90,
            tooltip_text=labels.TRUNCATION.tooltip,
        )
        number = Gtk.SpinButton(
            adjustment=self._adjustment,
            digits=2,
            numeric=True,
            tooltip_text=labels.TRUNCATION.tooltip,
            activates_default=True,
        )
        slider.get_accessible().set_name(labels.TRUNCATION.text)
        number.get_accessible().set_name(labels.TRUNCATION_NUMBER)
        self.add(slider)
        self.add(number)

    def value(self) -> float:
        """Return the number, in hundredths: what a slider is dragged to has more digits."""
        return round(self._adjustment.get_value(), 2)

    def show_value(self, truncation: float) -> None:
        """Show ``truncation``, without a word to anybody."""
        with self._adjustment.handler_block(self._telling):
            self._adjustment.set_value(truncation)
