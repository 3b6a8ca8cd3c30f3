"""The dialog in which a layer is inverted: model, quality, the picture as it comes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from tugline_edit import labels, wording
from tugline_edit.geometry import Box, Placement
from tugline_edit.guarding import guarded, listen, unlisten
from tugline_edit.history import MOST_FEATHER
from tugline_edit.host import LayerFault
from tugline_edit.preferences import FEATHER_STEP, Shelf
from tugline_edit.view import Busy, ViewState
from tugline_gimp.choice import InvertChoice
from tugline_gimp.gi_modules import Gimp, GimpUi, Gtk
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.shelf import FILE_NAME, FileShelf
from tugline_gimp.words import INVERT_TITLE, TO_SELECTION
from tugline_protocol.values import ModelCard

from . import keeping
from .asked import InvertDesk, Picture
from .connection import ConnectionLine
from .generate import NOT_CONNECTED, told_size
from .manners import SPACING, Check, attach, column, row, sentence, use_style, with_class
from .messages import MessageLine
from .model_list import ModelList
from .percent import Percent
from .photo_switch import PhotoSwitch
from .qualities import Qualities
from .region import Region

ROLE: Final = "tugline-invert"
PLACE_NAME: Final = "invert_dialog"
USUAL_SIZE: Final = (620, 450)
HINT: Final = (
    "The layer itself stays as it is: the picture comes above it, and Drag points pulls that one."
)
_INVERT: Final = 1


class Inversion(Protocol):
    """The layer's way to a picture: ``tugline_gimp.inversion``'s."""

    @property
    def edit(self) -> object | None:
        """What came of it, None before that."""

    @property
    def selection(self) -> Box | None:
        """The box around what is selected in the image."""

    def placement(self, card: ModelCard, *, selected: bool) -> Placement:
        """Return where the model's picture of the layer would lie. Raises LayerFault."""

    def photo(self, placement: Placement, side: int) -> Picture:
        """Return what the layer shows there, at most ``side`` pixels a side."""

    def picture(self, placement: Placement, side: int) -> Picture:
        """Return the newest picture over what the layer shows."""

    def begin(self, choice: InvertChoice, done: Callable[[], None]) -> None:
        """Let the layer be inverted, and call ``done`` when there is an edit.

        Raises LayerFault or DaemonUnreachable.
        """


