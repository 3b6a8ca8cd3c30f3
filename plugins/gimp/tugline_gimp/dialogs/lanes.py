"""The lines below the history's pictures: which was pulled from which. Without gi."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tugline_edit.drawn import Ink
from tugline_edit.geometry import XY
from tugline_edit.view import HistoryItem

from .drawing import Stamp
from .raster import Coat, Profile, circle, line, render

LANES_SHOWN: Final = 4
_BENDS: Final = 6


def lanes(items: Sequence[HistoryItem]) -> int:
    """Return how many lines there are to draw; 0 where the edit has no branches."""
    count = min(LANES_SHOWN, 1 + max((item.branch for item in items), default=0))
    return count if count > 1 else 0


def drawn_lanes(
    items: Sequence[HistoryItem], column: float, pitch: float, quiet: Ink, marked: Ink
) -> list[Stamp]:
    """Return a dot for each picture, joined to the one that it was pulled from.

    ``column`` is the width of a picture, ``pitch`` the height of a line, both in device pixels; the
    current picture's dot is ``marked``. Both inks are opaque: lines overlap where they bend.
    """
    places = {item.id: place for place, item in enumerate(items)}

    def dot(place: int) -> XY:
        lane = min(items[place].branch, LANES_SHOWN - 1)
        return (place + 0.5) * column, (lane + 0.5) * pitch

    stroke = Profile(Coat(quiet, pitch / 10))
    joins = [
        _join(dot(places[item.parent]), dot(place), column)
        for place, item in enumerate(items)
        if item.parent in places
    ]
    stamps = [
        Stamp(sprite, 0, 0)
        for points in joins
        for start, end in pairwise(points)
        if start != end
        for sprite in line(start, end, stroke)
    ]
    for place, item in enumerate(items):
        colour = marked if item.current else quiet
        profile = Profile(Coat(colour, pitch / 3))
        stamps.append(Stamp(render(circle(dot(place)), profile, dot(place), dot(place)), 0, 0))
    return stamps


def _join(start: XY, end: XY, column: float) -> list[XY]:
    """Return the line from a picture to one that was pulled from it: down first, then along."""
    if start[1] == end[1]:
        return [start, end]
    turn = (start[0] + column / 2, end[1])
    corner = (start[0], end[1])
    bend = [_bezier(start, corner, turn, step / _BENDS) for step in range(_BENDS + 1)]
    return [*bend, end]


def _bezier(start: XY, control: XY, end: XY, at: float) -> XY:
    x, y = (
        (1 - at) ** 2 * first + 2 * at * (1 - at) * middle + at**2 * last
        for first, middle, last in zip(start, control, end, strict=True)
    )
    return x, y
