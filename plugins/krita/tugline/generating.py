"""Where a generated picture goes: fitted to the selection, or at the centre of the view."""

from typing import Any

from tugline_edit.geometry import XY, Box, Placement
from tugline_protocol.values import ModelCard

LEAST_SIDE = 16


def place(document: Any, card: ModelCard, centre: XY | None) -> Placement:
    """Return where a picture of the model goes in ``document``.

    With a selection: as large as its bounds allow, in their middle. Else in the model's own size
    around ``centre``, in document pixels (None = the document's middle), inside of the document
    where it has room.
    """
    selection = document.selection()
    if selection is not None:
        bounds = Box(selection.x(), selection.y(), selection.width(), selection.height())
        if min(bounds.width, bounds.height) >= LEAST_SIDE:
            return Placement.upright_at(card.width, card.height, fitted(card, bounds))
    middle = (document.width() / 2, document.height() / 2)
    x, y = centre or middle
    left = _inside(round(x - card.width / 2), card.width, document.width())
    top = _inside(round(y - card.height / 2), card.height, document.height())
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
