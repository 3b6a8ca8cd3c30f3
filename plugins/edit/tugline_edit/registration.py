"""Where a layer's picture lies after the artist has moved, scaled, turned or mirrored the layer.

Tugline's pictures are opaque, so that a layer's alpha shows the outline of the picture, softened by
the editor's resampling. Its four sides are found to a fraction of a pixel: lines are fitted through
the places where the alpha passes one half, row by row and column by column.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .geometry import XY, Affine, Box, Placement

Quad = tuple[XY, XY, XY, XY]

_HALF = 127.5
_OVER_HALF: Final = bytes(value > _HALF for value in range(256))
# Rows and columns that are looked at, at most: more make a line no better.
_LINES: Final = 256
# A side's ends, where resampling rounds the corners, do not count for its line.
_END: Final = 0.15
# How far from a side an outline point may lie to count for it: pixels, and a part of its length.
# The first sides are rough, since soft corners are round; each fit makes the next one's surer.
_REACHES: Final = ((1.0, 0.1), (2.5, 0.0), (1.0, 0.0))
# So much of what a side should have of such points has to be there.
_ENOUGH: Final = 0.6

# So near to whole pixels, in pixels, a rectangle's corners are meant to lie there.
_SETTLED: Final = 0.2


@dataclass(frozen=True)
class _Line:
    """The points with ``p * x + q * y == r``."""

    p: float
    q: float
    r: float

    def meet(self, other: "_Line") -> XY | None:
        """Return where two lines cross, None where they are all but parallel."""
        determinant = self.p * other.q - other.p * self.q
        if abs(determinant) < 0.01 * math.hypot(self.p, self.q) * math.hypot(other.p, other.q):
            return None
        x = (self.r * other.q - other.r * self.q) / determinant
        y = (self.p * other.r - other.p * self.r) / determinant
        return x, y


def quad_of(alpha: bytes, width: int, height: int) -> Quad | None:
    """Return the corners of the parallelogram that is opaque in ``alpha``, in order around it.

    ``alpha`` has a byte a pixel, rows from the top. None where it shows anything else: nothing, a
    quadrilateral in perspective, a picture with holes. Raises ValueError where the sizes differ.
    """
    if len(alpha) != width * height:
        raise ValueError(f"{width} x {height} pixels of alpha came as {len(alpha)} bytes.")
    if alpha.count(255) == len(alpha) > 0:
        return (0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))
    by_rows, by_columns = _outline(alpha, width, height)
    corners = _four(_hull(by_rows + by_columns))
    for reach in _REACHES:
        corners = corners and _fitted(corners, by_rows, by_columns, reach)
    if corners is None or not _fills(corners, alpha.translate(_OVER_HALF).count(1)):
        return None
    found = _parallelogram(corners)
    return found and _settled(found)


def candidates(
    corners: Quad, size: tuple[int, int], old: Placement | None = None
) -> tuple[Placement, ...]:
    """Return the 8 ways in which a picture of ``size`` can lie on a parallelogram.

    Four turns, each mirrored as well; those first whose orientation is nearest to ``old``'s, or to
    upright. Which one it is, only the pixels can tell.
    """
    width, height = size
    before = old.to_document if old else Affine()
    ways = [
        _laid(turned, width, height)
        for ring in (corners, tuple(reversed(corners)))
        for turned in (ring[start:] + ring[:start] for start in range(4))
    ]
    return tuple(sorted(ways, key=lambda way: _unlikeness(way.to_document, before)))


def placements(alpha: bytes, box: Box, old: Placement) -> tuple[Placement, ...]:
    """Return how ``old``'s picture may lie in a layer whose ``alpha`` covers ``box``, best first.

    None of them where the alpha does not show a whole picture.
    """
    corners = quad_of(alpha, box.width, box.height)
    if corners is None:
        return ()
    ways = candidates(corners, (old.width, old.height), old)
    return tuple(way.moved(box.x, box.y) for way in ways)


def _outline(alpha: bytes, width: int, height: int) -> tuple[list[XY], list[XY]]:
    """Return the places where rows, and where columns, enter and leave what is opaque."""
    over = alpha.translate(_OVER_HALF)
    by_rows: list[XY] = []
    for y in range(0, height, max(1, height // _LINES)):
        row = slice(y * width, (y + 1) * width)
        by_rows += [(x, y + 0.5) for x in _ends(alpha[row], over[row])]
    by_columns: list[XY] = []
    for x in range(0, width, max(1, width // _LINES)):
        column = slice(x, None, width)
        by_columns += [(x + 0.5, y) for y in _ends(alpha[column], over[column])]
    return by_rows, by_columns


def _ends(line: bytes, over: bytes) -> tuple[float, ...]:
    """Return where a line of alpha first rises over one half and where it last falls below it.

    Alpha is known at the middle of each pixel, straight between them, and 0 beyond the ends.
    """
    first, last = over.find(1), over.rfind(1)
    if first < 0:
        return ()
    before = line[first - 1] if first > 0 else 0
    after = line[last + 1] if last + 1 < len(line) else 0
    return (
        first - 0.5 + (_HALF - before) / (line[first] - before),
        last + 1.5 - (_HALF - after) / (line[last] - after),
    )


def _hull(points: Sequence[XY]) -> list[XY]:
    """Return the convex hull's corners in order around it (Andrew's monotone chain)."""

    def chain(ordered: Sequence[XY]) -> list[XY]:
        found: list[XY] = []
        for point in ordered:
            while len(found) > 1 and _turn(found[-2], found[-1], point) <= 0:
                found.pop()
            found.append(point)
        return found[:-1]

    ordered = sorted(set(points))
    return chain(ordered) + chain(ordered[::-1])


def _four(hull: list[XY]) -> Quad | None:
    """Return the corners of the quadrilateral around a hull.

    Side after side is left out, its neighbours drawn on until they meet: always the side where that
    adds least, as at a rounded corner.
    """
    ring = list(hull)
    while len(ring) > 4:
        tips = [_tip(ring, index) for index in range(len(ring))]
        added, index, tip = min((tip[0], index, tip[1]) for index, tip in enumerate(tips))
        if added == math.inf:
            return None
        ring[index] = tip
        del ring[(index + 1) % len(ring)]
    return (ring[0], ring[1], ring[2], ring[3]) if len(ring) == 4 else None


def _tip(ring: Sequence[XY], index: int) -> tuple[float, XY]:
    """Return what area is added without the side after a corner, and where its neighbours meet."""
    before, start = ring[index - 1], ring[index]
    end, after = ring[(index + 1) % len(ring)], ring[(index + 2) % len(ring)]
    (ax, ay), (bx, by) = _sub(start, before), _sub(after, end)
    across = ax * by - ay * bx
    if across <= 0.0:
        return math.inf, start
    sx, sy = _sub(end, start)
    reach = (sx * by - sy * bx) / across
    tip = (start[0] + reach * ax, start[1] + reach * ay)
    return abs(_turn(start, tip, end)), tip


def _sub(a: XY, b: XY) -> XY:
    return a[0] - b[0], a[1] - b[1]


def _fitted(
    corners: Quad, by_rows: Sequence[XY], by_columns: Sequence[XY], reach: tuple[float, float]
) -> Quad | None:
    """Return where the lines meet that are fitted through the outline along each side."""
    sides: list[_Line] = []
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        steep = abs(end[1] - start[1]) >= abs(end[0] - start[0])
        line = _steep(start, end, by_rows, reach) if steep else _flat(start, end, by_columns, reach)
        if line is None:
            return None
        sides.append(line)
    met = [side.meet(before) for side, before in zip(sides, sides[-1:] + sides[:-1], strict=True)]
    a, b, c, d = met
    return (a, b, c, d) if a and b and c and d else None


def _steep(start: XY, end: XY, by_rows: Sequence[XY], reach: tuple[float, float]) -> _Line | None:
    """Return the line along a side that goes down more than across: ``x = slope * y + shift``."""
    upright = [(y, x) for x, y in by_rows]
    fit = _fit(start[::-1], end[::-1], upright, reach)
    return fit and _Line(1.0, -fit[0], fit[1])


def _flat(start: XY, end: XY, by_columns: Sequence[XY], reach: tuple[float, float]) -> _Line | None:
    """Return the line along a side that goes across more than down: ``y = slope * x + shift``."""
    fit = _fit(start, end, by_columns, reach)
    return fit and _Line(-fit[0], 1.0, fit[1])


def _fit(
    start: XY, end: XY, points: Sequence[XY], reach: tuple[float, float]
) -> tuple[float, float] | None:
    """Return slope and shift of the line through the points near a side; None for too few."""
    (u0, v0), (u1, v1) = sorted((start, end))
    if u1 - u0 < 1.0:
        return None
    slope = (v1 - v0) / (u1 - u0)
    low, high = u0 + _END * (u1 - u0), u1 - _END * (u1 - u0)
    away = min(reach[0] + reach[1] * (u1 - u0), 0.3 * (u1 - u0))
    near = [
        (u, v) for u, v in points if low <= u <= high and abs(v - v0 - slope * (u - u0)) <= away
    ]
    steps = sorted({u for u, _ in points if low <= u <= high})
    if len(near) < max(2, _ENOUGH * len(steps)):
        return None
    middle_u = math.fsum(u for u, _ in near) / len(near)
    middle_v = math.fsum(v for _, v in near) / len(near)
    spread = math.fsum((u - middle_u) ** 2 for u, _ in near)
    if spread == 0.0:
        return None
    slope = math.fsum((u - middle_u) * (v - middle_v) for u, v in near) / spread
    return slope, middle_v - slope * middle_u


def _fills(corners: Quad, opaque: int) -> bool:
    """Whether so many opaque pixels are these corners' area, give or take some at the sides."""
    ring = tuple(zip(corners, corners[1:] + corners[:1], strict=True))
    area = abs(math.fsum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in ring)) / 2
    around = math.fsum(math.dist(start, end) for start, end in ring)
    return abs(area - opaque) <= 0.5 * around + 1.0


