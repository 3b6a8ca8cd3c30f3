"""The arrows on the canvas and those of the bench are the same: each follows the other.

What the artist draws with the Paths tool while the dialog is open are arrows of the layer that is
chosen: each stroke one, from its first anchor to its last. A path that was there before stays what
it is, unless it is called "Tugline arrows".

The artist's hand comes first: a path is only read while it changes and while a drag runs. What the
dialog's preview set is written when both are at rest, as one step of undo; what follows from acts
that are steps already (a drag, a layer that was moved) is written within them or makes none.
"""

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit.arrows import Arrows
from tugline_edit.bench import Bench
from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import XY, Placement
from tugline_edit.gestures import Gestures
from tugline_edit.host import Loop

from .document import GimpDocument
from .gi_modules import Gimp
from .paths import give, is_anew, locked, paths_of, read, write_arrows
from .strokes import Drawn, Stroke, drawn, follow, handles_among, same
from .tool_path import ToolPath
from .undo_steps import no_step, one_step

TICK_MS: Final = 80
# A path that did not change for so long is no longer in the hand.
REST_SECONDS: Final = 0.7
# So many of a path's earlier forms are known again: an undo brings one of them back.
FORMS_KNOWN: Final = 64

Strokes = tuple[Stroke, ...]


@dataclass(frozen=True)
class _Agreed:
    """What the paths and the bench agreed on last.

    ``gestures`` tells an edit that went on by itself from one that was laid on the table anew:
    after an undo, or because the artist chose another layer. ``owed`` is that the paths lack some
    of the arrows through no act of the artist's.
    """

    gestures: Gestures
    edit: str
    layer_id: str
    placement: Placement
    strokes: Strokes
    drawn: tuple[Drawn, ...]
    arrows: Arrows
    owed: bool = False


@dataclass(frozen=True)
class _Form:
    """What the paths of an edit looked like: their strokes, and which paths had them.

    An undo brings back a path, a hand that draws the same once more begins another.
    """

    paths: tuple[int, ...]
    strokes: Strokes


