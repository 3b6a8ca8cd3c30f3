"""One layer of an image on its way to a picture of a model, as a dialog or a script sees it."""

from collections.abc import Callable
from dataclasses import replace

from tugline_edit import regions
from tugline_edit.desk import Desk
from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import Box, Placement
from tugline_edit.host import Size
from tugline_protocol.values import ModelCard

from .choice import InvertChoice
from .document import GimpDocument
from .painting import over, stretched
from .sampling import Picture
from .selection import selection_bounds


class Inversion:
    """The inversion of one layer at a desk, and what is seen of it; ``edit`` is what came of it."""

    def __init__(self, desk: Desk, document: GimpDocument, layer_id: str) -> None:
        """Begin nothing yet with the layer ``layer_id`` of ``document``."""
        self.edit: OpenEdit | None = None
        self._desk = desk
        self._document = document
        self._layer_id = layer_id
        self._extent: Box | None = None
        self._photo: Picture | None = None

    @property
    def selection(self) -> Box | None:
        """The box around what is selected in the image, whether it counts or not."""
        return selection_bounds(self._document.image) if self._document.is_open else None

    def placement(self, card: ModelCard, *, selected: bool) -> Placement:
        """Return where the model's picture of the layer would lie. Raises LayerFault."""
        if self._extent is None:
            self._extent = self._document.extent(self._layer_id)
        return regions.place(card, self._extent, self.selection if selected else None)

    def photo(self, placement: Placement, side: int) -> Picture:
        """Return what the layer shows there, at most ``side`` pixels a side. Raises LayerFault."""
        seen = self._photo
        if seen is None or seen.placement != placement or max(seen.width, seen.height) != side:
            size = _within(placement.drawn_size, side)
            shown = self._document.seen(self._layer_id, placement.box, size)
            seen = self._photo = Picture(*size, bytes(shown.data), placement)
        return seen

    def picture(self, placement: Placement, side: int) -> Picture:
        """Return the newest picture over what the layer shows. Raises LayerFault."""
        photo = self.photo(placement, side)
        size = (photo.width, photo.height)
        newest = self._newest(placement, size)
        if newest is None:
            return photo
        return Picture(*size, over(photo.rgba, newest, size), placement)

    def begin(self, choice: InvertChoice, done: Callable[[], None] = lambda: None) -> None:
        """Let the layer be inverted, and call ``done`` when there is an edit.

        Raises LayerFault or DaemonUnreachable.
        """
        desk, document = self._desk, self._document
        document.selects = choice.selected
        desk.change_settings(
            replace(
                desk.settings, model=choice.model, quality=choice.quality, feather=choice.feather
            )
        )

        def come(edit: OpenEdit) -> None:
            self.edit = edit
            done()

        desk.invert(document, self._layer_id, come, choice.options)

    def _newest(self, placement: Placement, size: Size) -> bytes | None:
        """Return the picture of the new layer, else the newest frame, in ``size`` pixels."""
        document, edit = self._document, self.edit
        if edit is not None and document.has(edit.layer_id):
            return bytes(document.seen(edit.layer_id, placement.box, size).data)
        coming = document.coming
        if coming is None or coming.gone or coming.image is None:
            return None
        return stretched(coming.image.data, (coming.image.width, coming.image.height), size)


def _within(size: Size, side: int) -> Size:
    factor = side / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
