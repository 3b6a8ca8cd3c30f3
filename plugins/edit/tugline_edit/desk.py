"""The desk: what a docker or dialog asks for, done, and told back to all that watch."""

from collections.abc import Callable
from typing import Final

from tugline_protocol.messages import Progress
from tugline_protocol.values import InversionOptions, ModelCard, ModelRef

from . import preferences, wording
from .arrows import Arrows
from .bench import Bench
from .daemon_care import DaemonCare
from .edits import OpenEdit
from .generating import Generating, Wanted
from .geometry import Placement
from .guarding import listen, say_plainly, unlisten
from .host import Document, Editor, LayerFault
from .inverter import Inverter
from .preferences import Shelf
from .reading import RecordError
from .telling import busy_of, history_items, model_choices
from .view import Settings, ViewState

LOOK_MS: Final = 250

Place = Callable[[ModelCard], Placement]
Watcher = Callable[[ViewState], None]

say_plainly(LayerFault, RecordError)


class Desk:
    """Does what dockers, dialogs and actions ask for (see ``view.Deeds``); nothing here waits.

    ``drag_mode`` says whether the hand on the canvas moves the arrows, in an editor that has such a
    mode.
    """

    def __init__(self, editor: Editor, shelf: Shelf) -> None:
        """Begin to look for the daemon and at the active layer; settings are kept on ``shelf``."""
        self.settings: Settings = preferences.load(shelf)
        self.drag_mode = False
        self._editor = editor
        self._shelf = shelf
        self._watchers: list[Watcher] = []
        self._followers: list[Callable[[], None]] = []
        self._message, self._warning = "", False
        self._generating: Generating | None = None
        self._progress: float | None = None
        self._told: ViewState | None = None
        self._known_models: tuple[tuple[str, str], ...] = ()
        self.care = DaemonCare(editor, self._link_changed, self._tuning)
        self.bench = Bench(
            editor, self.care, lambda: self.settings, changed=self._changed, say=self.say
        )
        self.inverter = Inverter(
            editor,
            self.care,
            self.bench,
            lambda: self.settings,
            changed=self._changed,
            say=self.say,
        )
        self.care.use(self.settings.address, self.settings.server_key)
        self._looking = editor.loop.every(LOOK_MS, self._look)
        listen(self._warn)

    def close(self) -> None:
        """Look at nothing any more, leave nothing under way, and let go of the daemon."""
        unlisten(self._warn)
        self._looking.stop()
        self.inverter.close()
        self.bench.close()
        self.care.close()

    # Watching.

    def watch(self, changed: Watcher) -> None:
        """Call ``changed`` with how things stand, now and whenever that is another."""
        self._watchers.append(changed)
        changed(self.state())

    def unwatch(self, changed: Watcher) -> None:
        """Call ``changed`` no more: its docker is gone."""
        if changed in self._watchers:
            self._watchers.remove(changed)

    def follow(self, moved: Callable[[], None]) -> None:
        """Call ``moved`` whenever arrows or the picture may have moved: with each frame."""
        self._followers.append(moved)

    def unfollow(self, moved: Callable[[], None]) -> None:
        """Call ``moved`` no more."""
        if moved in self._followers:
            self._followers.remove(moved)

    def state(self) -> ViewState:
        """Return how things stand."""
        bench, edit, document = self.bench, self.bench.edit, self._editor.active()
        over_photo = edit is not None and edit.state.seam is not None
        return ViewState(
            connection=self.care.sentence,
            connected=self.care.connected,
            may_start_daemon=self.care.may_start,
            models=model_choices(self.care.models),
            busy=busy_of(
                bench.pull,
                generating=self._generating is not None,
                inverting=self.inverter.phase,
                drawing=bench.drawing,
            ),
            message=self._message,
            warning=self._warning,
            progress=self._progress if self.inverter.progress is None else self.inverter.progress,
            has_document=document is not None,
            has_edit=edit is not None,
            edit_model=edit.state.model.name if edit is not None else "",
            drag_mode=self.drag_mode,
            arrows=len(bench.gestures.arrows),
            frozen_handles=len(bench.table.selection.frozen),
            ignores_selection=bench.table.selection.ignored,
            history=history_items(edit.history) if edit is not None else (),
            steps=bench.pull.steps if bench.pull is not None else 0,
            softness=wording.softness(edit.record.placement) if edit is not None else "",
            has_layer=document is not None and bool(document.chosen()),
            may_align=self.inverter.may_align,
            no_inversion=self.inverter.hindrance,
            over_photo=over_photo,
            shows_photo=over_photo and edit is not None and _hidden(edit),
        )

    def say(self, sentence: str, *, warning: bool) -> None:
        """Have ``sentence`` in the message line; ``warning``: it is a refusal or a fault."""
        self._message, self._warning = sentence, warning and bool(sentence)
        self._changed()

    # Deeds.

    def change_settings(self, settings: Settings) -> None:
        """Count with other settings from now on, and keep them if that is possible."""
        elsewhere = (settings.address, settings.server_key)
        if elsewhere != (self.settings.address, self.settings.server_key):
            if not self.bench.idle or self._generating is not None or self.inverter.busy:
                raise LayerFault(wording.STILL_PULLING)
            self.care.use(*elsewhere)
        self.settings = settings
        try:
            preferences.save(settings, self._shelf)
        except OSError as error:
            self.say(wording.settings_not_kept(error.strerror or str(error)), warning=True)
        self._told = None
        self._changed()

    def start_daemon(self) -> None:
        """Start the daemon, where it does not run."""
        self.care.start()

    def run(self) -> None:
        """Pull the handles to their targets."""
        self.bench.run()

    def stop(self) -> None:
        """Keep the present picture."""
        self.inverter.stop()
        self.bench.stop()

    def finish(self) -> None:
        """Keep the present picture, and begin no other pull: the artist leaves."""
        self.inverter.stop()
        self.bench.finish()

    def take_back(self) -> None:
        """Go back to the picture before."""
        if self.inverter.busy:
            self.inverter.take_back()
        else:
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

    def invert_chosen(self) -> None:
        """Invert the active layer."""
        document = self._editor.active()
        if document is None:
            raise LayerFault(wording.NO_DOCUMENT)
        self.invert(document, document.chosen())

    def invert(
        self,
        document: Document,
        layer_id: str,
        done: Callable[[OpenEdit], None] = lambda _edit: None,
        options: InversionOptions | None = None,
    ) -> None:
        """Look for the picture of the chosen model that is most like a layer, and put it above.

        What of the layer is meant the selection says, see ``regions.place``. ``done`` is called
        with the edit that the new layer then has. ``options`` None are those of the settings.
        Raises LayerFault while something is under way, and where there is nothing to invert.
        """
        if not self.bench.idle or self._generating is not None or self.inverter.busy:
            raise LayerFault(wording.STILL_PULLING)
        if not document.has(layer_id):
            raise LayerFault(wording.NO_LAYER)
        edit = self.bench.edit
        if edit is not None and edit.layer_id == layer_id and _is_inverted(edit):
            raise LayerFault(wording.INVERTED_ALREADY)
        self.care.once_connected(lambda: self._invert(document, layer_id, done, options))

    def _invert(
        self,
        document: Document,
        layer_id: str,
        done: Callable[[OpenEdit], None],
        options: InversionOptions | None,
    ) -> None:
        if not document.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        if self.bench.idle and not self.inverter.busy:
            wanted = options or InversionOptions(quality=self.settings.quality)
            self.inverter.begin(document, layer_id, self._card(), wanted, done)

    def show_photo(self, on: bool) -> None:
        """Hide the edit's layer, so that the photo beneath it is seen, or show it again."""
        edit = self.bench.table.the_edit()
        if edit.state.seam is None:
            raise LayerFault(wording.NO_PHOTO)
        if not self.bench.idle:
            raise LayerFault(wording.STILL_PULLING)
        edit.document.show(edit.layer_id, on=not on)
        self._changed()

    def generate(
        self,
        document: Document,
        place: Place,
        above: str,
        done: Callable[[OpenEdit], None] = lambda _edit: None,
    ) -> None:
        """Make a picture of the chosen model and seed, in a new layer above another ("" = on top).

        ``place`` says where a picture of a model goes; it is asked when the daemon is there.
        ``done`` is called with the edit that the layer then has. Raises LayerFault while something
        is under way.
        """
        if not self.bench.idle or self.inverter.busy:
            raise LayerFault(wording.STILL_PULLING)
        if self._generating is None:
            self.care.once_connected(lambda: self._generate(document, place, above, done))

    def _generate(
        self, document: Document, place: Place, above: str, done: Callable[[OpenEdit], None]
    ) -> None:
        if not document.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        card = self._card()
        wanted = Wanted(
            ModelRef(card.name, card.weights),
            self.settings.seed,
            self.settings.truncation,
            document,
            place(card),
            above,
        )

        def made(edit: OpenEdit) -> None:
            self._generating = self._progress = None
            self._changed()
            if self.bench.idle:
                self.say("", warning=False)
                self.bench.take_up(edit, Arrows())
            done(edit)

        self._generating = Generating(
            self.care.link,
            self._editor.loop,
            wanted,
            told=self._under_way,
            done=made,
            failed=self._not_generated,
        )
        self.say("", warning=False)

    def _card(self) -> ModelCard:
        """Return the chosen model's card, else the first; raises LayerFault where there is none."""
        cards = {card.name: card for card in self.care.models if card.readiness != "broken"}
        if not cards:
            raise LayerFault(wording.NO_MODELS)
        return cards.get(self.settings.model) or next(iter(cards.values()))

    def _under_way(self, progress: Progress) -> None:
        self._progress = progress.done
        self.say(progress.text, warning=False)

    def _not_generated(self, sentence: str) -> None:
        self._generating = self._progress = None
        self.say(sentence, warning=True)

    # What happens.

    def _tuning(self, tuned: str) -> bytes | None:
        """Return the bytes of a tuning that the edit carries which is worked on."""
        return self.bench.tuning(tuned)

    def _look(self) -> None:
        self.inverter.look()
        self.bench.look()

    def _link_changed(self) -> None:
        known = tuple((card.name, card.weights) for card in self.care.models)
        if known != self._known_models:
            self._known_models = known
            self.bench.tell_absence()
        self._changed()

    def _warn(self, sentence: str) -> None:
        self.say(sentence, warning=True)

    def _changed(self) -> None:
        """Tell those who follow the picture, and all others where things stand otherwise now."""
        for moved in tuple(self._followers):
            moved()
        state = self.state()
        if state != self._told:
            self._told = state
            for watcher in tuple(self._watchers):
                watcher(state)


def _is_inverted(edit: OpenEdit) -> bool:
    """Whether the layer shows a picture that lies over a photo, and nothing of the artist's."""
    box, digest = edit.record.placement.box, edit.record.digest
    return edit.state.seam is not None and edit.document.digest(edit.layer_id, box) == digest


def _hidden(edit: OpenEdit) -> bool:
    return edit.there and not edit.document.is_shown(edit.layer_id)
