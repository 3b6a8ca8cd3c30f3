"""The dialog in which points are pulled: beside the image, which goes on being used meanwhile."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from tugline_edit import labels, wording
from tugline_edit.geometry import XY
from tugline_edit.guarding import guarded, listen, unlisten
from tugline_edit.hand import Hand
from tugline_edit.preferences import Shelf
from tugline_edit.telling import history_title
from tugline_edit.view import Busy, ViewState
from tugline_gimp.gi_modules import Gdk, Gimp, GimpUi, GLib, Gtk
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.shelf import FILE_NAME, FileShelf
from tugline_gimp.words import DRAG_TITLE

from . import keeping
from .asked import DragDesk
from .connection import ConnectionLine
from .history import HistoryStrip
from .manners import SPACING, column, sentence, show_if, use_style, with_class
from .messages import MessageLine
from .more import MoreOptions
from .picture_bar import PictureBar
from .preview import Preview
from .pulling import PullButton, PullSettings
from .selection_note import SelectionNote

ROLE: Final = "tugline-drag"
PLACE_NAME: Final = "drag_dialog"
# Logical pixels; less high than the smallest screens that GIMP is used on.
USUAL_SIZE: Final = (450, 690)
HINT: Final = (
    "Press on the picture and pull: from a handle to its target. "
    "Arrows that you draw with GIMP's Paths tool count as well."
)
_PULL, _TAKE_BACK = 1, 2
_ZOOM_KEYS: Final = {
    Gdk.KEY_plus: 1,
    Gdk.KEY_equal: 1,
    Gdk.KEY_KP_Add: 1,
    Gdk.KEY_minus: -1,
    Gdk.KEY_KP_Subtract: -1,
}
_FIT_KEYS: Final = (Gdk.KEY_0, Gdk.KEY_KP_0)
_DELETE_KEYS: Final = (Gdk.KEY_Delete, Gdk.KEY_KP_Delete, Gdk.KEY_BackSpace)


class Follower(Protocol):
    """What keeps the arrows and the image's path the same: ``tugline_gimp.following``'s."""

    @property
    def unfinished(self) -> Sequence[XY]:
        """The handles, in image pixels, that have no target on the canvas yet."""


class DragDialog:
    """Shows the edit of the layer that is chosen in the image, and pulls its points.

    A GimpUi.Dialog and no ProcedureDialog: that one is modal, ends in a choice, and knows arguments
    only; here the image is worked on while the dialog is open, and its buttons do not close it. Its
    buttons are at its foot wherever the desktop likes headers better: Pull belongs to the picture.
    """

    def __init__(
        self, desk: DragDesk, follower: Follower | None = None, *, shelf: Shelf | None = None
    ) -> None:
        """Build it, unseen; ``shelf`` keeps its place, in GIMP's folder unless another is given."""
        GimpUi.init(ROLE)
        use_style()
        self._desk = desk
        self._shelf = shelf or FileShelf(Path(Gimp.directory()) / FILE_NAME)
        self._main = GLib.MainLoop()
        self._closing = False
        self._left = False
        self._busy = Busy.NOTHING
        self._follower = follower
        self._preview = Preview(Hand(desk.bench), desk.picture, self._unfinished, self._zoomed)
        self._instead = sentence(4)
        self._picture_bar = PictureBar(desk, self._preview)
        self._connection = ConnectionLine(desk)
        self._settings = PullSettings(desk)
        self._selection = SelectionNote(desk)
        self._history_title = sentence(1)
        self._history = HistoryStrip(desk.go_to)
        self._more = MoreOptions(desk)
        self._message = MessageLine()
        self.window = GimpUi.Dialog(title=DRAG_TITLE, role=ROLE, use_header_bar=0)
        self._take_back = self.window.add_button(mnemonic(labels.TAKE_BACK.text, "T"), _TAKE_BACK)
        self._take_back.set_tooltip_text(f"{labels.TAKE_BACK.tooltip} (Esc)")
        close = self.window.add_button("_Close", Gtk.ResponseType.CLOSE)
        close.set_tooltip_text("Close the dialog; a pull that runs stops, and its picture is kept")
        self._pull = PullButton(self.window.add_button("", _PULL), desk)
        self._lay_out()

    def run(self) -> None:
        """Open it, and return when it is closed: what was pulled is in the layer by then."""
        GimpUi.window_set_transient(self.window)
        self.open()
        if not self._left:
            self._main.run()
        self.close()

    def open(self) -> None:
        """Show it where it was the last time, and follow the desk."""
        keeping.put_back(self.window, self._shelf, PLACE_NAME)
        listen(self._message.warn)
        self._desk.watch(self._show_state)
        self._desk.follow(self._preview.draw_soon)
        self.window.show()
        self._preview.focus()

    def close(self) -> None:
        """Leave the desk, keep the dialog's place, and be gone."""
        guarded(self._picture_bar.put_back)()
        self._desk.unfollow(self._preview.draw_soon)
        self._desk.unwatch(self._show_state)
        unlisten(self._message.warn)
        # A folder that cannot be written loses the place, and nothing else.
        guarded(keeping.keep)(self.window, self._shelf, PLACE_NAME)
        self.window.destroy()

    def _shown(self) -> Any:
        """Return the preview, with words in its middle where there is no picture."""
        with_class(self._instead, "tugline-quiet")
        self._instead.set_justify(Gtk.Justification.CENTER)
        for place in (self._instead.set_halign, self._instead.set_valign):
            place(Gtk.Align.CENTER)
        overlay = Gtk.Overlay()
        overlay.add(self._preview)
        overlay.add_overlay(self._instead)
        overlay.set_overlay_pass_through(self._instead, True)
        return overlay

    def _lay_out(self) -> None:
        self._inside = column(
            self._connection,
            column(self._shown(), self._picture_bar, spacing=2),
            self._settings,
            self._selection,
            column(self._history_title, self._history, spacing=2),
            self._more,
            self._message,
            spacing=SPACING,
        )
        self._inside.set_border_width(2 * SPACING)
        self._inside.show_all()
        self.window.get_content_area().pack_start(self._inside, True, True, 0)
        self.window.set_default_size(*USUAL_SIZE)
        self.window.set_default_response(_PULL)
        actions = self._take_back.get_parent()
        actions.set_child_secondary(self._take_back, True)
        self.window.connect("response", guarded(self._answered))
        self.window.connect("key-press-event", guarded(self._keyed))

    def _unfinished(self) -> Sequence[XY]:
        return self._follower.unfinished if self._follower is not None else ()

    def _zoomed(self) -> None:
        self._picture_bar.show_scale()

    @guarded
    def _show_state(self, state: ViewState) -> None:
        self._busy = state.busy
        self._history_title.set_text(history_title(state))
        self._history.show_items(state.history)
        for part in (
            self._connection,
            self._picture_bar,
            self._settings,
            self._selection,
            self._more,
            self._pull,
        ):
            part.show_state(state)
        self._message.show_state(state, hint(state))
        self._instead.set_text(absence(state))
        show_if(self._instead, not state.has_edit)
        self._take_back.set_sensitive(state.stops)
        self._preview.draw_soon()
        if self._closing or not state.has_document:
            self._leave_when_at_rest()

    def _answered(self, _window: Any, response: int) -> None:
        deeds: dict[int, Callable[[], object]] = {
            _PULL: self._pull.press,
            _TAKE_BACK: self._desk.take_back,
        }
        deeds.get(response, self._leave)()

    def _leave(self) -> None:
        """Close, as soon as a pull that runs is stopped and written; asked again, at once."""
        if self._closing:
            self._quit()
            return
        self._closing = True
        self._inside.set_sensitive(False)
        self._desk.finish()
        self._leave_when_at_rest()

    def _leave_when_at_rest(self) -> None:
        if self._busy is Busy.NOTHING:
            self._quit()

    def _quit(self) -> None:
        self._left = True
        self._main.quit()

    def _keyed(self, _window: Any, event: Any) -> bool:
        """Do what a key is for; what is left over is GTK's: Enter, Tab, mnemonics, Esc to close."""
        bench = self._desk.bench
        if event.keyval == Gdk.KEY_Escape and bench.wants_key("escape"):
            bench.key("escape")
            return True
        writing = isinstance(self.window.get_focus(), Gtk.Entry)
        if writing or event.state & Gtk.accelerator_get_default_mod_mask():
            return False
        if event.keyval in _DELETE_KEYS and bench.wants_key("delete"):
            bench.key("delete")
        elif event.keyval in _ZOOM_KEYS:
            self._preview.zoom_by(_ZOOM_KEYS[event.keyval])
        elif event.keyval in _FIT_KEYS:
            self._preview.set_zoom(None)
        else:
            return False
        return True


def hint(state: ViewState) -> str:
    """Return what can be done first, where nothing has been done yet."""
    return HINT if state.has_edit and not state.arrows and state.busy is Busy.NOTHING else ""


def absence(state: ViewState) -> str:
    """Return why there is no picture, "" where there is one."""
    return "" if state.has_edit else wording.NO_EDIT