class PathFollower:
    """Keeps the arrows of ``bench`` and those in the paths of ``document``'s image the same.

    ``unfinished`` are the handles, in image pixels, that have no target on the canvas yet.
    """

    def __init__(self, bench: Bench, document: GimpDocument, loop: Loop) -> None:
        """Follow from now on, until ``close``: paths drawn from now on are arrows."""
        self.unfinished: tuple[XY, ...] = ()
        self._bench = bench
        self._document = document
        self._image: Any = document.image
        self._newest = self._image.get_tattoo_state()
        self._agreed: _Agreed | None = None
        self._met: set[str] = set()
        self._tool = ToolPath(self._image)
        self._forms: deque[_Form] = deque(maxlen=FORMS_KNOWN)
        self._changed_at = -math.inf
        self._held = False
        self._ticking = loop.every(TICK_MS, self.look)
        self.look()

    def close(self) -> None:
        """Follow no more."""
        self._ticking.stop()
        if self._document.is_open:
            self._tool.close()

    def look(self) -> None:
        """See what changed, on the canvas or on the bench, and let the other have it."""
        edit = self._bench.edit
        if not self._document.is_open:
            return
        if edit is None:
            self._agreed, self.unfinished = None, ()
            self._newest = self._image.get_tattoo_state()
            return
        # While a picture is put back, and until the bench knows of an undo, paths prove nothing.
        if self._bench.drawing or not edit.there:
            return
        self._take_new_paths(edit)
        strokes = self._strokes(edit)
        self.unfinished = handles_among(strokes, edit.record.placement)
        agreed = self._agreed
        if agreed is None or not self._went_on(edit, agreed):
            self._meet(edit)
        elif agreed.layer_id != edit.layer_id:
            self._go_on(edit, strokes, agreed)
        elif agreed.strokes != strokes:
            self._path_changed(edit, strokes, agreed)
        elif time.monotonic() - self._changed_at >= REST_SECONDS:
            self._let_go()
            self._write(edit, agreed)

    def _went_on(self, edit: OpenEdit, agreed: _Agreed) -> bool:
        """Whether what is on the table came from what was there, and is not laid there anew."""
        if agreed.gestures is not self._bench.gestures:
            return False
        arrows = self._bench.gestures.arrows
        return agreed.edit == edit.record.edit or any(
            arrows.get(one.arrow) is not None for one in agreed.drawn
        )

    def _strokes(self, edit: OpenEdit) -> Strokes:
        return read(paths_of(self._image, edit.record.edit))

    def _take_new_paths(self, edit: OpenEdit) -> None:
        """Let paths that the artist began since the dialog was opened be arrows of ``edit``."""
        for path in self._image.get_selected_paths():
            if is_anew(path, self._newest):
                give(path, edit.record.edit)

    def _meet(self, edit: OpenEdit) -> None:
        """Another edit is on the table, or the same at another state: its paths know best.

        One that is met for the first time may have arrows and no path, as a duplicate has: it gets
        one. One that was met before has lost its path by an undo, and a redo may bring that back.
        """
        name = edit.record.edit
        if name not in self._met and not self._strokes(edit):
            with no_step(self._image):
                write_arrows(self._image, edit.record.placement, self._bench.gestures.arrows, name)
        self._tool.be_of(name)
        self._adopt(edit)

    def _adopt(self, edit: OpenEdit) -> None:
        """Let the bench have what the paths show; where they show nothing its arrows stay."""
        strokes, arrows = self._strokes(edit), self._bench.gestures.arrows
        shown: tuple[Drawn, ...] = ()
        if strokes:
            arrows, shown = self._followed(edit, strokes, arrows)
        self._agree(edit, strokes, shown, arrows)
        if arrows.items != self._bench.gestures.arrows.items:
            self._bench.put(arrows)

    def _go_on(self, edit: OpenEdit, strokes: Strokes, agreed: _Agreed) -> None:
        """Tugline put the edit into another layer: no arrow is gone for that."""
        before = self._bench.gestures.arrows
        if strokes == agreed.strokes:
            self._agree(edit, strokes, agreed.drawn, before, owed=True)
            return
        arrows, shown = self._followed(edit, strokes, before)
        resting = (arrow for arrow in before if arrows.get(arrow.id) is None)
        arrows = Arrows((*arrows, *resting))
        self._agree(edit, strokes, shown, arrows, owed=True)
        self._bench.pull_to(arrows, hold=self._held)

    def _followed(
        self, edit: OpenEdit, strokes: Strokes, arrows: Arrows
    ) -> tuple[Arrows, tuple[Drawn, ...]]:
        """Return ``arrows`` as the strokes have them, where the strokes had shown ``arrows``."""
        placement = edit.record.placement
        before = drawn(arrows, placement)
        return follow(before, strokes, arrows, placement, self._bench.reference())

    def _path_changed(self, edit: OpenEdit, strokes: Strokes, agreed: _Agreed) -> None:
        """The artist, or an undo, changed what is on the canvas."""
        at_rest = time.monotonic() - self._changed_at >= REST_SECONDS
        arrows, shown = follow(
            agreed.drawn,
            strokes,
            self._bench.gestures.arrows,
            edit.record.placement,
            self._bench.reference(),
        )
        undone = at_rest and self._form(edit, strokes) in self._forms
        self._agree(edit, strokes, shown, arrows)
        if undone and self._bench.pull is None:
            # What an undo brings back is no wish to pull.
            self._bench.put(arrows)
            return
        self._changed_at = time.monotonic()
        self._held = True
        self._bench.pull_to(arrows, hold=True)

    def _let_go(self) -> None:
        """The path is at rest, so the hand has let go of it."""
        if self._held:
            self._held = False
            self._bench.pull_to(self._bench.gestures.arrows, hold=False)

    def _write(self, edit: OpenEdit, agreed: _Agreed) -> None:
        """Let the path have what was set elsewhere, while nothing else is under way."""
        arrows, placement = self._bench.gestures.arrows, edit.record.placement
        if not self._bench.idle or self._bench.gestures.busy:
            return
        acted = _places(arrows) != _places(agreed.arrows)
        if not acted and not agreed.owed and placement == agreed.placement:
            return
        paths = paths_of(self._image, edit.record.edit)
        if locked(paths):
            return
        if (paths or acted) and not same(agreed.strokes, arrows, placement):
            if acted and not agreed.strokes:  # an undo of the act brings these back
                with no_step(self._image):
                    write_arrows(self._image, placement, agreed.arrows, edit.record.edit)
            with one_step(self._image) if acted else no_step(self._image):
                write_arrows(self._image, placement, arrows, edit.record.edit)
            Gimp.displays_flush()
        self._adopt(edit)

    def _form(self, edit: OpenEdit, strokes: Strokes) -> _Form:
        """Return the form that the paths of ``edit`` have, whose strokes are ``strokes``."""
        paths = paths_of(self._image, edit.record.edit)
        return _Form(tuple(path.get_tattoo() for path in paths if path.get_strokes()), strokes)

    def _agree(
        self,
        edit: OpenEdit,
        strokes: Strokes,
        shown: tuple[Drawn, ...],
        arrows: Arrows,
        *,
        owed: bool = False,
    ) -> None:
        record = edit.record
        self._met.add(record.edit)
        form = self._form(edit, strokes)
        if not self._forms or self._forms[-1] != form:
            self._forms.append(form)
        self._agreed = _Agreed(
            gestures=self._bench.gestures,
            edit=record.edit,
            layer_id=edit.layer_id,
            placement=record.placement,
            strokes=strokes,
            drawn=shown,
            arrows=arrows,
            owed=owed,
        )


def _places(arrows: Arrows) -> tuple[tuple[str, XY, XY], ...]:
    """Return where arrows lie, whatever their condition."""
    return tuple((arrow.id, arrow.handle, arrow.target) for arrow in arrows)
