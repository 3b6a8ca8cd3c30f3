"""What an edit is pulled with: Pull and Stop, and how a pull is done."""

from dataclasses import replace
from typing import Any

from tugline_edit import labels
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic

from .asked import DragDesk
from .manners import SPACING, Check, row, sentence, show_if


class PullButton:
    """The dialog's default button: Pull, and while it pulls Stop."""

    def __init__(self, button: Any, desk: DragDesk) -> None:
        """Give ``button`` its words; ``press`` is for when it is clicked or Enter was pressed."""
        self._button = button
        self._desk = desk
        self._stops = False

    def show_state(self, state: ViewState) -> None:
        """Show what a press does now, and let it be pressed where there is something to do."""
        self._stops = state.stops
        label = labels.STOP if self._stops else labels.PULL
        self._button.set_label(mnemonic(label.text, label.text[0]))
        self._button.set_tooltip_text(f"{label.tooltip} (Enter)")
        self._button.set_sensitive(state.may_pull_or_stop)

    def press(self) -> None:
        """Pull or stop."""
        if self._stops:
            self._desk.stop()
        else:
            self._desk.run()


class PullSettings(Gtk.Box):
    """Live, and what holds the rest."""

    def __init__(self, desk: DragDesk) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
        self._desk = desk
        self._live = Check(
            labels.LIVE,
            "L",
            lambda on: desk.change_settings(replace(desk.settings, live=on)),
        )
        self._keep_rest = Check(
            labels.KEEP_REST,
            "r",
            lambda on: desk.change_settings(replace(desk.settings, keep_rest=on)),
        )
        self._softness = sentence(2, labels.SOFTNESS_TOOLTIP)
        self.add(row(self._live, self._keep_rest, spacing=3 * SPACING))
        self.add(self._softness)

    def show_state(self, state: ViewState) -> None:
        """Show the settings, and how soft the picture is where that is worth a line."""
        self._live.show_ticked(self._desk.settings.live)
        # Over a photo nothing else is seen than what is pulled, in any case.
        self._keep_rest.show_ticked(self._desk.settings.keep_rest or state.over_photo)
        self._keep_rest.set_sensitive(not state.over_photo)
        self._softness.set_text(state.softness)
        show_if(self._softness, bool(state.softness))
