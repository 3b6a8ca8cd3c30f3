"""What an edit is pulled with: Pull and Stop, and how a pull is done."""

from dataclasses import replace
from typing import Any, Final

from tugline_edit.view import Busy, ViewState
from tugline_gimp.gi_modules import Gtk

from .asked import DragDesk
from .manners import SPACING, Check, row, sentence, show_if

UNDER_WAY: Final = (Busy.DRAGGING, Busy.STOPPING)


class PullButton:
    """The dialog's default button: Pull, and while it pulls Stop."""

    def __init__(self, button: Any, desk: DragDesk) -> None:
        """Give ``button`` its words; ``press`` is for when it is clicked or Enter was pressed."""
        self._button = button
        self._desk = desk
        self._stops = False

    def show_state(self, state: ViewState) -> None:
        """Show what a press does now, and let it be pressed where there is something to do."""
        self._stops = state.busy in UNDER_WAY
        self._button.set_label("_Stop" if self._stops else "_Pull")
        self._button.set_tooltip_text(
            "Stop here and keep the picture as it is now (Enter)"
            if self._stops
            else "Pull every handle to its target (Enter)"
        )
        ready = state.connected and state.has_edit and state.arrows > 0
        begins = ready and state.busy is Busy.NOTHING
        self._button.set_sensitive(state.busy is Busy.DRAGGING or begins)

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
            "_Live",
            "The picture follows while you pull; otherwise Enter or Pull starts it",
            lambda on: desk.change_settings(replace(desk.settings, live=on)),
        )
        self._keep_rest = Check(
            "Keep the _rest exactly",
            "Outside the selection not one pixel changes",
            lambda on: desk.change_settings(replace(desk.settings, keep_rest=on)),
        )
        self._softness = sentence(2, "How sharp the picture is at this size")
        self.add(row(self._live, self._keep_rest, spacing=3 * SPACING))
        self.add(self._softness)

    def show_state(self, state: ViewState) -> None:
        """Show the settings, and how soft the picture is where that is worth a line."""
        self._live.show_ticked(self._desk.settings.live)
        self._keep_rest.show_ticked(self._desk.settings.keep_rest)
        self._softness.set_text(state.softness)
        show_if(self._softness, bool(state.softness))
