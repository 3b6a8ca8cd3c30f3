"""Small antialiased shapes as bytes, in plain Python: what GIMP's Python has in every build.

Debian's GIMP comes without pycairo. GdkPixbuf's loader for SVG would draw them quickly where it is
librsvg's; but since gdk-pixbuf 2.44 it may be glycin, which starts a sandboxed process for each
picture, or be missing. So shapes are signed distances here: a pixel is covered as far as the edge
leaves its centre behind, and a ``Profile`` says the colour at each distance.

Points are (x, y) in pixels, pixel (0, 0) covers [0, 1) x [0, 1). Distances are negative inside.
"""

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tugline_edit.drawn import Ink
from tugline_edit.geometry import XY

Distance = Callable[[float, float], float]

# Distances are told apart to so much of a pixel.
_PARTS: Final = 16
# Rows of a slanted line that share one sprite: more rows, more empty pixels beside the line.
_BAND: Final = 24
# A direction that differs less than this from a row's or a column's is one.
_FLAT: Final = 1e-9


@dataclass(frozen=True)
class Sprite:
    """``rgba`` has ``width`` x ``height`` pixels, straight alpha; ``left``, ``top`` is its corner.

    The corner is relative to wherever the sprite is put.
    """

    left: int
    top: int
    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True)
class Coat:
    """A colour (RGBA, 0 to 255) where the distance is from ``inner`` to ``outer``."""

    ink: Ink
    outer: float
    inner: float = -math.inf


class Profile:
    """The colour at each distance: coats laid over each other, the first one lowest.

    ``reach`` is the distance from which on there is nothing.
    """

    def __init__(self, *coats: Coat) -> None:
        self.reach = max(coat.outer for coat in coats) + 0.5
        edges = [edge for coat in coats for edge in (coat.outer, coat.inner) if edge > -math.inf]
        self._first = min(edges) - 1.0
        count = math.ceil((self.reach - self._first) * _PARTS) + 1
        self._colours = array(
            "I", [_packed(_mixed(coats, self._first + part / _PARTS)) for part in range(count)]
        )

    def colours(self, distances: Sequence[float]) -> "array[int]":
        """Return a pixel for each distance, as RGBA bytes lie in memory."""
        table, first, reach = self._colours, self._first - 0.5 / _PARTS, self.reach
        return array(
            "I",
            [
                table[int((distance - first) * _PARTS) if distance > first else 0]
                if distance < reach
                else 0
                for distance in distances
            ],
        )


def circle(centre: XY) -> Distance:
    """Return the distance to ``centre``: coats then say radii."""
    cx, cy = centre
    hypot = math.hypot
    return lambda x, y: hypot(x - cx, y - cy)


def diamond(centre: XY) -> Distance:
    """Return the distance in which a square on its corner is round: coats say half its side."""
    cx, cy = centre
    half = math.sqrt(0.5)
    return lambda x, y: (abs(x - cx) + abs(y - cy)) * half


def polyline(*lines: Sequence[XY]) -> Distance:
    """Return the distance to the nearest of some open lines; a line of one point is a dot."""
    parts = [
        _segment(start, end)
        for line in lines
        for start, end in zip(line, line[1:] or line, strict=False)
    ]
    if len(parts) == 1:
        return parts[0]
    return lambda x, y: min([part(x, y) for part in parts])


def polygon(*corners: XY) -> Distance:
    """Return the signed distance to a closed polygon's edge, negative inside."""
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    edges = [_segment(start, end) for start, end in sides]

    def distance(x: float, y: float) -> float:
        inside = False
        for (ax, ay), (bx, by) in sides:
            if (ay > y) != (by > y):
                inside ^= x < ax + (y - ay) * (bx - ax) / (by - ay)
        nearest = min([edge(x, y) for edge in edges])
        return -nearest if inside else nearest

    return distance


def render(distance: Distance, profile: Profile, low: XY, high: XY) -> Sprite:
    """Return the shape over the box from ``low`` to ``high``, widened by the profile's reach."""
    left, top = (math.floor(edge - profile.reach) for edge in low)
    right, bottom = (math.ceil(edge + profile.reach) for edge in high)
    pixels = profile.colours(
        [distance(x + 0.5, y + 0.5) for y in range(top, bottom) for x in range(left, right)]
    )
    return Sprite(left, top, right - left, bottom - top, pixels.tobytes())


