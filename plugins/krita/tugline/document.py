"""A Krita document, as ``tugline_edit`` asks for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_edit.host import LayerFault, Refused, Size, Standing, Written
from tugline_edit.masks import SelectionMask
from tugline_edit.reading import RecordError
from tugline_edit.records import LayerRecord
from tugline_edit.storage import EditStore
from tugline_protocol.values import Image

from . import nodes, showing
from .arriving import Arriving
from .choosing import choose
from .examining import examine
from .layers import EDIT_NAME, create_edit_layer
from .nodes import is_editable, is_open, layer_id, layer_with, root_id
from .painting import KritaPainter
from .preview import commit_once, restore_interrupted, streams_into_layer
from .previewing import CanvasPreview, LayerPreview
from .selection import selected, selection_over
from .storage import Annotations

_LAYERS_SEARCHED: Final = 500
# The documents in which it was looked for what a drag left before they were opened. What looks like
# it later was brought back by an undo, and goes with a redo.
_mended: Final[set[str]] = set()


class KritaDocument:
    """One document (``tugline_edit.host.Document``); ``handle`` is Krita's own for it.

    Layers are known by their uniqueId, which Krita brings back with an undo. The records of every
    layer that an edit ever had stay in the document, so they need not be undone.
    """

    def __init__(self, handle: Any) -> None:
        """Stand for ``handle``, a krita.Document."""
        self.handle = handle
        self.root = root_id(handle)
        self.painter = KritaPainter()

    @property
    def is_open(self) -> bool:
        """Whether it is still open."""
        return is_open(self.handle)

    @property
    def shows_arrows(self) -> bool:
        """No: Tugline draws them over the canvas, and nothing else keeps them."""
        return False

    def layer(self, layer_id: str) -> Any | None:
        """Return Krita's node for a layer; None where it, or the document, is gone."""
        return layer_with(self.handle, layer_id)

    def mend(self) -> bool:
        """Undo, once, what a drag left in a document saved in its midst; whether there was any."""
        if self.root in _mended:
            return False
        _mended.add(self.root)
        restored = restore_interrupted(self.handle)
        if restored:
            self.handle.refreshProjection()
        return restored > 0

    def chosen(self) -> str:
        """Return the active layer's id, "" for none."""
        node = self.handle.activeNode() if self.is_open else None
        return layer_id(node) if node is not None else ""

    def choose(self, layer_id: str, wanted: Callable[[], bool]) -> None:
        """Make a layer the active one, as soon as that can be, if it is still ``wanted`` then."""
        choose(self.handle, layer_id, wanted)

    def has(self, layer_id: str) -> bool:
        """Whether the document is open and the layer is in it."""
        return self.layer(layer_id) is not None

    def store(self, layer_id: str) -> Annotations:  # noqa: ARG002 - one store for all layers
        """Return the document's annotations."""
        return Annotations(self.handle)

    def original(self, layer_id: str) -> LayerRecord | None:
        """Return the record of the edit whose picture the layer shows, at the layer's place."""
        layer = self._have(layer_id)
        if layer.type() != "paintlayer":
            return None
        annotations = Annotations(self.handle)
        now = nodes.bounds(layer)
        shown: dict[Box, str] = {}
        for known in reversed(annotations.layers()[-_LAYERS_SEARCHED:]):
            record = _readable(annotations, known)
            filled = record.filled if record is not None else None
            if record is None or filled is None:
                continue
            if (filled.width, filled.height) != (now.width, now.height):
                continue
            old = record.placement.box
            box = Box(now.x - filled.x, now.y - filled.y, old.width, old.height)
            if box not in shown:
                shown[box] = nodes.digest(layer, box)
            if record.digest == shown[box]:
                placement = record.placement.moved(box.x - old.x, box.y - old.y)
                return replace(record, placement=placement)
        return None

    def bounds(self, layer_id: str) -> Box:
        """Return the box around the layer's pixels."""
        return nodes.bounds(self._have(layer_id))

    def pixels(self, layer_id: str, box: Box) -> bytes:
        """Return the layer's own pixels over ``box``, 0 where it has none."""
        return nodes.pixels(self._have(layer_id), box)

    def extent(self, layer_id: str) -> Box:
        """Return the box around the pixels that the layer has within the document."""
        return showing.extent(self.handle, self._have(layer_id))

    def seen(self, layer_id: str, box: Box, size: Size) -> Image:
        """Return what the layer shows over ``box`` with its masks, in ``size`` pixels of sRGB."""
        return showing.seen(self._have(layer_id), box, size)

    def is_shown(self, layer_id: str) -> bool:
        """Whether the layer is switched on to be seen."""
        return bool(self._have(layer_id).visible())

    def show(self, layer_id: str, *, on: bool) -> None:
        """Switch the layer on or off; that is no step of Krita's."""
        self._have(layer_id).setVisible(on)
        self.handle.refreshProjection()

    def digest(self, layer_id: str, box: Box) -> str:
        """Return the sha256 of the layer's pixels over ``box``, in hexadecimal."""
        return nodes.digest(self._have(layer_id), box)

    def why_not(self, layer_id: str) -> str:
        """Return why Tugline cannot pull in the layer, in one sentence; "" where it can."""
        return is_editable(self._have(layer_id))

    def examine(self, layer_id: str, record: LayerRecord, picture: bytes | None = None) -> Standing:
        """Say what the artist did to the layer since ``record`` was written."""
        return examine(self._have(layer_id), record, picture)

    def selection_over(self, placement: Placement, *, fresh: bool = False) -> SelectionMask | None:
        """Return the selection over a picture, None where nothing is selected."""
        return selection_over(self.handle, placement, fresh=fresh) if self.is_open else None

    def selected(self) -> Box | None:
        """Return the box around the selection, None where nothing is selected."""
        return selected(self.handle) if self.is_open else None

    def add_layer(self, placement: Placement, data: bytes, above: str, written: Written) -> None:
        """Add a layer that shows ``data``, just above another ("" = on top): one undo step."""
        if not self.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        node = self.layer(above) if above else None
        written(layer_id(create_edit_layer(self.handle, EDIT_NAME, placement, data, node)))

    def begin_layer(
        self,
        placement: Placement,
        above: str,
        *,
        true_composite: bool,  # noqa: ARG002 - its frames come seldom enough for any document
    ) -> Arriving:
        """Return a layer, just above another ("" = on top), in which frames come: one undo step."""
        if not self.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        return Arriving(self.handle, placement, self.layer(above) if above else None)

    def begin_pull(
        self,
        layer_id: str,
        placement: Placement,
        *,
        true_composite: bool,
        replaces: bool = False,
    ) -> LayerPreview | CanvasPreview:
        """Return the preview of a pull: in a layer where that is quick enough or wanted so."""
        layer = self._have(layer_id)
        why_not = is_editable(layer)
        if why_not:
            raise LayerFault(why_not)
        if true_composite or streams_into_layer(self.handle):
            return LayerPreview(
                self.handle, layer, placement, true_composite=true_composite, replaces=replaces
            )
        return CanvasPreview(self.handle, layer_id, replaces=replaces)

    def write(
        self,
        layer_id: str,
        placement: Placement,
        data: bytes,
        arrows: Arrows,  # noqa: ARG002 - Krita keeps them in the edit's record alone
        written: Written,
        refused: Refused,
        *,
        replaces: bool = False,
    ) -> None:
        """Let the layer have ``data`` over ``placement.box``: one undoable step."""
        layer = self._have(layer_id)
        commit_once(
            self.handle,
            layer,
            placement,
            data,
            lambda node: written(nodes.layer_id(node)),
            refused,
            replaces=replaces,
        )

    def _have(self, layer_id: str) -> Any:
        layer = self.layer(layer_id)
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        return layer


def _readable(annotations: Annotations, layer_id: str) -> LayerRecord | None:
    """Return a layer's record, None where it is damaged: it is no duplicate's original then."""
    try:
        return EditStore(annotations).layer(layer_id)
    except RecordError:
        return None
