"""The layer in which an inversion's picture comes, frame by frame.

It is in the document from the start, locked, and no undo step knows pixels of it: so frames may be
written into it, and its one step, "Add Layer", brings back the last of them.
"""

from typing import Any, Final

from tugline_edit import wording
from tugline_edit.geometry import Placement
from tugline_edit.guarding import guarded
from tugline_edit.host import LayerFault, Refused, Written
from tugline_protocol.values import Image

from .layers import create_edit_layer
from .nodes import ARRIVING_NAME, EDIT_NAME, is_open, layer_id, layer_with, write
from .painting import warp
from .preview import Pace
from .undoing import Steps

# Frames of an inversion may be seen less often than those of a drag: no hand waits for them.
_SHARE: Final = 0.1


class Arriving:
    """A layer that is being made (``tugline_edit.host.NewLayer``)."""

    def __init__(self, document: Any, placement: Placement, above: Any | None) -> None:
        """Put the layer, empty yet, above another. Raises LayerFault where that cannot be."""
        self._document = document
        self._placement = placement
        box = placement.box
        empty = bytes(4 * box.width * box.height)
        self._layer = create_edit_layer(
            document, ARRIVING_NAME, placement, empty, above, locked=True
        )
        self._id = layer_id(self._layer)
        self._steps = Steps(document, self._id, self._id)
        self._pace = Pace(self._refresh, _SHARE)

    @property
    def gone(self) -> bool:
        """Whether the artist removed the layer, an undo did, or the document was closed."""
        return layer_with(self._document, self._id) is None

    def show(self, image: Image) -> bool:
        """Show a frame; False where the layer is gone: it is discarded then."""
        layer = layer_with(self._document, self._id)
        if layer is None:
            self.discard()
            return False
        shown = warp(image.data, (image.width, image.height), self._placement)
        write(layer, self._placement.box, shown)
        self._pace.wish()
        return True

    def commit(self, data: bytes, written: Written, refused: Refused) -> None:
        """Let the layer show ``data``, and be the artist's to work on."""
        self._pace.close()
        layer = layer_with(self._document, self._id)
        if layer is None:
            refused(LayerFault(wording.INVERSION_GONE))
            return
        write(layer, self._placement.box, data)
        self._release(layer)
        layer.setVisible(False)  # without a change like this Krita's list shows the layer empty
        layer.setVisible(True)
        self._document.refreshProjection()
        written(self._id)

    def discard(self) -> None:
        """Take the layer away, with no step if that can be."""
        self._pace.close()
        if not is_open(self._document):
            return
        # Where an undo took it away a redo is to bring back a layer like others.
        self._release(self._layer)
        self._steps.take_back(last=True)

    def _release(self, layer: Any) -> None:
        layer.setName(EDIT_NAME)
        layer.setLocked(False)

    @guarded
    def _refresh(self) -> None:
        if not self.gone:
            self._document.refreshProjection()
