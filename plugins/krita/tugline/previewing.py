"""The moving picture of a pull: in a layer, or over the canvas where layers are slow to composite.

Both are ``tugline_edit.host.Preview``.
"""

from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Placement
from tugline_edit.host import Change, LayerFault, Refused, Standing, Written
from tugline_edit.records import LayerRecord
from tugline_protocol.values import Image

from .examining import examine
from .nodes import layer_id, layer_with
from .painting import warp
from .preview import Preview, commit_once


class LayerPreview:
    """Frames in a layer in the edit's layer's place.

    Where Krita turns out to composite it too slowly they go over the canvas, unless the artist
    wants them composited truly.
    """

    def __init__(
        self,
        document: Any,
        layer: Any,
        placement: Placement,
        *,
        true_composite: bool,
        replaces: bool,
    ) -> None:
        """Put the layer into the document. Raises LayerFault where that cannot be."""
        self.frame: Image | None = None
        self._placement = placement
        self._true_composite = true_composite
        self._preview = Preview(document, layer, placement, replaces=replaces)

    @property
    def gone(self) -> bool:
        """Whether the artist removed the layer, or an undo did."""
        return self._preview.gone

    def show(self, image: Image) -> bool:
        """Show a frame; False where the artist removed what shows it."""
        if self.frame is None and not (self._preview.slow and not self._true_composite):
            size = (image.width, image.height)
            return self._preview.show(warp(image.data, size, self._placement))
        self.frame = image
        if self._preview.gone:
            self._preview.discard()
            return False
        return True

    def examine(self, record: LayerRecord) -> Standing:
        """Say that the layer is as it was: it is hidden, so that nobody paints on it."""
        return Standing(Change.SAME, record.placement)

    def commit(
        self,
        placement: Placement,  # noqa: ARG002 - the one that it began with: the layer was hidden
        data: bytes,
        arrows: Arrows,  # noqa: ARG002 - Krita keeps them in the edit's record alone
        written: Written,
        refused: Refused,
    ) -> None:
        """Let the edit's layer have ``data``; see ``preview.Preview.commit``."""
        try:
            self._preview.commit(data, lambda node: written(layer_id(node)), refused)
        except LayerFault as fault:
            refused(fault)

    def discard(self) -> None:
        """Have everything as it was before the pull."""
        self._preview.discard()


class CanvasPreview:
    """Frames that are drawn over the canvas; the layer is as it was until ``commit``."""

    def __init__(self, document: Any, edit_id: str, *, replaces: bool) -> None:
        """Show nothing yet."""
        self._replaces = replaces
        self.frame: Image | None = None
        self._document = document
        self._edit_id = edit_id

    @property
    def gone(self) -> bool:
        """No: the artist cannot remove what is drawn."""
        return False

    def show(self, image: Image) -> bool:
        """Show a frame."""
        self.frame = image
        return True

    def examine(self, record: LayerRecord) -> Standing:
        """Say what the artist did to the layer meanwhile. Raises LayerFault where it is gone."""
        return examine(self._layer(), record)

    def commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,  # noqa: ARG002 - Krita keeps them in the edit's record alone
        written: Written,
        refused: Refused,
    ) -> None:
        """Let the edit's layer have ``data`` over ``placement.box``."""
        try:
            commit_once(
                self._document,
                self._layer(),
                placement,
                data,
                lambda node: written(layer_id(node)),
                refused,
                replaces=self._replaces,
            )
        except LayerFault as fault:
            refused(fault)

    def discard(self) -> None:
        """Draw nothing any more."""
        self.frame = None

    def _layer(self) -> Any:
        layer = layer_with(self._document, self._edit_id)
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        return layer
