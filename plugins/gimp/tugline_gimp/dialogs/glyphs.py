"""Digits and signs as lines, to be stroked: numbers beside moving handles, the sign of a lost one.

Each glyph is some open lines in a box of WIDTH x HEIGHT, origin at the top left corner, y down.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from tugline_edit.geometry import XY

Glyph = tuple[tuple[XY, ...], ...]

WIDTH: Final = 4.4
HEIGHT: Final = 7.6
# From one glyph's left edge to the next one's.
ADVANCE: Final = 7.0
_DEGREES_A_STEP: Final = 24


def _arc(centre: XY, radii: XY, start: float, end: float) -> tuple[XY, ...]:
    """Return part of an ellipse, from ``start`` to ``end`` degrees; 0 is right, 90 down."""
    steps = max(2, math.ceil(abs(end - start) / _DEGREES_A_STEP))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return tuple(
        (centre[0] + radii[0] * math.cos(angle), centre[1] + radii[1] * math.sin(angle))
        for angle in angles
    )


_GLYPHS: Final[Mapping[str, Glyph]] = {
    "0": (_arc((2.2, 3.8), (2.1, 3.8), 0, 360),),
    "1": (((0.7, 1.5), (2.6, 0.0), (2.6, 7.6)),),
    "2": ((*_arc((2.2, 2.15), (2.1, 2.15), 190, 400), (0.0, 7.6), (4.4, 7.6)),),
    "3": (
        _arc((2.1, 1.9), (2.0, 1.9), 205, 450),
        _arc((2.1, 5.65), (2.2, 1.95), 270, 515),
    ),
    "4": (((3.4, 7.6), (3.4, 0.0), (0.0, 5.3), (4.6, 5.3)),),
    "5": (((4.1, 0.0), (0.8, 0.0), (0.5, 3.5), *_arc((2.1, 5.2), (2.2, 2.4), 225, 515)),),
    "6": (((3.5, 0.0), *_arc((2.2, 5.2), (2.1, 2.4), 200, 560)),),
    "7": (((0.0, 0.0), (4.4, 0.0), (1.5, 7.6)),),
    "8": (
        _arc((2.2, 1.8), (1.8, 1.8), 0, 360),
        _arc((2.2, 5.6), (2.2, 2.0), 0, 360),
    ),
    "9": (((0.9, 7.6), *_arc((2.2, 2.4), (2.1, 2.4), 20, 380)),),
    "?": ((*_arc((2.2, 1.9), (2.0, 1.9), 180, 410), (2.2, 4.5), (2.2, 5.0)), ((2.2, 7.4),)),
}


def text_width(text: str) -> float:
    """Return how wide ``text`` is: digits and question marks only."""
    return ADVANCE * (len(text) - 1) + WIDTH


def lines_of(sign: str, centre: XY, unit: float) -> tuple[Sequence[XY], ...]:
    """Return the lines of one character around ``centre``, ``unit`` times as large."""
    left, top = centre[0] - unit * WIDTH / 2, centre[1] - unit * HEIGHT / 2
    return tuple(
        tuple((left + unit * x, top + unit * y) for x, y in stroke) for stroke in _GLYPHS[sign]
    )
