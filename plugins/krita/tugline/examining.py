"""What happened to an edit's layer since Tugline wrote it: moved, transformed, painted on?"""

from typing import Any, Final

from tugline_edit.geometry import Box, Placement
from tugline_edit.host import Change, Standing
from tugline_edit.masks import SelectionMask
from tugline_edit.planes import seen_through
from tugline_edit.records import LayerRecord
from tugline_edit.registration import placements

from .nodes import bounds, digest, pixels
from .painting import alike, mask_in_place, warp

# By how much a channel may differ, of 255, averaged over a few pixels: what resampling does.
_TOLERANCE: Final = 12
# So many of the picture's pixels along its outline are not compared: it grows softer.
_RIM: Final = 3
# Corners that are found less than so many pixels from where they were have not been moved.
_NOWHERE: Final = 0.5
# Points a side at which placements are told from each other.
_GRID: Final = 20
# A transformed layer beyond this many pixels is not compared: it would hold Krita up.
_MOST_PIXELS: Final = 2048 * 2048


def examine(layer: Any, record: LayerRecord, picture: bytes | None = None) -> Standing:
    """Return what the artist did to ``layer`` since ``record`` was written.

    ``picture`` is what was written last: BGRA, ``record.placement.drawn_size`` pixels. Without it a
    layer that was scaled, turned or mirrored counts as painted.
    """
    placement = record.placement
    if digest(layer, placement.box) == record.digest:
        return Standing(Change.SAME, placement)
    now = bounds(layer)
    moved = _moved(layer, record, now)
    if moved is not None:
        return Standing(Change.MOVED, moved)
    if picture is not None and 0 < now.width * now.height <= _MOST_PIXELS:
        transformed = _transformed(layer, placement, picture, now)
        if transformed is not None:
            return Standing(Change.TRANSFORMED, transformed)
    return Standing(Change.PAINTED, placement)


def _moved(layer: Any, record: LayerRecord, now: Box) -> Placement | None:
    """Return where the same pixels lie now, None where they are others.

    A turned picture's soft outline may leave the box's outermost pixels empty: within so much its
    place is searched.
    """
    box = record.placement.box
    if record.content is not None:
        return _moved_with(layer, record, record.content, now)
    loose_x, loose_y = box.width - now.width, box.height - now.height
    if not (0 <= loose_x <= 2 and 0 <= loose_y <= 2):
        return None
    for left in range(loose_x + 1):
        for top in range(loose_y + 1):
            there = Box(now.x - left, now.y - top, box.width, box.height)
            if digest(layer, there) == record.digest:
                return record.placement.moved(there.x - box.x, there.y - box.y)
    return None


def _moved_with(layer: Any, record: LayerRecord, content: Box, now: Box) -> Placement | None:
    """Return where the same pixels lie now, of which only ``content`` was not transparent."""
    if (now.width, now.height) != (content.width, content.height):
        return None
    box = record.placement.box
    there = Box(now.x - content.x, now.y - content.y, box.width, box.height)
    if digest(layer, there) != record.digest:
        return None
    return record.placement.moved(there.x - box.x, there.y - box.y)


def _transformed(layer: Any, old: Placement, picture: bytes, now: Box) -> Placement | None:
    """Return how ``picture`` was put where the layer's opaque pixels are, None where it is not."""
    # A margin, so that the outline is seen from both sides.
    seen = Box(now.x - 2, now.y - 2, now.width + 4, now.height + 4)
    there = pixels(layer, seen)
    found = placements(there[3::4], seen, old)
    if not found:
        return None
    placement = min(found, key=lambda one: _unlikeness(there, seen, one, picture, old.drawn_size))
    if _same(placement, old):
        return None  # nothing was resampled here: what differs is paint, however faint
    box = placement.box
    inside = mask_in_place(_without_rim(*old.drawn_size), placement)
    shown = seen_through(warp(picture, old.drawn_size, placement), inside)
    there = seen_through(pixels(layer, box), inside)
    return placement if alike(there, shown, (box.width, box.height), _TOLERANCE) else None


def _unlikeness(
    there: bytes, seen: Box, placement: Placement, picture: bytes, size: tuple[int, int]
) -> int:
    """Return how far ``picture`` at ``placement`` is from what is ``there``, at a grid of points.

    A full comparison of each placement would hold Krita up; the best of them alone is worth one.
    """
    far = 0
    for row in range(_GRID):
        for column in range(_GRID):
            across, down = (column + 0.5) / _GRID, (row + 0.5) / _GRID
            x, y = placement.to_document.map((across * placement.width, down * placement.height))
            left = min(max(int(x) - seen.x, 0), seen.width - 1)
            top = min(max(int(y) - seen.y, 0), seen.height - 1)
            one = 4 * (top * seen.width + left)
            other = 4 * (int(down * size[1]) * size[0] + int(across * size[0]))
            for channel in range(3):
                far += abs(there[one + channel] - picture[other + channel])
    return far


def _without_rim(width: int, height: int) -> SelectionMask:
    """Return a mask over a picture without its outermost pixels, which resampling mixes away."""
    rim = min(_RIM, (width - 1) // 2, (height - 1) // 2)
    across = bytes(rim) + b"\xff" * (width - 2 * rim) + bytes(rim)
    beyond = bytes(width * rim)
    return SelectionMask(width, height, beyond + across * (height - 2 * rim) + beyond)


def _same(one: Placement, other: Placement) -> bool:
    ends = zip(one.corners, other.corners, strict=True)
    return all(abs(x - u) + abs(y - v) < _NOWHERE for (x, y), (u, v) in ends)
