"""An image for a script: one layer is meant, and frames are not shown.

Nobody looks at the frames, and a run that is ended from outside, by the progress bar's Cancel for
instance, leaves the image as it was.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Placement
from tugline_edit.host import LayerFault, NewLayer, Preview, Refused, Standing, Written
from tugline_edit.records import LayerRecord
from tugline_protocol.values import Image

from .document import GimpDocument


class ScriptDocument(GimpDocument):
    """An image in which ``meant`` is the layer's id, whichever the artist has selected."""

    def __init__(self, image: Any, meant: str) -> None:
        """Stand for ``image``, a Gimp.Image."""
        super().__init__(image)
        self._meant = meant

    def chosen(self) -> str:
        """Return the layer that the script means, "" for none."""
        return self._meant

    def choose(self, layer_id: str, wanted: Callable[[], bool]) -> None:
        """Mean another layer; the artist's selection of layers stays."""
        if wanted():
            self._meant = layer_id

    def begin_layer(self, placement: Placement, above: str, *, true_composite: bool) -> NewLayer:
        """Return a layer that is not seen before it is done."""
        del true_composite
        return UnseenLayer(self, placement, above)

    def begin_pull(
        self,
        layer_id: str,
        _placement: Placement,
        *,
        true_composite: bool,
        replaces: bool = False,
    ) -> Preview:
        """Return a preview that shows nothing. Raises LayerFault."""
        del true_composite
        why_not = self.why_not(layer_id)
        if why_not:
            raise LayerFault(why_not)
        return UnseenPreview(self, layer_id, partial(self.write, layer_id, replaces=replaces))


class UnseenPreview:
    """A pull whose frames nobody looks at: the layer is written once, at the end."""

    def __init__(
        self, document: GimpDocument, layer_id: str, write_layer: Callable[..., None]
    ) -> None:
        """Stand for a pull in a layer of ``document``, which ``write_layer`` writes."""
        self._document = document
        self._layer_id = layer_id
        self._write_layer = write_layer

    @property
    def frame(self) -> Image | None:
        """None: no frame is seen."""
        return None

    @property
    def gone(self) -> bool:
        """Whether the layer is gone."""
        return not self._document.has(self._layer_id)

    def show(self, _image: Image) -> bool:
        """Show nothing; False where the layer is gone."""
        return self._document.has(self._layer_id)

    def examine(self, record: LayerRecord) -> Standing:
        """Say how the edit's layer stands. Raises LayerFault."""
        return self._document.examine(self._layer_id, record)

    def commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
    ) -> None:
        """Write the layer, see ``host.Preview``."""
        self._write_layer(placement, data, arrows, written, refused)

    def discard(self) -> None:
        """Leave everything as it is."""


class UnseenLayer:
    """A layer on its way that nobody looks at: it is added once, at the end."""

    def __init__(self, document: GimpDocument, placement: Placement, above: str) -> None:
        """Stand for a layer of ``document``, just above another ("" = on top)."""
        self._document = document
        self._placement = placement
        self._above = above

    @property
    def frame(self) -> Image | None:
        """None: no frame is seen."""
        return None

    @property
    def gone(self) -> bool:
        """Whether the image was closed."""
        return not self._document.is_open

    def show(self, _image: Image) -> bool:
        """Show nothing; False where the image was closed."""
        return self._document.is_open

    def commit(self, data: bytes, written: Written, refused: Refused) -> None:
        """Add the layer, see ``host.NewLayer``."""
        above = self._above if self._document.has(self._above) else ""
        try:
            self._document.add_layer(self._placement, data, above, written)
        except LayerFault as fault:
            refused(fault)

    def discard(self) -> None:
        """Leave everything as it is."""
