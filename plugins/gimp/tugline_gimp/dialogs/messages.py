"""A dialog's last lines: what is under way, and what happened last."""

from typing import Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.telling import doing
from tugline_edit.view import Busy, ViewState
from tugline_gimp.gi_modules import GLib, Gtk

from .manners import SPACING, sentence, set_class, show_if, text_height

_PULSE_MS: Final = 90


class MessageLine(Gtk.Box):
    """A sentence, marked where it is a refusal or a fault, and a bar only while something lasts.

    The sentence can be selected and copied. There is room for the bar and for two lines always:
    nothing jumps under the hand when a pull begins or ends.
    """

    def __init__(self) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING // 2)
        self._told: tuple[str, bool, Busy] | None = None
        self._pulsing = 0
        self._bar = Gtk.ProgressBar(tooltip_text=labels.PROGRESS_TOOLTIP, hexpand=True)
        self._bar.set_valign(Gtk.Align.CENTER)
        self._doing = sentence(1)
        self._doing.set_hexpand(False)
        self._doing.set_width_chars(-1)
        self._sign = Gtk.Image.new_from_icon_name("dialog-warning", Gtk.IconSize.MENU)
        self._sign.set_tooltip_text(labels.WARNING.tooltip)
        self._sign.get_accessible().set_name(labels.WARNING.text)
        self._sign.set_valign(Gtk.Align.START)
        self._message = sentence(4, labels.MESSAGE_TOOLTIP)
        self._message.set_selectable(True)
        self._message.set_yalign(0.0)
        self._message.set_size_request(-1, 2 * text_height(self._message))
        self._under_way = Gtk.Box(spacing=SPACING)
        self._under_way.add(self._doing)
        self._under_way.add(self._bar)
        said = Gtk.Box(spacing=SPACING)
        said.add(self._sign)
        said.add(self._message)
        self.add(self._under_way)
        self.add(said)
        self.connect("destroy", guarded(self._rest))

    def show_state(self, state: ViewState, hint: str = "") -> None:
        """Show what goes on; a fault shown since stays until something else begins or is said.

        ``hint`` is shown, quietly, where there is nothing else to say.
        """
        self._doing.set_text(doing(state))
        self._under_way.set_opacity(1.0 if state.busy is not Busy.NOTHING else 0.0)
        self._show_progress(state)
        told = (state.message or hint, state.warning, state.busy)
        if told != self._told:
            self._told = told
            self._say(state.message or hint, state.warning)
            set_class(self._message, "tugline-quiet", on=not state.message)

    def warn(self, sentence_: str) -> None:
        """Show a fault that no state tells of."""
        set_class(self._message, "tugline-quiet", on=False)
        self._say(sentence_, True)

    def _say(self, sentence_: str, warning: bool) -> None:
        self._message.set_text(sentence_)
        self._message.set_tooltip_text(sentence_ or labels.MESSAGE_TOOLTIP)
        show_if(self._sign, warning and bool(sentence_))

    def _show_progress(self, state: ViewState) -> None:
        """Show how far it is; the bar wanders where nothing can be measured."""
        lasts = state.busy is not Busy.NOTHING
        if not lasts or state.progress is not None:
            self._rest()
        elif not self._pulsing:
            self._pulsing = GLib.timeout_add(_PULSE_MS, self._pulse)
        if state.progress is not None:
            self._bar.set_fraction(min(1.0, max(0.0, state.progress)))

    def _pulse(self) -> bool:
        self._bar.pulse()
        return bool(GLib.SOURCE_CONTINUE)

    def _rest(self) -> None:
        number, self._pulsing = self._pulsing, 0
        if number:
            GLib.source_remove(number)
            self._bar.set_fraction(0.0)  # else GTK goes on to draw it, 60 times a second
