"""The bench: the edit of the active layer, its arrows, and the pull that runs on it."""

from collections.abc import Callable
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.gestures import Change, Gestures, Part
from tugline_edit.masks import SelectionMask
from tugline_edit.reading import RecordError
from tugline_protocol.values import Image

from .care import DaemonCare
from .edits import OpenEdit, find, root_id, settled
from .guarding import guarded
from .layers import LayerFault, restore_interrupted
from .nodes import layer_id
from .paint_guard import PaintGuard
from .pull import Phase, Pull, Terms, Wish
from .qt import QtCore
from .restoring import Restoring
from .selection import selection_over
from .state import Settings

ACTIVATE_MS = 50

Say = Callable[..., None]


class Bench:
    """What lies under the artist's hand at present.

    ``changed`` is called when what is seen on the canvas or in the docker may have changed;
    ``say(sentence, warning=...)`` tells the artist something.
    """

    def __init__(
        self,
        krita: Any,
        care: DaemonCare,
        settings: Callable[[], Settings],
        *,
        changed: Callable[[], None],
        say: Say,
    ) -> None:
        """Look at nothing yet: ``look`` is called four times a second."""
        self.edit: OpenEdit | None = None
        self.pull: Pull | None = None
        self._before: OpenEdit | None = None
        self.gestures = Gestures((1, 1))
        self.frozen: frozenset[str] = frozenset()
        self.ignores_selection = False
        self._krita = krita
        self._care = care
        self._settings = settings
        self._changed = changed
        self._say = say
        self._seen: tuple[str, str] = ("", "")
        self._mask: SelectionMask | None = None
        self._next: Callable[[], None] | None = None
        self._guard = PaintGuard(care, say, self._note)
        self._notice = ""
        self._met: set[str] = set()
        self._restoring: Restoring | None = None

    @property
    def frame(self) -> Image | None:
        """The newest frame where frames are shown on the canvas and not in the layer."""
        return self.pull.frame if self.pull is not None else None

    @property
    def restoring(self) -> bool:
        """Whether a picture of the history is on its way back."""
        return self._restoring is not None

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on the edit."""
        return self.pull is None and self._restoring is None and not self._guard.busy

    def reference(self) -> str:
        """Return the key of the latent whose picture is seen: new arrows are set in it."""
        edit = self._edit()
        if self.pull is not None:
            return edit.remember(self.pull.picture)
        return edit.state.latent

    # What lies on the bench.

    def look(self) -> None:
        """See what the artist did elsewhere: another layer, a move, an undo, a selection."""
        self._look_after_pull()
        if self.idle and not self.gestures.busy:
            document = self._krita.activeDocument()
            layer = document.activeNode() if document is not None else None
            seen = ("", "") if layer is None else (root_id(document), layer_id(layer))
            if seen != self._seen:
                self._seen = seen
                self._open(document, layer)
            elif self.edit is not None:
                self._guard.follow(self.edit, self._changed)
        if self.edit is not None:
            self._look_at_selection(self.edit)

    def take_up(self, edit: OpenEdit) -> None:
        """Go on with ``edit``, whose layer is new."""
        self.edit = edit
        self._seen = (edit.root, edit.layer_id)
        size = (edit.record.placement.width, edit.record.placement.height)
        if self.gestures.size != size:
            self.gestures = Gestures(size)
        if not len(self.gestures.arrows):
            self.gestures.arrows = edit.arrows
        self._activate(edit)
        self._changed()

    def _open(self, document: Any | None, layer: Any | None) -> None:
        self._before = self.edit or self._before
        self.edit = None
        self.gestures = Gestures((1, 1))
        self.frozen, self._mask, self.ignores_selection = frozenset(), None, False
        if document is not None and layer is not None:
            self._mend(document)
            try:
                self.edit = find(document, layer)
            except RecordError as error:
                self._say(str(error), warning=True)
        if self.edit is not None:
            placement = self.edit.record.placement
            self.gestures = Gestures((placement.width, placement.height))
            self.gestures.arrows = settled(self.edit.arrows)
            self._say(self._absence(self.edit), warning=True)
        self._changed()

    def _mend(self, document: Any) -> None:
        """Undo, once, what a drag left in a document that was saved in its midst."""
        if root_id(document) not in self._met:
            self._met.add(root_id(document))
            if restore_interrupted(document):
                document.refreshProjection()
                self._say(wording.INTERRUPTED, warning=False)

    def _absence(self, edit: OpenEdit) -> str:
        """Return what is to be said where the daemon does not have the edit's model, else ""."""
        model = edit.state.model
        known = {card.name: card.weights for card in self._care.models}
        if not self._care.connected or known.get(model.name) == model.weights:
            return ""
        return wording.missing_model(model.name, other_weights=model.name in known)

    def _look_at_selection(self, edit: OpenEdit) -> None:
        mask = selection_over(edit.document, edit.record.placement)
        if mask != self._mask:
            self._mask, self.ignores_selection = mask, False
            self._renew_frozen()
            if self.pull is not None and self.pull.phase is Phase.RUNNING:
                self._go(hold=self.gestures.busy)
            self._changed()

    def _renew_frozen(self) -> None:
        mask, size = self.mask, self.gestures.size
        self.frozen = frozenset(
            arrow.id
            for arrow in self.gestures.arrows
            if mask is not None and mask.freezes(arrow.handle, size)
        )

    @property
    def mask(self) -> SelectionMask | None:
        """The selection as it counts now; None where there is none or it is ignored."""
        return None if self.ignores_selection else self._mask

    def ignore_selection(self, *, on: bool) -> None:
        """Let everything move although something is selected."""
        self.ignores_selection = on
        self._renew_frozen()
        if self.pull is not None and self.pull.phase is Phase.RUNNING:
            self._go(hold=self.gestures.busy)
        self._changed()

    def last_edit(self) -> OpenEdit:
        """Return the edit of the active layer, else the one that was there before in its document.

        Raises LayerFault where there is none.
        """
        before = self._before
        shown = root_id(self._krita.activeDocument())
        if self.edit is None and before is not None and before.root == shown and before.layer():
            return before
        return self._edit()

    # The hand and the keys.

    def hand(self, change: Change | None, part: Part | None) -> None:
        """React to what a gesture did."""
        if change is None:
            return
        live = self._settings().live
        running = self.pull is not None
        if change is Change.PULLED and part is Part.TARGET and (live or running):
            self._go(hold=True)
        if change in {Change.ENDED, Change.REMOVED}:
            if not running and self.edit is not None:
                self.edit.keep_arrows(settled(self.gestures.arrows))
            if running or (live and change is Change.ENDED and part is Part.TARGET):
                self._go(hold=False)
        self._renew_frozen()
        self._changed()

    def wants_key(self, key: str) -> bool:
        """Whether there is something to do for "delete", "escape" or "enter"."""
        if key == "delete":
            return self.gestures.selected is not None
        if key == "escape":
            return self.gestures.busy or self.pull is not None or self.gestures.selected is not None
        return self.pull is not None or len(self.gestures.arrows) > 0

    def key(self, key: str) -> None:
        """Do what the key is for."""
        if key == "delete":
            self.hand(self.gestures.delete_selected(), None)
        elif key == "escape":
            if self.pull is None or self.gestures.busy:
                self.hand(self.gestures.escape(), None)
            if self.pull is not None:
                self.take_back()
        elif self.pull is not None:
            self.stop()
        else:
            self.run()

    def clear(self) -> None:
        """Remove all arrows."""
        self.put(Arrows())

    def put(self, arrows: Arrows) -> None:
        """Have ``arrows`` instead of what there was."""
        self.gestures.arrows = arrows
        self.gestures.selected = None
        self.hand(Change.REMOVED, None)

    # Pulls.

    def run(self) -> None:
        """Pull the handles to their targets. Raises LayerFault where there is nothing to pull."""
        if self.edit is None:
            raise LayerFault(wording.NO_EDIT)
        if not len(self.gestures.arrows):
            raise LayerFault(wording.NO_ARROWS)
        self._go(hold=False)

    def stop(self) -> None:
        """Keep the present picture."""
        if self.pull is not None:
            self.pull.stop()

    def take_back(self) -> None:
        """Go back to the picture before: of the pull that runs, else of the last one."""
        if self.pull is not None:
            self.pull.take_back(wording.TAKEN_BACK)
        elif self.edit is not None and self.edit.state.parent:
            self.go_to(self.edit.state.parent)

    def go_to(self, state: str) -> None:
        """Bring back a picture of the history; a pull that runs is stopped before."""
        if self.pull is not None:
            self._next = lambda: self.go_to(state)
            self.pull.stop()
            return
        edit = self._edit()
        if self.idle and edit.record.state != state:
            self._require_daemon()
            self._restoring = Restoring(self._care.link, edit, state, self._restored)
            self._changed()

    def _restored(self, sentence: str) -> None:
        self._restoring = None
        edit = self._edit()
        self.gestures.arrows = settled(edit.arrows)
        self._settle(edit, sentence, warning=bool(sentence))

    def _go(self, *, hold: bool) -> None:
        """Let the drag follow the arrows as they are now; begin one where none runs."""
        if self.pull is not None and self.pull.phase is Phase.RUNNING:
            if len(self.gestures.arrows):
                self.pull.wish(Wish(self.gestures.arrows, self.mask, hold))
            else:
                self.pull.stop()
        elif not self.idle:
            self._next = lambda: self._go(hold=self.gestures.busy)
        elif len(self.gestures.arrows) and self.edit is not None:
            self._require_daemon()
            self._guard.before_pull(self.edit, self._start)

    def _require_daemon(self) -> None:
        absence = self._absence(self._edit())
        if absence:
            raise LayerFault(absence)
        if not self._care.connected:
            self._care.start()
            raise LayerFault(self._care.sentence)

    def _start(self, edit: OpenEdit) -> None:
        """Begin a pull on ``edit``, with the arrows and the selection of this moment."""
        if edit is not self.edit:
            self.take_up(edit)
        settings = self._settings()
        terms = Terms(
            step_limit=settings.step_limit,
            radius=settings.radius,
            composite=settings.keep_rest and self.mask is not None,
            true_composite=settings.true_composite,
        )
        edit.keep_arrows(settled(self.gestures.arrows))
        wish = Wish(self.gestures.arrows, self.mask, hold=self.gestures.busy)
        self._say("", warning=False)
        self.pull = Pull(
            self._care.link, edit, wish, terms, changed=self._followed, over=self._pull_over
        )
        self._changed()

    def _note(self, notice: str) -> None:
        """Tell what was done instead, now and together with the pull's end."""
        self._notice = notice
        self._say(notice, warning=False)

    def _followed(self) -> None:
        """A frame came: the handles are where it tells."""
        if self.pull is not None:
            self.gestures.arrows = self.gestures.arrows.tracked(self.pull.points)
        self._changed()

    def _pull_over(self, sentence: str, warning: bool) -> None:
        pull, self.pull = self.pull, None
        if pull is None:
            return
        if pull.taken_back:
            self.gestures.arrows = settled(pull.before)
        elif not self.gestures.busy:
            self.gestures.arrows = settled(self.gestures.arrows)
        pull.edit.keep_arrows(settled(self.gestures.arrows))
        self._settle(pull.edit, sentence, warning=warning)

    def _settle(self, edit: OpenEdit, sentence: str, *, warning: bool) -> None:
        """Go on with ``edit`` in the layer that it has now, and with what waited for that."""
        self._seen = (edit.root, edit.layer_id)
        self._activate(edit)
        self._renew_frozen()
        notice, self._notice = self._notice, ""
        self._say(f"{sentence} {notice}".strip(), warning=warning)
        self._changed()
        following, self._next = self._next, None
        if following is not None:
            following()

    def _activate(self, edit: OpenEdit) -> None:
        """Make the edit's layer the active one.

        Krita shows a new layer in its own good time, and asserts where it is activated before.
        """

        @guarded
        def activate() -> None:
            layer = edit.layer()
            active = edit.document.activeNode() if layer is not None else None
            if layer is not None and self.edit is edit and active != layer:
                edit.document.setActiveNode(layer)

        QtCore.QTimer.singleShot(ACTIVATE_MS, activate)

    def _look_after_pull(self) -> None:
        pull = self.pull
        if pull is None:
            return
        if pull.edit.root not in {root_id(document) for document in self._krita.documents()}:
            self.pull = None
            pull.forget()
        elif pull.interrupted and self._care.connected:
            pull.resume()

    def _edit(self) -> OpenEdit:
        if self.edit is None:
            raise LayerFault(wording.NO_EDIT)
        return self.edit
