"""The lines below the history's pictures as sprites: which was pulled from which. Without gi."""

from itertools import pairwise
from typing import Final

from tugline_edit.drawn import Ink
from tugline_edit.geometry import XY
from tugline_edit.lanes import Join, Lanes

from .drawing import Stamp
from .raster import Coat, Profile, circle, line, render

_BENDS: Final = 6


def drawn_lanes(lanes: Lanes, quiet: Ink, marked: Ink) -> list[Stamp]:
    """Return a dot for each picture, joined to the one that it was pulled from.

    ``lanes`` are in device pixels; the current picture's dot is ``marked``. Both inks are opaque:
    lines overlap where they bend.
    """
    stroke = Profile(Coat(quiet, lanes.pitch / 10))
    stamps = [
        Stamp(sprite, 0, 0)
        for join in lanes.joins()
        for start, end in pairwise(_points(join))
        if start != end
        for sprite in line(start, end, stroke)
    ]
    for place, item in enumerate(lanes.items):
        dot = lanes.dot(place)
        profile = Profile(Coat(marked if item.current else quiet, lanes.pitch / 3))
        stamps.append(Stamp(render(circle(dot), profile, dot, dot), 0, 0))
    return stamps


def _points(join: Join) -> list[XY]:
    """Return the corners of a line of straight pieces that looks like ``join``."""
    if not join.bends:
        return [join.start, join.end]
    bend = [_bezier(join.start, join.corner, join.turn, at / _BENDS) for at in range(_BENDS + 1)]
    return [*bend, join.end]


def _bezier(start: XY, control: XY, end: XY, at: float) -> XY:
    x, y = (
        (1 - at) ** 2 * first + 2 * at * (1 - at) * middle + at**2 * last
        for first, middle, last in zip(start, control, end, strict=True)
    )
    return x, y
