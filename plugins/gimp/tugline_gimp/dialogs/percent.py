"""A part of something, as an artist writes it: in percent."""

from collections.abc import Callable

from tugline_edit.guarding import guarded
from tugline_edit.labels import Label
from tugline_gimp.gi_modules import Gtk


class Percent(Gtk.SpinButton):
    """A part from 0 to ``most`` in steps of ``step``; ``changed`` is called when it is another."""

    def __init__(
        self, label: Label, most: float, step: float, changed: Callable[[], object]
    ) -> None:
        super().__init__(
            adjustment=Gtk.Adjustment(
                lower=0.0, upper=100 * most, step_increment=100 * step, page_increment=1000 * step
            ),
            digits=1,
            numeric=True,
            halign=Gtk.Align.START,
            tooltip_text=f"{label.tooltip}, in percent",
            activates_default=True,
        )
        self.get_accessible().set_name(label.text)
        self.connect("value-changed", guarded(lambda _box: changed()))

    def part(self) -> float:
        """Return the part, 1 = all of it."""
        return round(float(self.get_value()) / 100, 6)
