"""Before Tugline writes into a layer: is its picture still the one that it wrote, and where?

A layer that was moved or transformed is followed. One that the artist painted on is left as it is:
the edit goes on in a new layer above it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tugline_edit import wording
from tugline_edit.geometry import Placement

from .care import DaemonCare
from .edits import OpenEdit, fork
from .layers import EDIT_NAME, Change, LayerFault, create_edit_layer, examine, is_editable
from .nodes import bounds
from .painting import warp
from .pictures import PictureOrder, drawn_size
from .restoring import sheets

Say = Callable[..., None]


class PaintGuard:
    """Looks at edits' layers; where it needs the daemon's picture for that it is ``busy``."""

    def __init__(self, care: DaemonCare, say: Say, notice: Callable[[str], None]) -> None:
        """Tell faults with ``say``, and what was done instead with ``notice``."""
        self.busy = False
        self._care = care
        self._say = say
        self._notice = notice
        self._seen: tuple[str, Any] | None = None
        self._judged: tuple[str, Any] | None = None

    def follow(self, edit: OpenEdit, moved: Callable[[], None]) -> None:
        """See whether the artist moved the layer; ``moved`` is called where they did."""
        layer = edit.layer()
        if layer is None:
            return
        seen = (edit.layer_id, bounds(layer))
        still, self._seen = seen == self._seen, seen
        if not still or seen == self._judged or seen[1] == edit.record.placement.box:
            return
        if is_editable(layer):
            return
        self._judged = seen
        standing = examine(layer, edit.record)
        if standing.change is Change.MOVED:
            edit.keep_placement(replace(edit.record, placement=standing.placement))
            moved()
        elif standing.change is Change.PAINTED and self._care.connected:
            self._compare(edit, moved, lambda _: None)

    def before_pull(self, edit: OpenEdit, then: Callable[[OpenEdit], None]) -> None:
        """Call ``then`` with the edit to be pulled: this one, or a new one above what was painted.

        Raises LayerFault where the layer is gone.
        """
        layer = edit.layer()
        why_not = is_editable(layer) if layer is not None else wording.LAYER_GONE
        if why_not:
            raise LayerFault(why_not)
        standing = examine(layer, edit.record)
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
            layer = edit.layer()
            if layer is None:
                return
            comparable = size == edit.record.placement.drawn_size
            standing = examine(layer, edit.record, data if comparable else None)
            if standing.change is Change.PAINTED:
                painted(data)
            else:
                edit.keep_placement(edit.looked_at(layer, standing.placement))
                followed()

        def failed(sentence: str) -> None:
            self.busy = False
            self._say(sentence, warning=True)

        self.busy = True
        PictureOrder(self._care.link, chain, size, drawn, failed)

    def _fork(self, edit: OpenEdit, data: bytes, then: Callable[[OpenEdit], None]) -> None:
        """Go on above the layer that was painted on."""
        placement: Placement = edit.record.placement
        shown = warp(data, drawn_size(placement), placement)
        layer = create_edit_layer(edit.document, EDIT_NAME, placement, shown, edit.layer())
        then(fork(edit, layer))
        self._notice(wording.PAINTED)
