"""Which part of a layer is inverted, and what of it is sent to the daemon."""

from dataclasses import dataclass
from typing import Final

from tugline_protocol.values import Image, Limits, ModelCard, PicturePlace

from . import wording
from .geometry import Affine, Box, Placement
from .host import Document, LayerFault, Size
from .placing import LEAST_SIDE, fitted
from .planes import all_are, alpha_of

# What is sent has at most so many times the model's pixels along a side: the daemon filters that
# down well, and more would only take time.
_TIMES: Final = 4
# So much of a message is for what is not the picture.
_MESSAGE_REST: Final = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """A part of a layer as it is sent: ``image`` shows ``box`` of the document."""

    image: Image
    box: Box

    @property
    def to_document(self) -> Affine:
        """Where the image's pixels lie in the document."""
        box, image = self.box, self.image
        return Affine(a=box.width / image.width, d=box.height / image.height, e=box.x, f=box.y)

    def place(self, placement: Placement) -> PicturePlace:
        """Return where a picture of the document lies in the image."""
        at = placement.to_document.then(self.to_document.inverted())
        return PicturePlace(at.a, at.b, at.c, at.d, at.e, at.f)

    def placement(self, place: PicturePlace, card: ModelCard) -> Placement:
        """Return where in the document a picture of the model lies at ``place`` in the image."""
        at = Affine(place.a, place.b, place.c, place.d, place.e, place.f)
        return Placement(card.width, card.height, at.then(self.to_document))


def area(extent: Box, selection: Box | None) -> Box:
    """Return the part of a layer that the artist means: what is selected of it, else all of it.

    ``extent`` is the box around what the layer shows. Raises LayerFault where there is nothing, or
    too little.
    """
    if extent.width == 0 or extent.height == 0:
        raise LayerFault(wording.NOTHING_TO_INVERT)
    meant = extent if selection is None else _overlap(extent, selection)
    if meant is None:
        raise LayerFault(wording.NOTHING_SELECTED_THERE)
    if min(meant.width, meant.height) < LEAST_SIDE:
        raise LayerFault(wording.too_small_to_invert(LEAST_SIDE))
    return meant


def place(card: ModelCard, extent: Box, selection: Box | None) -> Placement:
    """Return where the model's picture of a layer goes, upright; raises as ``area`` does.

    Without a selection it is the largest of the model's proportions in the layer's middle. With one
    it is the smallest around what is selected of the layer, inside of the layer where that has
    room.
    """
    meant = area(extent, selection)
    if selection is None:
        return Placement.upright_at(card.width, card.height, fitted(card, meant))
    factor = max(meant.width / card.width, meant.height / card.height)
    width, height = round(card.width * factor), round(card.height * factor)
    left = _around(meant.x, meant.width, width, (extent.x, extent.width))
    top = _around(meant.y, meant.height, height, (extent.y, extent.height))
    return Placement.upright_at(card.width, card.height, Box(left, top, width, height))


def sample(document: Document, layer_id: str, box: Box, card: ModelCard, limits: Limits) -> Sample:
    """Return what a layer shows over ``box``, as large as the daemon can use it.

    Raises LayerFault where nothing is seen there.
    """
    size = _sent_size(box, (card.width, card.height), limits)
    image = document.seen(layer_id, box, size)
    if all_are(alpha_of(image.data), 0):
        raise LayerFault(wording.NOTHING_TO_INVERT)
    return Sample(image, box)


def _sent_size(box: Box, picture: Size, limits: Limits) -> Size:
    side = min(limits.side, _TIMES * max(picture))
    pixels = (limits.message_bytes - _MESSAGE_REST) // 4
    factor = min(1.0, side / max(box.width, box.height), (pixels / (box.width * box.height)) ** 0.5)
    return max(1, int(box.width * factor)), max(1, int(box.height * factor))


def _overlap(one: Box, other: Box) -> Box | None:
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _around(start: int, length: int, wanted: int, room: tuple[int, int]) -> int:
    """Return where a span of ``wanted`` begins around one: in its middle, inside of the room.

    Where the room, in which the span is, is shorter it begins so that the room is in its middle.
    """
    first, whole = room
    if wanted > whole:
        return first + (whole - wanted) // 2
    centred = start + (length - wanted) // 2
    return min(max(centred, first), first + whole - wanted)
