"""The desk: what the docker asks for, done, and told back to every docker. One for all windows."""

from collections.abc import Callable
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import MOST_ARROWS, Arrows
from tugline_edit.geometry import Placement
from tugline_edit.reading import RecordError
from tugline_protocol.messages import Generate, Generated, Progress
from tugline_protocol.values import ModelCard, ModelRef

from . import preferences
from .bench import Bench
from .care import DaemonCare
from .drag_mode import DragMode
from .edits import Made, begin, disown
from .generating import place
from .guarding import guarded, listen, say_plainly
from .layers import EDIT_NAME, LayerFault, commit_to_layer_below, create_edit_layer
from .nodes import is_open
from .painting import thumbnail, warp
from .pictures import PictureOrder, Sheet, drawn_size
from .qt import QtCore
from .state import DockState, Settings
from .telling import busy_of, history_items, model_choices
from .vectors import arrows_in

LOOK_MS = 250
CLIENT_VERSION_LENGTH = 64

say_plainly(LayerFault, RecordError)


class Desk(QtCore.QObject):
    """Does what dockers and actions ask for (see ``state.Deeds``); nothing here waits."""

    def __init__(self, krita: Any) -> None:
        """Begin to look for the daemon and at the active layer. ``krita`` is Krita.instance()."""
        super().__init__()
        self.settings: Settings = preferences.load()
        self._krita = krita
        self._watchers: list[Callable[[DockState], None]] = []
        self._message, self._warning = "", False
        self._generating: str | None = None
        self._progress: float | None = None
        self._told: DockState | None = None
        self._known_models: tuple[str, ...] = ()
        version = str(krita.version())[:CLIENT_VERSION_LENGTH]
        self._care = DaemonCare(self, version, self._link_changed)
        self.bench = Bench(
            krita, self._care, lambda: self.settings, changed=self._changed, say=self._say
        )
        self._mode = DragMode(self, krita, self.bench)
        self._care.use(self.settings.address, self.settings.server_key)
        self._looking = QtCore.QTimer(self)
        self._looking.timeout.connect(self._look)
        self._looking.start(LOOK_MS)
        QtCore.QCoreApplication.instance().aboutToQuit.connect(self.close)
        listen(lambda sentence: self._say(sentence, warning=True))

    def watch(self, changed: Callable[[DockState], None]) -> None:
        """Call ``changed`` with how things stand, now and whenever that is another."""
        self._watchers.append(changed)
        changed(self.state())

    def unwatch(self, changed: Callable[[DockState], None]) -> None:
        """Call ``changed`` no more: its docker is gone."""
        if changed in self._watchers:
            self._watchers.remove(changed)

    def change_settings(self, settings: Settings) -> None:
        """Count with other settings from now on, and keep them."""
        elsewhere = (settings.address, settings.server_key)
        if elsewhere != (self.settings.address, self.settings.server_key):
            if not self.bench.idle or self._generating is not None:
                raise LayerFault(wording.STILL_PULLING)
            self._care.use(*elsewhere)
        self.settings = settings
        preferences.save(settings)
        self._told = None
        self._changed()

    def start_daemon(self) -> None:
        """Start the daemon, where it does not run."""
        self._care.start()

    def generate(self) -> None:
        """Make a picture of the chosen model and seed, in a new layer."""
        if self._krita.activeDocument() is None:
            raise LayerFault(wording.NO_DOCUMENT)
        if not self.bench.idle:
            raise LayerFault(wording.STILL_PULLING)
        if self._generating is None:
            self._care.once_connected(self._generate)

    def _generate(self) -> None:
        document = self._krita.activeDocument()
        if document is None:
            raise LayerFault(wording.NO_DOCUMENT)
        card = self._card()
        placement = place(document, card, self._mode.view_middle())
        above = document.activeNode()
        settings = self.settings
        self._generating = self._care.link.ask(
            Generate(
                ModelRef(card.name, card.weights),
                seed=settings.seed,
                truncation_psi=settings.truncation,
            ),
            on_reply=lambda made: self._draw(made, document, above, placement, settings),
            on_error=lambda error: self._not_generated(error.text),
            on_event=self._under_way,
        )
        self._say("", warning=False)

    def set_drag_mode(self, on: bool) -> None:
        """Let the hand pull arrows on the canvas, or give the canvas back to Krita's tools."""
        self._mode.switch(on=on)
        if on:
            self.bench.look()
            if self.bench.edit is None:
                self._say(wording.NO_EDIT, warning=False)
        self._changed()

    def run(self) -> None:
        """Pull the handles to their targets."""
        self.bench.run()

    def stop(self) -> None:
        """Keep the present picture."""
        self.bench.stop()

    def take_back(self) -> None:
        """Go back to the picture before."""
        self.bench.take_back()

    def go_to(self, state: str) -> None:
        """Bring back a picture of the history."""
        self.bench.go_to(state)

    def delete_arrow(self) -> None:
        """Remove the selected arrow."""
        self.bench.key("delete")

    def clear_arrows(self) -> None:
        """Remove all arrows."""
        self.bench.put(Arrows())

    def ignore_selection(self, on: bool) -> None:
        """Let everything move although something is selected."""
        self.bench.ignore_selection(on=on)

    def take_vector_arrows(self) -> None:
        """Have the lines of the vector layer "Tugline arrows" as arrows."""
        edit = self.bench.table.last_edit()
        to_image = edit.record.placement.to_document.inverted()
        arrows = Arrows()
        size = (edit.record.placement.width, edit.record.placement.height)
        lines = arrows_in(edit.document)
        if edit is not self.bench.edit:
            self.bench.take_up(edit, arrows)
        for handle, target in lines[:MOST_ARROWS]:
            arrows, _ = arrows.add(
                to_image.map(handle), to_image.map(target), self.bench.reference()
            )
        self.bench.put(arrows.clamped(*size))

    def commit_below(self) -> None:
        """Merge the edit's layer into the one below it: an act of its own, undoable."""
        edit = self.bench.edit
        layer = edit.layer() if edit is not None else None
        if edit is None or layer is None:
            raise LayerFault(wording.NO_EDIT)
        if not self.bench.idle:
            raise LayerFault(wording.STILL_PULLING)
        commit_to_layer_below(edit.document, layer)
        merged = edit.document.activeNode()
        if merged is not None:
            disown(edit, merged)

    def close(self) -> None:
        """Krita quits: let go of the canvas and of the daemon."""
        self._looking.stop()
        self._mode.switch(on=False)
        self._care.close()

    def _card(self) -> ModelCard:
        """Return the chosen model's card, else the first; raises LayerFault where there is none."""
        cards = {card.name: card for card in self._care.models if card.readiness != "broken"}
        if not cards:
            raise LayerFault(wording.NO_MODELS)
        return cards.get(self.settings.model) or next(iter(cards.values()))

    def _draw(
        self, made: Generated, document: Any, above: Any, placement: Placement, settings: Settings
    ) -> None:
        """Get the picture of the latent that was made."""
        size = drawn_size(placement)

        def drawn(data: bytes) -> None:
            self._generating = self._progress = None
            self._changed()
            if is_open(document):
                picture = warp(data, size, placement)
                self._put(made, picture, document, above, placement, settings)

        sheets = [Sheet(made.model, made.latent)]
        PictureOrder(self._care.link, sheets, size, drawn, self._not_generated)

    def _put(
        self,
        made: Generated,
        picture: bytes,
        document: Any,
        above: Any,
        placement: Placement,
        settings: Settings,
    ) -> None:
        """Put the picture into a new layer, and it and its arrows onto the table."""
        box = placement.box
        shown = Made(
            made.model,
            made.latent,
            label=wording.seed_label(settings.seed),
            thumbnail=thumbnail(picture, (box.width, box.height)),
        )
        layer = create_edit_layer(document, EDIT_NAME, placement, picture, above)
        edit = begin(document, layer, shown, placement)
        if self.bench.idle:
            self._say("", warning=False)
            self.bench.take_up(edit, Arrows())

    def _not_generated(self, sentence: str) -> None:
        self._generating = self._progress = None
        self._say(sentence, warning=True)

    def _under_way(self, event: object) -> None:
        if isinstance(event, Progress):
            self._progress = event.done
            self._say(event.text, warning=False)

    @guarded
    def _look(self) -> None:
        self.bench.look()

    def _link_changed(self) -> None:
        known = tuple(card.name for card in self._care.models)
        if known != self._known_models:
            self._known_models = known
            self.bench.tell_absence()
        self._changed()

    def _say(self, sentence: str, *, warning: bool) -> None:
        self._message, self._warning = sentence, warning and bool(sentence)
        self._changed()

    def _changed(self) -> None:
        """Draw the arrows, and tell the dockers how things stand where that is another."""
        self._mode.draw()
        state = self.state()
        if state != self._told:
            self._told = state
            for watcher in tuple(self._watchers):
                watcher(state)

    def state(self) -> DockState:
        """Return how things stand."""
        bench, edit = self.bench, self.bench.edit
        return DockState(
            connection=self._care.sentence,
            connected=self._care.connected,
            may_start_daemon=self._care.may_start,
            models=model_choices(self._care.models),
            busy=busy_of(
                bench.pull, generating=self._generating is not None, drawing=bench.drawing
            ),
            message=self._message,
            warning=self._warning,
            progress=self._progress,
            has_document=self._krita.activeDocument() is not None,
            has_edit=edit is not None,
            edit_model=edit.state.model.name if edit is not None else "",
            drag_mode=self._mode.on,
            arrows=len(bench.gestures.arrows),
            frozen_handles=len(bench.table.selection.frozen),
            ignores_selection=bench.table.selection.ignored,
            history=history_items(edit.history) if edit is not None else (),
            steps=bench.pull.steps if bench.pull is not None else 0,
            softness=wording.softness(edit.record.placement) if edit is not None else "",
        )