def _parallelogram(corners: Quad) -> Quad | None:
    """Return the parallelogram next to four corners, None where none is near enough."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    x, y = (ax - bx + cx - dx) / 4, (ay - by + cy - dy) / 4
    longest = max(math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2]))
    if 4 * math.hypot(x, y) > 1.5 + 0.003 * longest:
        return None
    return (ax - x, ay - y), (bx + x, by + y), (cx - x, cy - y), (dx + x, dy + y)


def _settled(corners: Quad) -> Quad:
    """Return the rectangle of whole pixels that the corners all but make, else the corners.

    So a picture that was scaled to whole pixels is upright again, though its sides were softened.
    """
    a, b, c, d = ((float(round(x)), float(round(y))) for x, y in corners)
    whole: Quad = (a, b, c, d)
    near = all(math.dist(*pair) <= _SETTLED for pair in zip(corners, whole, strict=True))
    upright = a[0] == b[0] and b[1] == c[1] and c[0] == d[0] and d[1] == a[1]
    lying = a[1] == b[1] and b[0] == c[0] and c[1] == d[1] and d[0] == a[0]
    return whole if near and a != c and (upright or lying) else corners


def _laid(corners: Sequence[XY], width: int, height: int) -> Placement:
    """Return the placement whose top left, top right and bottom left corners are these."""
    (left, top), (ax, ay), _, (cx, cy) = corners
    across, down = (
        ((ax - left) / width, (ay - top) / width),
        ((cx - left) / height, (cy - top) / height),
    )
    return Placement(width, height, Affine(*across, *down, left, top))


def _unlikeness(way: Affine, before: Affine) -> float:
    """Return how far apart two placements' axes point, whatever their sizes."""

    def axes(at: Affine) -> tuple[float, float, float, float]:
        across, down = math.hypot(at.a, at.b), math.hypot(at.c, at.d)
        return at.a / across, at.b / across, at.c / down, at.d / down

    return math.dist(axes(way), axes(before))


def _turn(a: XY, b: XY, c: XY) -> float:
    """Return twice the area of a triangle, positive where it turns from x to y."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
