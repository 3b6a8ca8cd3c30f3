"""The Drag dialog's lower part, folded away: what few artists need, and those not every day."""

from dataclasses import replace
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label, models_own
from tugline_edit.preferences import (
    RADIUS_AUTOMATIC,
    RADIUS_MOST,
    RADIUS_STEP,
    STEP_LIMIT_AUTOMATIC,
    STEP_LIMIT_MOST,
    STEP_LIMIT_STEP,
)
from tugline_edit.view import Settings, ViewState
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic

from .asked import DragDesk
from .manners import SPACING, attach
from .remote_daemon import RemoteDaemon

TOOLTIP: Final = "Step limit, radius, a daemon on another computer"


class MoreOptions(Gtk.Expander):
    """A line that unfolds into step limit, radius and the remote daemon."""

    def __init__(self, desk: DragDesk) -> None:
        super().__init__(label=mnemonic(labels.MORE, "M"), use_underline=True, tooltip_text=TOOLTIP)
        self._desk = desk
        self._steps = NumberOrAutomatic(
            labels.STEP_LIMIT, (STEP_LIMIT_AUTOMATIC, STEP_LIMIT_MOST, STEP_LIMIT_STEP)
        )
        self._radius = NumberOrAutomatic(
            labels.RADIUS, (RADIUS_AUTOMATIC, RADIUS_MOST, RADIUS_STEP)
        )
        self._telling = (
            (self._steps, self._steps.connect("value-changed", guarded(self._steps_changed))),
            (self._radius, self._radius.connect("value-changed", guarded(self._radius_changed))),
        )
        self._remote = RemoteDaemon(desk)
        form = Gtk.Grid(column_spacing=SPACING, row_spacing=SPACING, margin_start=SPACING)
        self.add(form)
        attach(form, (0, 0), mnemonic(labels.STEP_LIMIT.text, "i"), self._steps)
        attach(form, (2, 0), mnemonic(labels.RADIUS.text, "u"), self._radius)
        attach(form, (0, 1), mnemonic(labels.ADDRESS.text, "e"), self._remote.address, columns=3)
        attach(form, (0, 2), mnemonic(labels.KEY.text, "K"), self._remote.key, columns=2)
        form.attach(self._remote.use, 3, 2, 1, 1)

    def show_state(self, _state: ViewState) -> None:
        """Show the settings."""
        settings = self._desk.settings
        for box, telling in self._telling:
            box.handler_block(telling)
        self._steps.show_value(settings.step_limit)
        self._radius.show_value(settings.radius)
        for box, telling in self._telling:
            box.handler_unblock(telling)
        self._remote.show_settings(settings)

    def _steps_changed(self, _box: Any) -> None:
        steps = self._steps.value()
        self._change(replace(self._desk.settings, step_limit=None if steps is None else int(steps)))

    def _radius_changed(self, _box: Any) -> None:
        self._change(replace(self._desk.settings, radius=self._radius.value()))

    def _change(self, settings: Settings) -> None:
        if settings != self._desk.settings:
            self._desk.change_settings(settings)


class NumberOrAutomatic(Gtk.SpinButton):
    """A number whose least value stands for "automatic", and is written so.

    ``span`` is that value, the largest one and the step.
    """

    def __init__(self, label: Label, span: tuple[float, float, float]) -> None:
        least, most, step = span
        super().__init__(
            adjustment=Gtk.Adjustment(
                value=least, lower=least, upper=most, step_increment=step, page_increment=10 * step
            ),
            digits=0 if step >= 1 else 2,
            tooltip_text=models_own(label, labels.AUTOMATIC),
            width_chars=len(labels.AUTOMATIC),
            hexpand=True,
        )
        self.get_accessible().set_name(label.text)
        self._least = least
        self.connect("output", guarded(self._written))

    def value(self) -> float | None:
        """Return the number, None for automatic."""
        return self.get_value() if self.get_value() > self._least else None

    def show_value(self, value: float | None) -> None:
        """Show a number, or automatic for None."""
        wanted = self._least if value is None else value
        if self.get_value() != wanted:
            self.set_value(wanted)

    def _written(self, _box: Any) -> bool:
        if self.get_adjustment().get_value() > self._least:
            return False
        if self.get_text() != labels.AUTOMATIC:
            self.set_text(labels.AUTOMATIC)
        return True
