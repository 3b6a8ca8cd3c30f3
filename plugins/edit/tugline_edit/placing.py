"""Where a generated picture goes: fitted to the selection, or around a point of the document."""

from tugline_protocol.values import ModelCard

from .geometry import XY, Box, Placement
from .host import Size

LEAST_SIDE = 16


def place(card: ModelCard, document: Size, selection: Box | None, centre: XY | None) -> Placement:
    """Return where a picture of the model goes in a document of so many pixels.

    With a selection, given by its bounds: as large as they allow, in their middle. Else in the
    model's own size around ``centre`` (None = the document's middle), inside of the document where
    it has room.
    """
    if selection is not None and min(selection.width, selection.height) >= LEAST_SIDE:
        return Placement.upright_at(card.width, card.height, fitted(card, selection))
    x, y = centre or (document[0] / 2, document[1] / 2)
    left = _inside(round(x - card.width / 2), card.width, document[0])
    top = _inside(round(y - card.height / 2), card.height, document[1])
    return Placement.upright_at(card.width, card.height, Box(left, top, card.width, card.height))


def fitted(card: ModelCard, bounds: Box) -> Box:
    """Return the largest box of the model's proportions in the middle of ``bounds``."""
    factor = min(bounds.width / card.width, bounds.height / card.height)
    width = max(1, round(card.width * factor))
    height = max(1, round(card.height * factor))
    return Box(
        bounds.x + (bounds.width - width) // 2,
        bounds.y + (bounds.height - height) // 2,
        width,
        height,
    )


def _inside(start: int, length: int, room: int) -> int:
    """Move a span of ``length`` into 0 to ``room``; in its middle where it is longer."""
    if length > room:
        return (room - length) // 2
    return min(max(start, 0), room - length)
