"""Parts of pictures that are bytes: where there is something, what lies in a box, and boxes."""

from collections.abc import Iterator

from tugline_edit.geometry import Box


def content(alpha: bytes, width: int) -> Box | None:
    """Return the smallest box around what ``alpha``, rows of ``width`` bytes, has; None = nothing.

    Its place is counted from the corner of ``alpha``.
    """
    empty = bytes(width)
    rows = [alpha[start : start + width] for start in range(0, len(alpha), width)]
    filled = [number for number, row in enumerate(rows) if row != empty]
    if not filled:
        return None
    top, bottom = filled[0], filled[-1] + 1
    seen = [rows[number] for number in filled]
    left = min(width - len(row.lstrip(b"\0")) for row in seen)
    right = max(len(row.rstrip(b"\0")) for row in seen)
    return Box(left, top, right - left, bottom - top)


def part(rgba: bytes, width: int, box: Box) -> bytes:
    """Return the pixels in ``box`` of a picture with rows of ``width`` pixels."""
    rows = range(box.y, box.y + box.height)
    if box.width == width:
        return rgba[4 * width * rows.start : 4 * width * rows.stop]
    starts = (4 * (width * row + box.x) for row in rows)
    return b"".join(rgba[start : start + 4 * box.width] for start in starts)


def blocks(width: int, height: int, side: int) -> Iterator[Box]:
    """Yield the squares of ``side`` that make a picture, in rows; the last ones may be narrower."""
    for y in range(0, height, side):
        for x in range(0, width, side):
            yield Box(x, y, min(side, width - x), min(side, height - y))


def around(one: Box, other: Box) -> Box:
    """Return the smallest box around two."""
    left, top = min(one.x, other.x), min(one.y, other.y)
    right = max(one.x + one.width, other.x + other.width)
    bottom = max(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top)


def holds(outer: Box, inner: Box) -> bool:
    """Whether all of ``inner`` lies in ``outer``."""
    return around(outer, inner) == outer


def common(one: Box, other: Box) -> Box | None:
    """Return the box that two have in common, None where they have none."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)
