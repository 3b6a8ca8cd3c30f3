"""Before Tugline writes into a layer: is its picture still the one that it wrote, and where?

A layer that was moved or transformed is followed. One that the artist painted on is left as it is:
the edit goes on in a new layer above it.
"""

from collections.abc import Callable
from dataclasses import replace

from . import wording
from .daemon_care import DaemonCare
from .edits import OpenEdit, fork
from .geometry import Box
from .host import Change, LayerFault, Loop
from .pictures import PictureOrder, drawn_size
from .restoring import sheets

Say = Callable[..., None]
Seen = tuple[str, Box]


class PaintGuard:
    """Looks at edits' layers; where it needs the daemon's picture for that it is ``busy``."""

    def __init__(
        self, care: DaemonCare, loop: Loop, say: Say, notice: Callable[[str], None]
    ) -> None:
        """Tell faults with ``say``, and what was done instead with ``notice``."""
        self.busy = False
        self._care = care
        self._loop = loop
        self._say = say
        self._notice = notice
        self._seen: Seen | None = None
        self._judged: Seen | None = None

    def follow(self, edit: OpenEdit, moved: Callable[[], None]) -> None:
        """See whether the artist moved the layer; ``moved`` is called where they did."""
        if not edit.there:
            return
        seen = (edit.layer_id, edit.document.bounds(edit.layer_id))
        still, self._seen = seen == self._seen, seen
        if not still or seen == self._judged or seen[1] == edit.record.placement.box:
            return
        if edit.document.why_not(edit.layer_id):
            return
        self._judged = seen
        standing = edit.document.examine(edit.layer_id, edit.record)
        if standing.change is Change.MOVED:
            edit.keep_placement(replace(edit.record, placement=standing.placement))
            moved()
        elif standing.change is Change.PAINTED and self._care.connected:
            self._compare(edit, moved, lambda _: None)

    def before_pull(self, edit: OpenEdit, then: Callable[[OpenEdit], None]) -> None:
        """Call ``then`` with the edit to be pulled: this one, or a new one above what was painted.

        Raises LayerFault where the layer is gone.
        """
        why_not = edit.document.why_not(edit.layer_id) if edit.there else wording.LAYER_GONE
        if why_not:
            raise LayerFault(why_not)
        standing = edit.document.examine(edit.layer_id, edit.record)
        if standing.change is Change.MOVED:
            edit.keep_placement(replace(edit.record, placement=standing.placement))
        if standing.change is Change.PAINTED:
            self._compare(edit, lambda: then(edit), lambda data: self._fork(edit, data, then))
        else:
            then(edit)

    def _compare(
        self, edit: OpenEdit, followed: Callable[[], None], painted: Callable[[bytes], None]
    ) -> None:
        """Draw the edit's picture, and find it in the layer however it was transformed."""
        size = drawn_size(edit.record.placement)
        chain = sheets(edit, edit.record.state)

        def drawn(data: bytes) -> None:
            try:
                judge(data)
            finally:
                self.busy = False

        def judge(data: bytes) -> None:
            if not edit.there:
                return
            comparable = size == edit.record.placement.drawn_size
            picture = data if comparable else None
            standing = edit.document.examine(edit.layer_id, edit.record, picture)
            if standing.change is Change.PAINTED:
                painted(data)
            else:
                edit.keep_as_seen(standing.placement)
                followed()

        def failed(sentence: str) -> None:
            self.busy = False
            self._say(sentence, warning=True)

        self.busy = True
        PictureOrder(self._care.link, self._loop, edit.document.painter, chain, size, drawn, failed)

    def _fork(self, edit: OpenEdit, data: bytes, then: Callable[[OpenEdit], None]) -> None:
        """Go on above the layer that was painted on."""
        document, placement = edit.document, edit.record.placement
        shown = document.painter.warp(data, drawn_size(placement), placement)
        forked: list[OpenEdit] = []
        document.add_layer(
            placement, shown, edit.layer_id, lambda layer_id: forked.append(fork(edit, layer_id))
        )
        then(forked[0])
        self._notice(wording.PAINTED)
