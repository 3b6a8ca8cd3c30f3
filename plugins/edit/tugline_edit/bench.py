"""The bench: what the hand and the docker or dialog do to the edit on the table, and its pulls."""

import math
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from tugline_protocol.values import Image

from . import wording
from .arrows import Arrows
from .daemon_care import DaemonCare
from .edits import OpenEdit, is_known, settled
from .gestures import Change, Gestures, Part
from .host import Document, Editor, LayerFault
from .masks import SelectionMask
from .pull import Outcome, Phase, Pull
from .table import Say, Table
from .view import Settings
from .work import Work

# A document that shows the arrows by itself gets their record when nobody drew for so long: while
# GIMP writes it, a Ctrl+Z may do nothing.
QUIET_SECONDS: Final = 2.0


class Bench:
    """The edit under the artist's hand: at most one pull runs at a time.

    ``changed`` is called when what is seen of it may have changed; ``say(sentence, warning=...)``
    tells the artist something.
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
        self._care = care
        self._settings = settings
        self._changed = changed
        self._say = say
        self._held = False
        self._kept_by = math.inf
        self._work = Work(
            editor,
            care,
            self.table,
            settings,
            holding=lambda: self.holding,
            changed=changed,
            say=say,
        )

    @property
    def pull(self) -> Pull | None:
        """The pull that runs."""
        return self._work.pull

    @property
    def ended(self) -> Outcome | None:
        """How the last pull ended, None before that and while one runs."""
        return self._work.ended

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
        return self._work.drawing

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on the edit."""
        return self._work.idle

    @property
    def holding(self) -> bool:
        """Whether the artist is still pulling, so that a drag stays where it arrives."""
        return self.gestures.busy or self._held

    def reference(self) -> str:
        """Return the key of the latent whose picture is seen: new arrows are set in it."""
        edit = self.table.the_edit()
        return edit.state.latent if self.pull is None else edit.remember(self.pull.picture)

    def bar(self, sentence: str) -> None:
        """Begin nothing on the edit while ``sentence`` says why; "" = it may begin."""
        self._work.barred = sentence

    def tuning(self, tuned: str) -> bytes | None:
        """Return the bytes of a tuning that the edit carries which is worked on."""
        edits = [self.pull.edit if self.pull is not None else None, self.edit]
        found = (edit.tuning(tuned) for edit in edits if edit is not None)
        return next((data for data in found if data is not None), None)

    def look(self) -> None:
        """See what the artist did elsewhere: another layer, a move, an undo, a selection."""
        self._work.look()
        if self.idle and not self.gestures.busy:
            if self.table.look():
                self._work.want_nothing()
                self.tell_absence()
                self._changed()
            elif self.edit is not None:
                self._work.look_at_layer(self.edit)
                if time.monotonic() >= self._kept_by:
                    self._kept_by = math.inf
                    self.table.keep_arrows()
        if self.edit is not None and self.table.selection.look(self.edit):
            self._selection_changed()

    def take_up(self, edit: OpenEdit, arrows: Arrows) -> None:
        """Go on with ``edit``, which is new."""
        self.table.keep_arrows()
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
        self._work.refused = self._work.refused and change is not Change.BEGUN
        if change is Change.BEGUN and self.gestures.selected is None:
            self._say(wording.TOO_MANY_ARROWS, warning=True)
        ended = change in {Change.ENDED, Change.REMOVED}
        if ended:
            self._keep_arrows()
        running = self._runs
        pulled = change in {Change.PULLED, Change.ENDED} and part is Part.TARGET
        # A press without a pull lets go as well: the selection may have been read meanwhile.
        let_go = ended or (change is Change.SELECTED and not self.gestures.busy)
        self.table.selection.sort(self.gestures)
        wanted = self.pull is not None or self._settings().live
        if (running and let_go) or (pulled and wanted):
            self._work.follow_hand(hold=not let_go)
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

        A pull that runs follows them; after one that is stopped another begins. Where there is none
        one begins if that is live and a target is at a new place. The same arrows as before change
        nothing but ``hold``: nobody wants a pull by letting go after a stop.
        """
        before, held = self.gestures.arrows, self._held
        self._held = hold
        same = arrows.items == before.items
        if same and hold == held:
            return
        self._work.refused = self._work.refused and held
        self.gestures.arrows = arrows
        if not hold:
            self._keep_arrows()
        self.table.selection.sort(self.gestures)
        follows = self._runs if same else self.pull is not None
        if follows or (self._settings().live and _pulled(before, arrows)):
            self._work.follow_hand(hold=hold)
        self._changed()

    # Pulls.

    def run(self) -> None:
        """Pull the handles to their targets. Raises LayerFault where there is nothing to pull."""
        self.table.the_edit()
        if not len(self.gestures.arrows):
            raise LayerFault(wording.NO_ARROWS)
        self._work.go(hold=False)

    def stop(self) -> None:
        """Keep the present picture."""
        self._work.stop()

    def take_back(self) -> None:
        """Go back to the picture before: of the pull that runs, else of the last one."""
        self._work.take_back()

    def finish(self) -> None:
        """Stop for good: the present picture is kept, and whatever is wanted after it is not."""
        self._work.finish()

    def close(self) -> None:
        """Leave nothing under way: a picture that is not written by now is taken back."""
        self._work.close()
        self.table.keep_arrows()

    def go_to(self, state: str) -> None:
        """Bring back a picture of the history; a pull that runs is stopped before."""
        self._work.go_to(state)

    def refuses(self, document: Document | None) -> bool:
        """Whether a press on a picture of ``document`` is to do nothing: a pull runs elsewhere."""
        if self.pull is None or document is None or document.root == self.pull.edit.root:
            return False
        if not is_known(document, document.chosen()):
            return False
        self._say(wording.STILL_PULLING, warning=True)
        return True

    def tell_absence(self) -> None:
        """Say so where the daemon does not have the model of the edit on the table."""
        absence = self._care.absence(self.edit.state.model) if self.edit is not None else ""
        if absence:
            self._say(absence, warning=True)

    def _keep_arrows(self) -> None:
        """Let the document have the arrows where no pull runs that will; soon if that is enough."""
        edit = self.edit
        if self.pull is not None or edit is None:
            return
        if edit.document.shows_arrows:
            self._kept_by = time.monotonic() + QUIET_SECONDS
        else:
            edit.keep_arrows(settled(self.gestures.arrows))

    @property
    def _runs(self) -> bool:
        """Whether a pull runs that is not stopped yet."""
        return self.pull is not None and self.pull.phase is Phase.RUNNING

    def _selection_changed(self) -> None:
        self.table.selection.sort(self.gestures)
        if self._runs:
            self._work.go(hold=self.holding)
        self._changed()


def _pulled(before: Arrows, after: Arrows) -> bool:
    """Whether a target, away from its handle, is where none was, or one more than there were."""
    targets = Counter(arrow.target for arrow in before)
    wanted = Counter(arrow.target for arrow in after if arrow.distance > 0)
    return bool(wanted - targets)
