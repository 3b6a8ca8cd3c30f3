"""Where a picture lies in a document: affine maps, whole-pixel boxes, placements.

*Image* pixels are those of the model's picture, *document* pixels those of the artist's document.
Points are ``(x, y)`` floats, origin at the top left corner, pixel (0, 0) covers [0, 1) x [0, 1).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

XY = tuple[float, float]

# Frames are asked for in at most so many pixels a side, which is what the protocol allows.
LARGEST_SIDE = 8192
# How far from a whole pixel an edge may lie and still count as one: what rounding leaves.
_WHOLE = 1e-4


@dataclass(frozen=True)
class Affine:
    """``(x, y) -> (a*x + c*y + e, b*x + d*y + f)``: a QTransform's m11, m12, m21, m22, dx, dy."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    @property
    def determinant(self) -> float:
        """By what an area grows; negative where the map mirrors."""
        return self.a * self.d - self.b * self.c

    @property
    def scale(self) -> float:
        """By what a length grows, on average over the directions."""
        return math.sqrt(abs(self.determinant))

    def map(self, point: XY) -> XY:
        """Return where ``point`` goes."""
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inverted(self) -> "Affine":
        """Return the map back; raises ValueError where this one flattens the plane."""
        determinant = self.determinant
        if not math.isfinite(determinant) or abs(determinant) < 1e-12:
            raise ValueError(
                "This placement has no area, so no point can be mapped back through it."
            )
        a, b = self.d / determinant, -self.b / determinant
        c, d = -self.c / determinant, self.a / determinant
        return Affine(a, b, c, d, -(a * self.e + c * self.f), -(b * self.e + d * self.f))

    def then(self, after: "Affine") -> "Affine":
        """Return the map that does this one first, ``after`` second."""
        e, f = after.map((self.e, self.f))
        return Affine(
            after.a * self.a + after.c * self.b,
            after.b * self.a + after.d * self.b,
            after.a * self.c + after.c * self.d,
            after.b * self.c + after.d * self.d,
            e,
            f,
        )


@dataclass(frozen=True)
class Box:
    """A rectangle of whole document pixels, its top left corner at ``(x, y)``."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Placement:
    """Where a picture of ``width`` x ``height`` image pixels lies in a document."""

    width: int
    height: int
    to_document: Affine

    @classmethod
    def upright_at(cls, width: int, height: int, box: Box) -> "Placement":
        """Return the placement that fills ``box``, neither turned nor mirrored."""
        scaled = Affine(a=box.width / width, d=box.height / height, e=box.x, f=box.y)
        return cls(width, height, scaled)

    @property
    def corners(self) -> tuple[XY, XY, XY, XY]:
        """The picture's corners in the document: top left, top right, bottom right, bottom left."""
        place = self.to_document.map
        return (
            place((0, 0)),
            place((self.width, 0)),
            place((self.width, self.height)),
            place((0, self.height)),
        )

    @property
    def upright(self) -> bool:
        """Whether the picture fills ``box`` exactly, so that frames can be written as they come."""
        at = self.to_document
        turned = max(abs(at.b) * self.width, abs(at.c) * self.height) > _WHOLE
        (left, top), _, (right, bottom), _ = self.corners
        return not turned and left < right and top < bottom and _whole((left, top, right, bottom))

    @property
    def box(self) -> Box:
        """The smallest box of whole pixels around the picture."""
        xs, ys = zip(*self.corners, strict=True)
        left, top = math.floor(min(xs) + _WHOLE), math.floor(min(ys) + _WHOLE)
        right, bottom = math.ceil(max(xs) - _WHOLE), math.ceil(max(ys) - _WHOLE)
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    @property
    def drawn_size(self) -> tuple[int, int]:
        """In how many pixels frames are asked for: the sides' lengths in the document, rounded."""
        at = self.to_document
        across = math.hypot(at.a, at.b) * self.width
        down = math.hypot(at.c, at.d) * self.height
        return _side(across), _side(down)

    def moved(self, dx: float, dy: float) -> "Placement":
        """Return the placement so many document pixels further right and down."""
        return Placement(self.width, self.height, self.to_document.then(Affine(e=dx, f=dy)))


def _side(length: float) -> int:
    return min(LARGEST_SIDE, max(1, round(length)))


def _whole(numbers: Iterable[float]) -> bool:
    return all(abs(number - round(number)) <= _WHOLE for number in numbers)
