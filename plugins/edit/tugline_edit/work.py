"""What is under way on the edit of the table: a pull, or a picture that is drawn for its layer."""

from collections.abc import Callable
from typing import Final

from tugline_protocol.errors import ProtocolError

from . import wording
from .arrows import Arrows
from .daemon_care import DaemonCare
from .edits import OpenEdit, settled
from .host import Editor, LayerFault
from .paint_guard import PaintGuard
from .pull import Outcome, Phase, Pull, Pursuit, Terms
from .restoring import Restoring
from .table import Say, Table
from .view import Settings

# The capability of daemons that blend pictures into photos.
INVERSION: Final = "inversion"


class Work:
    """One thing at a time on one edit, and what waits for its end.

    ``pull`` is the one that runs, ``ended`` how the last one ended (None before that and while one
    runs). ``refused`` says that what the hand wants was refused or taken back: it does not begin
    again with the same pull of the hand. ``barred`` is the sentence that says why nothing may begin
    at present, "" where it may. ``holding`` tells whether the artist is still pulling.
    """

    def __init__(
        self,
        editor: Editor,
        care: DaemonCare,
        table: Table,
        settings: Callable[[], Settings],
        *,
        holding: Callable[[], bool],
        changed: Callable[[], None],
        say: Say,
    ) -> None:
        """Begin with nothing; ``changed`` and ``say`` are those of the bench."""
        self.pull: Pull | None = None
        self.ended: Outcome | None = None
        self.refused = False
        self.barred = ""
        self._editor = editor
        self._care = care
        self._table = table
        self._settings = settings
        self._holding = holding
        self._changed = changed
        self._say = say
        self._guard = PaintGuard(care, editor.loop, say, self._note)
        self._restoring: Restoring | None = None
        self._next: Callable[[], None] | None = None
        self._finished = False
        self._notice = ""
        self._on_canvas = False
        self._before = Arrows()

    @property
    def drawing(self) -> bool:
        """Whether the daemon draws a picture for the layer."""
        return self._restoring is not None or self._guard.busy

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return self.pull is None and not self.drawing

    def look(self) -> None:
        """See whether the pull's document or its frames' layer is gone, or the daemon is back."""
        pull = self.pull
        if pull is None:
            return
        if pull.edit.root not in self._editor.roots():
            self._forget(pull)
            return
        if pull.interrupted and self._care.connected:
            pull.resume()
        pull.look()

    def look_at_layer(self, edit: OpenEdit) -> None:
        """See whether the artist moved the layer, while nothing is under way."""
        self._guard.follow(edit, self._changed)

    def want_nothing(self) -> None:
        """Forget what waits for the end of what is under way."""
        self._next = None

    def follow_hand(self, *, hold: bool) -> None:
        """Let the drag follow; what forbids it is said once a pull, not at each of its moves."""
        if self.refused:
            return
        try:
            self.go(hold=hold)
        except (LayerFault, ProtocolError) as fault:
            self.refused = True
            self._say(str(fault), warning=True)

    def go(self, *, hold: bool) -> None:
        """Let the drag follow the arrows as they are now; begin one where none runs.

        Raises LayerFault or DaemonUnreachable where it cannot begin.
        """
        if self._finished:
            return
        self._require_way()
        pursuit = self._pursuit(hold=hold)
        if self.pull is not None and self.pull.phase is Phase.RUNNING:
            if len(pursuit.movable):
                self.pull.pursue(pursuit)
            else:
                self.pull.stop()
        elif not self.idle:
            self._next = lambda: self.go(hold=self._holding())
        elif len(pursuit.movable) and self._table.edit is not None:
            edit = self._table.edit
            self._care.once_connected(lambda: self._begin(edit))
        elif len(pursuit.arrows):
            raise LayerFault(wording.outside_selection(len(pursuit.arrows)))

    def stop(self) -> None:
        """Keep the present picture."""
        self._next = None
        if self.pull is not None:
            self.pull.stop()

    def finish(self) -> None:
        """Stop for good: no pull begins any more, and no picture of the history comes back."""
        self._finished = True
        self.stop()

    def close(self) -> None:
        """Leave no pull: one whose picture is not in the layer by now is taken back."""
        self.finish()
        pull = self.pull
        if pull is not None and pull.edit.root in self._editor.roots():
            pull.take_back()
        elif pull is not None:
            self._forget(pull)

    def take_back(self) -> None:
        """Go back to the picture before: of the pull that runs, else of the last one."""
        self._next = None
        edit = self._table.edit
        if self.pull is not None:
            if not self.pull.take_back(wording.TAKEN_BACK):
                self._next = self.take_back
        elif edit is not None and edit.state.parent:
            self.go_to(edit.state.parent)

    def go_to(self, state: str) -> None:
        """Bring back a picture of the history; a pull that runs is stopped before."""
        if self._finished:
            return
        if self.pull is not None:
            self._next = lambda: self.go_to(state)
            self.pull.stop()
            return
        self._require_way()
        edit = self._table.the_edit()
        if self.idle and edit.record.state != state:
            self._care.once_connected(lambda: self._restore(edit, state))

    def _pursuit(self, *, hold: bool) -> Pursuit:
        selection = self._table.selection
        return Pursuit(self._table.gestures.arrows, selection.frozen, selection.mask, hold)

    def _begin(self, edit: OpenEdit) -> None:
        if self._finished:
            return
        if edit is self._table.edit and self.idle and len(self._pursuit(hold=False).movable):
            self._require_model(edit)
            self._guard.before_pull(edit, self._start)

    def _start(self, edit: OpenEdit) -> None:
        """Begin a pull on ``edit``, with the arrows and the selection of this moment."""
        table, gestures = self._table, self._table.gestures
        if edit is not table.edit:
            table.take_up(edit, gestures.arrows)
            self._changed()
            gestures = table.gestures
        gestures.arrows = edit.anchored(gestures.arrows)
        edit.keep_arrows(settled(gestures.arrows))
        table.selection.look(edit, fresh=True)
        table.selection.sort(gestures)
        self._before = gestures.arrows
        pursuit = self._pursuit(hold=self._holding())
        if not len(pursuit.movable):
            raise LayerFault(wording.outside_selection(len(pursuit.arrows)))
        self._next = self.ended = None
        self.pull = Pull(
            self._care.link,
            self._editor.loop,
            edit,
            pursuit,
            Terms.of(self._settings()),
            arrows=lambda: table.gestures.arrows,
            changed=self._followed,
            over=self._pull_over,
        )
        self._on_canvas = False
        self._say("", warning=False)
        self._changed()

    def _restore(self, edit: OpenEdit, state: str) -> None:
        if edit is self._table.edit and self.idle and not self._finished:
            self._require_model(edit)
            edit.keep_arrows(settled(self._table.gestures.arrows))
            self._restoring = Restoring(
                self._care.link, self._editor.loop, edit, state, self._restored
            )
            self._changed()

    def _require_way(self) -> None:
        if self.barred:
            raise LayerFault(self.barred)

    def _require_model(self, edit: OpenEdit) -> None:
        absence = self._care.absence(edit.state.model)
        if absence:
            raise LayerFault(absence)
        if edit.state.seam is not None and not self._care.can(INVERSION):
            raise LayerFault(wording.NO_BLENDING)

    # What is told of it.

    def _note(self, notice: str) -> None:
        """Tell what was done instead, now and together with the pull's end."""
        self._notice = notice
        self._say(notice, warning=False)

    def _followed(self) -> None:
        """A frame came: the handles are where it tells."""
        if self.pull is not None:
            gestures = self._table.gestures
            gestures.arrows = gestures.arrows.tracked(self.pull.points)
            if self.pull.frame is not None and not self._on_canvas:
                self._on_canvas = True
                self._say(wording.ON_CANVAS, warning=False)
        self._changed()

    def _pull_over(self, sentence: str, warning: bool) -> None:
        pull, self.pull = self.pull, None
        if pull is None:
            return
        self.ended = pull.outcome
        gestures = self._table.gestures
        if pull.taken_back:
            gestures.arrows = settled(self._before)
        elif not self._holding():
            gestures.arrows = settled(gestures.arrows)
        self.refused = self.refused or pull.taken_back or (warning and pull.steps == 0)
        if pull.edit is not self._table.edit and self._table.edit is not None:
            self._table.take_up(pull.edit, gestures.arrows)
        pull.edit.keep_arrows(settled(self._table.gestures.arrows))
        self._settle(pull.edit, sentence, warning=warning)

    def _restored(self, sentence: str) -> None:
        self._restoring = None
        edit = self._table.the_edit()
        self._table.gestures.arrows = settled(edit.arrows)
        self._settle(edit, sentence, warning=bool(sentence))

    def _settle(self, edit: OpenEdit, sentence: str, *, warning: bool) -> None:
        """Go on with ``edit`` in the layer that it has now, and with what waited for that.

        Nobody is told in between that nothing is under way where something follows.
        """
        self._table.stay(edit)
        self._table.selection.sort(self._table.gestures)
        notice, self._notice = self._notice, ""
        following, self._next = self._next, None
        try:
            if following is not None:
                following()
        finally:
            if self.idle:
                self._say(f"{sentence} {notice}".strip(), warning=warning)
            self._changed()

    def _forget(self, pull: Pull) -> None:
        """Let go of a pull whose document is closed."""
        self.pull = self._next = None
        pull.forget()