class InvertDialog:
    """Asks how the layer is to be inverted, shows the picture as it comes, and how near it came.

    A GimpUi.Dialog and no ProcedureDialog, see ``generate``: it stays open while the picture comes.
    Cancel leaves the image as it was, Stop keeps the best picture so far. When it is there only the
    switch between the picture and the photo is left.
    """

    def __init__(
        self,
        desk: InvertDesk,
        inversion: Inversion,
        first: InvertChoice,
        *,
        shelf: Shelf | None = None,
    ) -> None:
        """Build it, unseen; ``first`` is what is shown first.

        ``shelf`` keeps its place, in GIMP's folder unless another is given.
        """
        GimpUi.init(ROLE)
        use_style()
        self._desk = desk
        self._inversion = inversion
        self._first = first
        self._wanted_model = first.model or desk.settings.model
        self._wants_selected = first.selected
        self._shelf = shelf or FileShelf(Path(Gimp.directory()) / FILE_NAME)
        self._state = ViewState("")
        self._placement: Placement | None = None
        self._connection = ConnectionLine(desk)
        self._message = MessageLine()
        self._region = Region()
        self._photo = PhotoSwitch(desk.show_photo)
        self._photo.set_halign(Gtk.Align.CENTER)
        self._models = ModelList(self._changed)
        self._qualities = Qualities(self._changed)
        self._feather = Percent(labels.FEATHER, MOST_FEATHER, FEATHER_STEP, self._changed)
        self._selected = Check(TO_SELECTION, "s", self._select)
        self._told_size = with_class(sentence(3), "tugline-quiet")
        self._told_size.set_width_chars(30)
        header = Gtk.Settings.get_default().get_property("gtk-dialogs-use-header")
        self.window = GimpUi.Dialog(title=INVERT_TITLE, role=ROLE, use_header_bar=int(header))
        self._cancel = self.window.add_button("_Cancel", Gtk.ResponseType.CANCEL)
        self._act = self.window.add_button("", _INVERT)
        self._qualities.show_value(first.quality)
        self._feather.set_value(100 * first.feather)
        self._lay_out()

    def run(self) -> InvertChoice:
        """Open it, and return what was chosen when it is closed; nothing is under way then."""
        GimpUi.window_set_transient(self.window)
        keeping.put_back(self.window, self._shelf, PLACE_NAME)
        self.open()
        try:
            while self.window.run() == _INVERT:
                if self._done:
                    break
                self._press()
        finally:
            self.close()
        return self.choice()

    def open(self) -> None:
        """Show it and follow the desk."""
        listen(self._message.warn)
        self._desk.watch(self._show_state)
        self._desk.follow(self._show_region)
        self.window.show()
        self._act.grab_focus()

    def close(self) -> None:
        """Take back what is under way, have the picture seen, leave the desk and be gone."""
        if self._at_work:
            self._desk.take_back()
        guarded(self._photo.put_back)()
        # A folder that cannot be written loses the place, and nothing else.
        guarded(keeping.keep)(self.window, self._shelf, PLACE_NAME)
        self._desk.unfollow(self._show_region)
        self._desk.unwatch(self._show_state)
        unlisten(self._message.warn)
        self.window.destroy()

    def choice(self) -> InvertChoice:
        """Return what is chosen now."""
        return replace(
            self._first,
            model=self._models.shown() or self._wanted_model,
            quality=self._qualities.value(),
            selected=self._wants_selected,
            feather=self._feather.part(),
        )

    @property
    def _selects(self) -> bool:
        return self._inversion.selection is not None

    @property
    def _done(self) -> bool:
        return self._inversion.edit is not None

    @property
    def _at_work(self) -> bool:
        return self._state.busy is not Busy.NOTHING and not self._done

    def _lay_out(self) -> None:
        self._form = Gtk.Grid(column_spacing=SPACING, row_spacing=SPACING, hexpand=True)
        attach(self._form, (0, 0), mnemonic(labels.MODEL.text, "M"), self._models)
        quality = Gtk.Label(label=labels.QUALITY.text, xalign=0.0, valign=Gtk.Align.START)
        quality.set_tooltip_text(labels.QUALITY.tooltip)
        self._form.attach(quality, 0, 1, 1, 1)
        self._form.attach(self._qualities, 1, 1, 1, 1)
        attach(self._form, (0, 2), mnemonic(labels.FEATHER.text, "b"), self._feather)
        self._form.attach(self._selected, 1, 3, 1, 1)
        self._form.attach(self._told_size, 1, 4, 1, 1)
        inside = column(
            self._connection,
            row(column(self._region, self._photo), self._form, spacing=2 * SPACING),
            self._message,
        )
        inside.set_border_width(2 * SPACING)
        inside.show_all()
        self.window.get_content_area().pack_start(inside, True, True, 0)
        self.window.set_default_size(*USUAL_SIZE)
        self.window.set_default_response(_INVERT)

    @guarded
    def _show_state(self, state: ViewState) -> None:
        self._state = state
        self._connection.show_state(state)
        self._message.show_state(state, "" if self._done else HINT)
        self._models.show_models(state.models, self._wanted_model)
        self._form.set_sensitive(not self._at_work and not self._done)
        self._look()
        if not state.has_document:
            self.window.response(Gtk.ResponseType.CANCEL)

    def _changed(self) -> None:
        self._wanted_model = self._models.shown() or self._wanted_model
        self._look()

    def _select(self, only: bool) -> None:
        self._wants_selected = only
        self._look()

    def _look(self) -> None:
        """Show what would come of the choice, and let it be done where something would."""
        fault = "" if self._done or self._at_work else self._place()
        self._selected.set_sensitive(self._selects)
        self._selected.show_ticked(self._wants_selected and self._selects)
        self._photo.show_state(self._state)
        self._photo.set_sensitive(self._done)
        self._show_act(fault)
        self._show_region()

    def _place(self) -> str:
        """See where the picture would lie; return why it cannot be, "" where it can."""
        card = self._cards().get(self._models.shown())
        fault = self._state.no_inversion
        if not self._state.connected or card is None:
            fault = wording.NO_MODELS if self._state.connected else NOT_CONNECTED
        if card is not None:
            try:
                self._placement = self._inversion.placement(card, selected=self._wants_selected)
            except LayerFault as refused:
                fault = str(refused)
        if not fault and self._placement is not None:
            self._told_size.set_text(told_size(self._placement))
        else:
            self._told_size.set_text(fault)
        return fault

    def _show_act(self, fault: str) -> None:
        """Say what the button does now: it inverts, stops or closes."""
        label = labels.STOP if self._at_work else labels.INVERT
        text = "Close" if self._done else "Stop" if self._at_work else "Invert"
        self._act.set_label(mnemonic(text, text[0]))
        self._act.set_tooltip_text("" if self._done else fault or label.tooltip)
        self._act.set_sensitive(self._done or self._state.may_stop or not (fault or self._at_work))
        self._cancel.set_visible(not self._done)

    @guarded
    def _show_region(self) -> None:
        """Show the newest picture, the photo before there is one."""
        if self._placement is None or not self._state.has_document:
            return
        photo = self._done and self._state.shows_photo
        shown = self._inversion.photo if photo else self._inversion.picture
        self._region.show_picture(shown(self._placement, self._region.side))

    @guarded
    def _press(self) -> None:
        """Invert or stop."""
        if self._at_work:
            self._desk.stop()
        else:
            self._inversion.begin(self.choice(), self._came)

    def _came(self) -> None:
        self._show_state(self._state)

    def _cards(self) -> Mapping[str, ModelCard]:
        return {card.name: card for card in self._desk.care.models}
