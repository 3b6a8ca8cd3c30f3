"""The layer that comes of an inversion, while it is being made: no step of undo knows of it.

Its frames are seen in a layer of their own. That one goes, and the picture comes, in one step, when
all is done; until then there is nothing to be undone, and what the artist does elsewhere meanwhile
stays undoable. Where they paint on the moving picture, what they painted is theirs.
"""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit.geometry import Placement
from tugline_edit.guarding import tell
from tugline_edit.host import LayerFault, Refused, Written
from tugline_protocol.values import Image

from .gi_modules import Gimp
from .layers import add, is_locked, layer_with, new_layer, why_no_layers, why_not_beside
from .marks import Showing, take_away
from .painting import stretched
from .pixels import extents, shows, write
from .planes import holds
from .selecting import selection_kept
from .undo_steps import no_step

ARRIVING_NAME: Final = "Tugline (inverting)"
PAINTED_NAME: Final = "Painted during an inversion"
PAINTED: Final = (
    f"You painted on the moving picture: that is a layer of its own now, “{PAINTED_NAME}”."
)

AddLayer = Callable[[Placement, bytes, str, Written], None]


class GimpNewLayer:
    """The moving picture of a layer that is being made, see ``host.NewLayer``."""

    def __init__(self, image: Any, placement: Placement, above: str, add_layer: AddLayer) -> None:
        """Begin with nothing to be seen; ``add_layer`` is the document's. Raises LayerFault."""
        below = layer_with(image, above) if above else None
        fault = why_no_layers(image) or (why_not_beside(below) if below is not None else "")
        if fault:
            raise LayerFault(fault)
        self._image = image
        self._placement = placement
        self._box = placement.box
        self._above = above
        self._add_layer = add_layer
        self._image_seen: Image | None = None
        self._watched = False
        self._put_up(below)

    @property
    def frame(self) -> Image | None:
        """None: frames are seen in the layer."""
        return None

    @property
    def image(self) -> Image | None:
        """The newest frame, None before the first."""
        return self._image_seen

    @property
    def gone(self) -> bool:
        """Whether the artist removed the layer, an undo did, or the image was closed."""
        return not (self._showing.on and self._image.is_valid() and self._layer.is_valid())

    def show(self, image: Image) -> bool:
        """Show a frame over the placement's box; False where the layer is gone."""
        if self.gone:
            self.discard()
            return False
        self._image_seen = image
        layer, box = self._layer, self._box
        if not is_locked(layer) and holds(extents(layer), box):
            self._watched = self._watched or layer in self._image.get_selected_layers()
            if self._watched and self._is_painted():
                self._leave()
                self._put_up(self._layer)
            self._seen = stretched(image.data, (image.width, image.height), (box.width, box.height))
            write(self._layer, box, self._seen)
            Gimp.displays_flush()
        return True

    def commit(self, data: bytes, written: Written, refused: Refused) -> None:
        """Let the image have the layer: one step, see ``host.NewLayer``."""
        self.discard()
        above = self._above if layer_with(self._image, self._above) is not None else ""
        try:
            self._add_layer(self._placement, data, above, written)
        except LayerFault as fault:
            refused(fault)

    def discard(self) -> None:
        """Have everything as it was before: no step either."""
        if not self._showing.on:
            return
        there = self._image.is_valid() and self._layer.is_valid()
        self._showing.end()
        if there and self._is_painted():
            self._leave()
        if self._image.is_valid():
            take_away(self._image, self._layer, None)

    def _put_up(self, below: Any | None) -> None:
        """Have an empty layer just above another, None = on top."""
        image, box = self._image, self._box
        self._layer = new_layer(image, ARRIVING_NAME, box)
        self._showing = Showing(image, self._layer)
        self._seen = bytes(4 * box.width * box.height)
        with no_step(image), selection_kept(image):
            add(image, self._layer, below)
        Gimp.displays_flush()

    def _is_painted(self) -> bool:
        box = self._box
        return holds(extents(self._layer), box) and not shows(self._layer, box, self._seen)

    def _leave(self) -> None:
        self._showing.leave(PAINTED_NAME)
        tell(LayerFault(PAINTED))
