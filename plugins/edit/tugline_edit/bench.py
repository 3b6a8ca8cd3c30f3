"""The bench: what the hand and the docker or dialog do to the edit on the table, and its pulls."""

from collections.abc import Callable

from tugline_protocol.errors import ProtocolError
from tugline_protocol.values import Image

from . import wording
from .arrows import Arrows
from .daemon_care import DaemonCare
from .edits import OpenEdit, is_known, settled
from .gestures import Change, Gestures, Part
from .host import Document, Editor, LayerFault
from .masks import SelectionMask
from .paint_guard import PaintGuard
from .pull import Outcome, Phase, Pull, Pursuit, Terms
from .restoring import Restoring
from .table import Say, Table
from .view import Settings


class Bench:
    """The edit under the artist's hand: at most one pull runs at a time.

    ``changed`` is called when what is seen of it may have changed; ``say(sentence, warning=...)``
    tells the artist something. ``ended`` is how the last pull ended, None before that and while one
    runs.
    """

    def __init__(
        self,
        editor: Editor,
        care: DaemonCare,
        settings: Callable[[], Settings],
        *,
        changed: Callable[[], None],
        say: Say,
    ) -> None:
        """Look at nothing yet: ``look`` is called four times a second."""
        self.table = Table(editor, say)
        self.pull: Pull | None = None
        self.ended: Outcome | None = None
        self._editor = editor
        self._care = care
        self._settings = settings
        self._changed = changed
        self._say = say
        self._guard = PaintGuard(care, say, self._note)
        self._restoring: Restoring | None = None
        self._next: Callable[[], None] | None = None
        self._notice = ""
        self._refused = self._on_canvas = self._held = False
        self._before = Arrows()

    @property
    def edit(self) -> OpenEdit | None:
        """The edit on the table."""
        return self.table.edit

    @property
    def gestures(self) -> Gestures:
        """Its arrows."""
        return self.table.gestures

    @property
    def mask(self) -> SelectionMask | None:
        """The selection as it counts now; None where everything may move."""
        return self.table.selection.mask

    @property
    def frame(self) -> Image | None:
        """The newest frame where frames are shown on the canvas and not in the layer."""
        return self.pull.frame if self.pull is not None else None

    @property
    def drawing(self) -> bool:
        """Whether the daemon draws a picture for the layer."""
        return self._restoring is not None or self._guard.busy

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on the edit."""
        return self.pull is None and self._restoring is None and not self._guard.busy

    @property
    def holding(self) -> bool:
        """Whether the artist is still pulling, so that a drag stays where it arrives."""
        return self.gestures.busy or self._held

    def reference(self) -> str:
        """Return the key of the latent whose picture is seen: new arrows are set in it."""
        edit = self.table.the_edit()
        return edit.state.latent if self.pull is None else edit.remember(self.pull.picture)

    def look(self) -> None:
        """See what the artist did elsewhere: another layer, a move, an undo, a selection."""
        self._look_after_pull()
        if self.idle and not self.gestures.busy:
            if self.table.look():
                self._next = None
                self.tell_absence()
                self._changed()
            elif self.edit is not None:
                self._guard.follow(self.edit, self._changed)
        if self.edit is not None and self.table.selection.look(self.edit):
            self._selection_changed()

    def take_up(self, edit: OpenEdit, arrows: Arrows) -> None:
        """Go on with ``edit``, whose layer is new."""
        self.table.take_up(edit, arrows)
        self._changed()

    def ignore_selection(self, *, on: bool) -> None:
        """Let everything move although something is selected."""
        self.table.selection.ignored = on
        self._selection_changed()

    # The hand and the keys.

    def hand(self, change: Change | None, part: Part | None) -> None:
        """React to what a gesture did."""
        if change is None:
            return
        self._refused = self._refused and change is not Change.BEGUN
        if change is Change.BEGUN and self.gestures.selected is None:
            self._say(wording.TOO_MANY_ARROWS, warning=True)
        ended = change in {Change.ENDED, Change.REMOVED}
        if ended and self.pull is None and self.edit is not None:
            self.edit.keep_arrows(settled(self.gestures.arrows))
        running = self.pull is not None
        pulled = change in {Change.PULLED, Change.ENDED} and part is Part.TARGET
        # A press without a pull lets go as well: the selection may have been read meanwhile.
        let_go = ended or (change is Change.SELECTED and not self.gestures.busy)
        self.table.selection.sort(self.gestures)
        if (running and let_go) or (pulled and (running or self._settings().live)):
            self._follow_hand(hold=not let_go)
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

    def put(self, arrows: Arrows) -> None:
        """Have ``arrows`` instead of what there was."""
        self.gestures.arrows = arrows
        self.gestures.selected = None
        self.hand(Change.REMOVED, None)

    def pull_to(self, arrows: Arrows, *, hold: bool) -> None:
        """Have ``arrows``, which were set outside of gestures; ``hold``: they are still pulled.

        A pull that runs follows them. Where none runs one begins, if that is live and a target is
        at a new place. The same arrows as before change nothing but ``hold``.
        """
        before, held = self.gestures.arrows, self._held
        self._held = hold
        if arrows.items == before.items and hold == held:
            return
        self._refused = self._refused and held
        self.gestures.arrows = arrows
        if self.pull is None and not hold and self.edit is not None:
            self.edit.keep_arrows(settled(arrows))
        self.table.selection.sort(self.gestures)
        if self.pull is not None or (self._settings().live and _pulled(before, arrows)):
            self._follow_hand(hold=hold)
        self._changed()

    # Pulls.

    def run(self) -> None:
        """Pull the handles to their targets. Raises LayerFault where there is nothing to pull."""
        self.table.the_edit()
        if not len(self.gestures.arrows):
            raise LayerFault(wording.NO_ARROWS)
        self._go(hold=False)

    def stop(self) -> None:
        """Keep the present picture."""
        self._next = None
        if self.pull is not None:
            self.pull.stop()

    def take_back(self) -> None:
        """Go back to the picture before: of the pull that runs, else of the last one."""
        self._next = None
        if self.pull is not None:
            if not self.pull.take_back(wording.TAKEN_BACK):
                self._next = self.take_back
        elif self.edit is not None and self.edit.state.parent:
            self.go_to(self.edit.state.parent)

    def go_to(self, state: str) -> None:
        """Bring back a picture of the history; a pull that runs is stopped before."""
        if self.pull is not None:
            self._next = lambda: self.go_to(state)
            self.pull.stop()
            return
        edit = self.table.the_edit()
        if self.idle and edit.record.state != state:
            self._care.once_connected(lambda: self._restore(edit, state))

    def _follow_hand(self, *, hold: bool) -> None:
        """Let the drag follow; what forbids it is said once a pull, not at each of its moves."""
        if self._refused:
            return
        try:
            self._go(hold=hold)
        except (LayerFault, ProtocolError) as fault:
            self._refused = True
            self._say(str(fault), warning=True)

    def _go(self, *, hold: bool) -> None:
        """Let the drag follow the arrows as they are now; begin one where none runs."""
        movable = self.table.movable()
        if self.pull is not None and self.pull.phase is Phase.RUNNING:
            if len(movable):
                self.pull.pursue(Pursuit(movable, self.mask, hold))
            else:
                self.pull.stop()
        elif not self.idle:
            self._next = lambda: self._go(hold=self.holding)
        elif len(movable) and self.edit is not None:
            edit = self.edit
            self._care.once_connected(lambda: self._begin(edit))
        elif len(self.gestures.arrows):
            raise LayerFault(wording.outside_selection(len(self.gestures.arrows)))

    def _begin(self, edit: OpenEdit) -> None:
        if edit is self.edit and self.idle and len(self.table.movable()):
            self._require_model(edit)
            self._guard.before_pull(edit, self._start)

    def _start(self, edit: OpenEdit) -> None:
        """Begin a pull on ``edit``, with the arrows and the selection of this moment."""
        if edit is not self.edit:
            self.take_up(edit, self.gestures.arrows)
        settings = self._settings()
        terms = Terms(
            step_limit=settings.step_limit,
            radius=settings.radius,
            keep_rest=settings.keep_rest,
            true_composite=settings.true_composite,
        )
        self.gestures.arrows = edit.anchored(self.gestures.arrows)
        edit.keep_arrows(settled(self.gestures.arrows))
        self.table.selection.look(edit, fresh=True)
        self.table.selection.sort(self.gestures)
        self._before = self.gestures.arrows
        movable = self.table.movable()
        if not len(movable):
            raise LayerFault(wording.outside_selection(len(self.gestures.arrows)))
        pursuit = Pursuit(movable, self.mask, self.holding)
        self._next = self.ended = None
        self.pull = Pull(
            self._care.link,
            self._editor.loop,
            edit,
            pursuit,
            terms,
            changed=self._followed,
            over=self._pull_over,
        )
        self._on_canvas = False
        self._say("", warning=False)
        self._changed()

    def _restore(self, edit: OpenEdit, state: str) -> None:
        if edit is self.edit and self.idle:
            self._require_model(edit)
            self._restoring = Restoring(
                self._care.link, self._editor.loop, edit, state, self._restored
            )
            self._changed()

    def tell_absence(self) -> None:
        """Say so where the daemon does not have the model of the edit on the table."""
        absence = self._absence(self.edit) if self.edit is not None else ""
        if absence:
            self._say(absence, warning=True)

    def refuses(self, document: Document | None) -> bool:
        """Whether a press on a picture of ``document`` is to do nothing: a pull runs elsewhere."""
        if self.pull is None or document is None or document.root == self.pull.edit.root:
            return False
        if not is_known(document, document.chosen()):
            return False
        self._say(wording.STILL_PULLING, warning=True)
        return True

    def _require_model(self, edit: OpenEdit) -> None:
        absence = self._absence(edit)
        if absence:
            raise LayerFault(absence)

    def _absence(self, edit: OpenEdit) -> str:
        """Return what is to be said where the daemon does not have the edit's model, else ""."""
        model = edit.state.model
        known = {card.name: card.weights for card in self._care.models}
        if not known or known.get(model.name) == model.weights:
            return ""
        return wording.missing_model(model.name, other_weights=model.name in known)

    def _note(self, notice: str) -> None:
        """Tell what was done instead, now and together with the pull's end."""
        self._notice = notice
        self._say(notice, warning=False)

    def _selection_changed(self) -> None:
        self.table.selection.sort(self.gestures)
        if self.pull is not None and self.pull.phase is Phase.RUNNING:
            self._go(hold=self.holding)
        self._changed()

    # What pulls tell.

    def _followed(self) -> None:
        """A frame came: the handles are where it tells."""
        if self.pull is not None:
            self.gestures.arrows = self.gestures.arrows.tracked(self.pull.points)
            if self.pull.frame is not None and not self._on_canvas:
                self._on_canvas = True
                self._say(wording.ON_CANVAS, warning=False)
        self._changed()

    def _pull_over(self, sentence: str, warning: bool) -> None:
        pull, self.pull = self.pull, None
        if pull is None:
            return
        self.ended = pull.outcome
        if pull.taken_back:
            self.gestures.arrows = settled(self._before)
        elif not self.holding:
            self.gestures.arrows = settled(self.gestures.arrows)
        # What was taken back or refused does not begin again with the same pull of the hand.
        self._refused = self._refused or pull.taken_back or (warning and pull.steps == 0)
        if pull.edit is not self.edit and self.edit is not None:
            self.table.take_up(pull.edit, self.gestures.arrows)
        pull.edit.keep_arrows(settled(self.gestures.arrows))
        self._settle(pull.edit, sentence, warning=warning)

    def _restored(self, sentence: str) -> None:
        self._restoring = None
        edit = self.table.the_edit()
        self.gestures.arrows = settled(edit.arrows)
        self._settle(edit, sentence, warning=bool(sentence))

    def _settle(self, edit: OpenEdit, sentence: str, *, warning: bool) -> None:
        """Go on with ``edit`` in the layer that it has now, and with what waited for that."""
        self.table.stay(edit)
        self.table.selection.sort(self.gestures)
        notice, self._notice = self._notice, ""
        self._say(f"{sentence} {notice}".strip(), warning=warning)
        self._changed()
        following, self._next = self._next, None
        if following is not None:
            following()

    def _look_after_pull(self) -> None:
        pull = self.pull
        if pull is None:
            return
        if pull.edit.root not in self._editor.roots():
            self.pull = self._next = None
            pull.forget()
        elif pull.interrupted and self._care.connected:
            pull.resume()


def _pulled(before: Arrows, after: Arrows) -> bool:
    """Whether a target is where none was, away from its handle."""
    targets = {arrow.target for arrow in before}
    return any(arrow.distance > 0 and arrow.target not in targets for arrow in after)
