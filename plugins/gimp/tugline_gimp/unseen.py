"""An image for a script: one layer is meant, and frames are not shown.

Nobody looks at the frames, and a run that is ended from outside, by the progress bar's Cancel for
instance, leaves the image as it was.
"""

from collections.abc import Callable
from typing import Any

from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Placement
from tugline_edit.host import LayerFault, Preview, Refused, Standing, Written
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

    def begin_pull(self, layer_id: str, _placement: Placement, *, true_composite: bool) -> Preview:
        """Return a preview that shows nothing. Raises LayerFault."""
        del true_composite
        why_not = self.why_not(layer_id)
        if why_not:
            raise LayerFault(why_not)
        return UnseenPreview(self, layer_id)


class UnseenPreview:
    """A pull whose frames nobody looks at: the layer is written once, at the end."""

    def __init__(self, document: GimpDocument, layer_id: str) -> None:
        """Stand for a pull in a layer of ``document``."""
        self._document = document
        self._layer_id = layer_id

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
        self._document.write(self._layer_id, placement, data, arrows, written, refused)

    def discard(self) -> None:
        """Leave everything as it is."""
