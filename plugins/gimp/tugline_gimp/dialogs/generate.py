"""The dialog in which a new picture is chosen: model, seed, truncation, place, with a preview."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tugline_edit import labels, wording
from tugline_edit.geometry import Box, Placement
from tugline_edit.guarding import guarded, listen, unlisten
from tugline_edit.host import LayerFault
from tugline_edit.view import ModelChoice, Settings, ViewState
from tugline_gimp.choice import GenerateChoice, placed
from tugline_gimp.gi_modules import GimpUi, Gtk
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.words import PLACE, SELECTION
from tugline_protocol.values import ModelCard

from .asked import GenerateDesk
from .connection import ConnectionLine
from .manners import SPACING, attach, column, row, sentence, use_style, with_class
from .messages import MessageLine
from .model_list import ModelList
from .places import Places
from .sample import Sample
from .seed import Seed
from .truncation import Truncation

ROLE: Final = "tugline-generate"
NOT_CONNECTED: Final = "Tugline's daemon does not answer yet; start it first."
_RESET: Final = 1


class GenerateDialog:
    """Asks for what is to be generated, and shows it before.

    A GimpUi.Dialog and no ProcedureDialog: that one makes its widgets of the arguments, and three
    of the six are no plain values here. The models come from the daemon while the dialog is open
    (the argument is a text), the seed goes beyond what GIMP's own seed widget offers, and width and
    height belong to one of four places. The values that were used last come in with ``first``, and
    the caller keeps the choice as ProcedureDialog would.
    """

    def __init__(
        self,
        desk: GenerateDesk,
        image: Any,
        selection: Box | None,
        drawable: Box,
        first: GenerateChoice,
    ) -> None:
        """Build it, unseen.

        ``image`` is a Gimp.Image, ``selection`` the box around what is selected, ``drawable`` that
        of the layer (its size is offered as an own size), ``first`` what is shown first.
        """
        GimpUi.init(ROLE)
        use_style()
        self._desk = desk
        self._image = Box(0, 0, image.get_width(), image.get_height())
        self._selection = selection
        self._first = first
        self._usual = (drawable.width, drawable.height)
        self._wanted_model = first.model or desk.settings.model
        self._connected = False
        self._shown_models: tuple[ModelChoice, ...] = ()
        self._connection = ConnectionLine(desk)
        self._message = MessageLine()
        self._sample = Sample(desk, self._say)
        self._models = ModelList(self._changed)
        self._seed = Seed(self._changed)
        self._truncation = Truncation(self._changed)
        self._places = Places(self._changed, selects=selection is not None)
        self._told_size = with_class(sentence(3), "tugline-quiet")
        self._told_size.set_width_chars(36)
        header = Gtk.Settings.get_default().get_property("gtk-dialogs-use-header")
        self.window = GimpUi.Dialog(
            title=labels.GENERATE.text, role=ROLE, use_header_bar=int(header)
        )
        self.window.add_button("_Reset", _RESET).set_tooltip_text("Have all as it is usually")
        self.window.add_button("_Cancel", Gtk.ResponseType.CANCEL)
        self._ok = self.window.add_button("_OK", Gtk.ResponseType.OK)
        self._show_choice(first)
        self._lay_out()

    def run(self) -> GenerateChoice | None:
        """Open it, and return what was chosen; None where it was closed or cancelled."""
        GimpUi.window_set_transient(self.window)
        self.open()
        try:
            while (response := self.window.run()) == _RESET:
                self._reset()
            return self.choice() if response == Gtk.ResponseType.OK else None
        finally:
            self.close()

    def open(self) -> None:
        """Show it and follow the desk."""
        listen(self._message.warn)
        self._desk.watch(self._show_state)
        self.window.show()
        self._seed.number.grab_focus()

    def close(self) -> None:
        """Leave the desk and be gone."""
        self._desk.unwatch(self._show_state)
        unlisten(self._message.warn)
        self.window.destroy()

    def choice(self) -> GenerateChoice:
        """Return what is chosen now."""
        shown = replace(
            self._first,
            model=self._models.shown() or self._wanted_model,
            seed=self._seed.value(),
            truncation=self._truncation.value(),
        )
        return self._places.into(shown)

    def _lay_out(self) -> None:
        form = Gtk.Grid(column_spacing=SPACING, row_spacing=SPACING, hexpand=True)
        attach(form, (0, 0), mnemonic(labels.MODEL.text, "M"), self._models)
        attach(form, (0, 1), mnemonic(labels.SEED.text, "S"), self._seed)
        attach(form, (0, 2), mnemonic(labels.TRUNCATION.text, "T"), self._truncation)
        place = Gtk.Label(label=PLACE, xalign=0.0, valign=Gtk.Align.START)
        form.attach(place, 0, 3, 1, 1)
        form.attach(self._places, 1, 3, 1, 1)
        form.attach(self._told_size, 1, 4, 1, 1)
        inside = column(
            self._connection, row(self._sample, form, spacing=2 * SPACING), self._message
        )
        inside.set_border_width(2 * SPACING)
        inside.show_all()
        self.window.get_content_area().pack_start(inside, True, True, 0)
        self.window.set_default_response(Gtk.ResponseType.OK)

    @guarded
    def _show_state(self, state: ViewState) -> None:
        found = state.connected and not self._connected
        self._connected = state.connected
        self._shown_models = state.models
        self._connection.show_state(state)
        self._message.show_state(state)
        self._models.show_models(state.models, self._wanted_model)
        if found:
            self._sample.ask_again()
        self._look()

    def _show_choice(self, choice: GenerateChoice) -> None:
        self._seed.show_value(choice.seed)
        self._truncation.show_value(choice.truncation)
        self._places.show_choice(choice, self._usual)

    def _reset(self) -> None:
        usual = Settings()
        self._wanted_model = ""
        self._models.show_models(self._shown_models, "")
        self._first = replace(
            self._first,
            seed=usual.seed,
            truncation=usual.truncation,
            place=SELECTION,
            width=0,
            height=0,
        )
        self._show_choice(self._first)
        self._look()

    def _changed(self) -> None:
        self._wanted_model = self._models.shown() or self._wanted_model
        self._look()

    def _look(self) -> None:
        """Show what would come of the choice, and let it be taken where something would."""
        choice, shown = self.choice(), self._models.shown()
        fault = self._fault(shown)
        if not fault:
            card = self._cards()[shown]
            try:
                placement = placed(choice, card, self._image, self._selection)
                self._told_size.set_text(told_size(placement))
            except LayerFault as refused:
                fault = str(refused)
        if fault:
            self._told_size.set_text(fault)
        if shown and self._connected:
            self._sample.show_soon(shown, choice.seed, choice.truncation)
        self._ok.set_sensitive(not fault)
        self._ok.set_tooltip_text(fault or labels.GENERATE.tooltip)

    def _fault(self, shown: str) -> str:
        """Return why nothing can be generated now, "" where it can."""
        if not self._connected:
            return NOT_CONNECTED
        return "" if shown in self._cards() else wording.NO_MODELS

    def _cards(self) -> Mapping[str, ModelCard]:
        return {card.name: card for card in self._desk.care.models}

    def _say(self, said: str) -> None:
        """Tell why there is no preview; "" takes it back."""
        self._message.warn(said)


def told_size(placement: Placement) -> str:
    """Return how large a picture will be, and whether it will be soft."""
    box = placement.box
    said = f"{box.width} \N{MULTIPLICATION SIGN} {box.height} pixels."
    soft = wording.softness(placement)
    return f"{said} {soft}" if soft else said
