"""The face of a die, for the button that throws it. Without gi."""

import math
from typing import Final

from tugline_edit.dice import PIPS
from tugline_edit.drawn import Ink

from .drawing import Stamp
from .raster import Coat, Profile, circle, render

_CORNER: Final = 1 / 5
_EDGE: Final = 1 / 12
_PIP: Final = 1 / 11


def drawn_die(side: int, ink: Ink) -> list[Stamp]:
    """Return a five in ``ink``, ``side`` device pixels wide and high."""
    half, corner, edge = side / 2, side * _CORNER, side * _EDGE
    straight = half - edge / 2 - corner

    def outline(x: float, y: float) -> float:
        across, down = abs(x - half) - straight, abs(y - half) - straight
        if across <= 0 or down <= 0:
            return abs(max(across, down) - corner)
        return abs(math.hypot(across, down) - corner)

    stamps = [Stamp(render(outline, Profile(Coat(ink, edge / 2)), (0, 0), (side, side)), 0, 0)]
    pip = Profile(Coat(ink, side * _PIP))
    for x, y in PIPS:
        centre = (x * side, y * side)
        stamps.append(Stamp(render(circle(centre), pip, centre, centre), 0, 0))
    return stamps