def line(start: XY, end: XY, profile: Profile, *, cut: float = math.inf) -> tuple[Sprite, ...]:
    """Return a straight line with round ends, of the profile's distances to it, in bands of rows.

    ``cut``: only pixels whose centre lies less far along from ``start``. The ends must differ.
    """
    reach = profile.reach
    top = math.floor(min(start[1], end[1]) - reach)
    bottom = math.ceil(max(start[1], end[1]) + reach)
    ruled = _Line.between(start, end)
    rows = [(y, *ruled.span(y + 0.5, reach, cut)) for y in range(top, bottom)]
    rows = [row for row in rows if row[1] < row[2]]
    return tuple(
        _band(rows[first : first + _BAND], ruled, profile) for first in range(0, len(rows), _BAND)
    )


@dataclass(frozen=True)
class _Line:
    """The line from ``start``, ``length`` pixels in the direction (ux, uy), to ``end``."""

    start: XY
    end: XY
    length: float
    ux: float
    uy: float

    @classmethod
    def between(cls, start: XY, end: XY) -> "_Line":
        length = math.dist(start, end)
        return cls(start, end, length, (end[0] - start[0]) / length, (end[1] - start[1]) / length)

    def span(self, y: float, reach: float, cut: float) -> tuple[int, int]:
        """Return from and before which column the pixels at height ``y`` may lie within reach."""
        ax, dy = self.start[0], y - self.start[1]
        low, high = min(ax, self.end[0]) - reach, max(ax, self.end[0]) + reach
        if abs(self.uy) > _FLAT:
            sides = sorted(ax + (dy * self.ux + side) / self.uy for side in (-reach, reach))
            low, high = max(low, sides[0]), min(high, sides[1])
        first, last = math.floor(low), math.ceil(high)
        if abs(self.ux) > _FLAT and cut < math.inf:
            edge = math.ceil(ax + (cut - dy * self.uy) / self.ux - 0.5)
            return (first, min(last, edge)) if self.ux > 0 else (max(first, edge), last)
        return (first, last) if dy * self.uy < cut else (0, 0)

    def distances(self, y: float, first: int, last: int) -> list[float]:
        """Return how far the centres of some pixels at height ``y`` are from the line."""
        (ax, ay), ux, uy, length = self.start, self.ux, self.uy, self.length
        across, along = (y - ay) * ux + ax * uy, (y - ay) * uy - ax * ux
        round_end = _segment(self.start, self.end)
        return [
            abs(across - uy * x) if 0.0 <= along + ux * x <= length else round_end(x, y)
            for x in [column + 0.5 for column in range(first, last)]
        ]


def _segment(start: XY, end: XY) -> Distance:
    """Return the distance to a straight line between two points."""
    (ax, ay), hypot = start, math.hypot
    ex, ey = end[0] - ax, end[1] - ay
    square = ex * ex + ey * ey or math.inf

    def distance(x: float, y: float) -> float:
        dx, dy = x - ax, y - ay
        along = (dx * ex + dy * ey) / square
        if along <= 0.0:
            return hypot(dx, dy)
        if along >= 1.0:
            return hypot(dx - ex, dy - ey)
        return hypot(dx - along * ex, dy - along * ey)

    return distance


def _band(rows: Sequence[tuple[int, int, int]], ruled: _Line, profile: Profile) -> Sprite:
    left = min(row[1] for row in rows)
    width = max(row[2] for row in rows) - left
    top, height = rows[0][0], rows[-1][0] - rows[0][0] + 1
    pixels = array("I", bytes(4 * width * height))
    for y, first, last in rows:
        at = (y - top) * width + first - left
        pixels[at : at + last - first] = profile.colours(ruled.distances(y + 0.5, first, last))
    return Sprite(left, top, width, height, pixels.tobytes())


def _mixed(coats: Sequence[Coat], distance: float) -> tuple[float, float, float, float]:
    """Return the coats over each other at a distance: straight RGBA, 0 to 255."""
    red = green = blue = alpha = 0.0
    for coat in coats:
        covered = _within(coat.outer - distance)
        if coat.inner > -math.inf:
            covered -= _within(coat.inner - distance)
        share = max(0.0, covered) * coat.ink[3] / 255
        below = alpha * (1 - share)
        alpha = share + below
        if alpha:
            red, green, blue = (
                (share * top + below * under) / alpha
                for top, under in zip(coat.ink, (red, green, blue), strict=False)
            )
    return red, green, blue, alpha * 255


def _within(depth: float) -> float:
    """Return how much of a pixel lies inside an edge that its centre is ``depth`` away from."""
    return min(1.0, max(0.0, depth + 0.5))


def _packed(colour: Sequence[float]) -> int:
    return int(array("I", bytes(min(255, max(0, round(part))) for part in colour))[0])
