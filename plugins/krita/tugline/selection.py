"""Krita's selection over a picture: as a mask for the daemon, and to keep the rest exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit.geometry import Box, Placement
from tugline_edit.masks import SelectionMask

from .painting import mask_of_place

# A large selection is read again only where one of so many rows of it differs.
_PROBED_ROWS: Final = 512
_PROBED_FROM: Final = 1024 * 1024


@dataclass(frozen=True)
class _Read:
    """A selection as it was read last, and what it is known by."""

    root: str
    placement: Placement
    probe: tuple[object, ...]
    mask: SelectionMask


_last: list[_Read] = []


def selection_over(
    document: Any, placement: Placement, *, fresh: bool = False
) -> SelectionMask | None:
    """Return the selection over the picture as it is now, None where nothing is selected.

    255 = may move, 0 = stays, between them feathering. For an upright placement the mask has a byte
    a document pixel of its box, else one a pixel of the picture. It may be called often: a large
    selection that did not change, as far as some of its rows tell, is not read again unless it is
    to be ``fresh``.
    """
    selection = document.selection()
    if selection is None:
        return None
    box = placement.box
    if box.width * box.height < _PROBED_FROM and placement.upright:
        return _read(selection, placement)
    root = str(document.rootNode().uniqueId().toString())
    probe = _probe(selection, box)
    if (
        fresh
        or not _last
        or (_last[0].root, _last[0].placement, _last[0].probe) != (root, placement, probe)
    ):
        _last[:] = [_Read(root, placement, probe, _read(selection, placement))]
    return _last[0].mask


def selected(document: Any) -> Box | None:
    """Return the bounds of the document's selection, None where nothing is selected."""
    selection = document.selection()
    if selection is None:
        return None
    return Box(selection.x(), selection.y(), selection.width(), selection.height())


def _read(selection: Any, placement: Placement) -> SelectionMask:
    box = placement.box
    data = _rows(selection, box, [(box.y, box.height)])
    mask = SelectionMask(box.width, box.height, data)
    return mask if placement.upright else mask_of_place(mask, placement)


def _probe(selection: Any, box: Box) -> tuple[object, ...]:
    """Return what tells two selections apart: where they are, and every so manieth row."""
    place = (selection.x(), selection.y(), selection.width(), selection.height())
    apart = max(1, box.height // _PROBED_ROWS)
    rows = [(row, 1) for row in range(box.y, box.y + box.height, apart)]
    return (*place, hash(_rows(selection, box, rows)))


def _rows(selection: Any, box: Box, rows: Sequence[tuple[int, int]]) -> bytes:
    """Return the selection in rows over ``box``, each given as (first, how many)."""
    read = selection.pixelData
    return b"".join(bytes(read(box.x, first, box.width, count)) for first, count in rows)
