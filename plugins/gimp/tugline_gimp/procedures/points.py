"""Points as a script gives them, as arrows in the picture of an edit."""

import math
from collections.abc import Sequence
from typing import Final

from tugline_edit.arrows import MOST_ARROWS, Arrows, clamp
from tugline_edit.geometry import XY, Affine, Placement
from tugline_edit.host import LayerFault

_NUMBERS: Final = 4
# What mapping there and back leaves of a point on the picture's border.
_BORDER: Final = 1e-6


def arrows_of(numbers: Sequence[float], placement: Placement, reference: str) -> Arrows:
    """Return arrows out of ``[x, y, target_x, target_y, ...]`` in document pixels.

    ``placement`` is where the edit's picture lies, ``reference`` the blob key of its latent. Raises
    LayerFault for numbers that make no arrows in that picture.
    """
    if len(numbers) % _NUMBERS:
        raise LayerFault(
            f"{len(numbers)} numbers were given as points; each arrow needs {_NUMBERS}: x and y of "
            "its handle, x and y of its target."
        )
    if len(numbers) > _NUMBERS * MOST_ARROWS:
        raise LayerFault(
            f"{len(numbers) // _NUMBERS} arrows were given; a drag can have {MOST_ARROWS}."
        )
    if not all(math.isfinite(number) for number in numbers):
        raise LayerFault("The coordinates of points have to be finite numbers.")
    to_picture = placement.to_document.inverted()
    arrows = Arrows()
    for start in range(0, len(numbers), _NUMBERS):
        x, y, target_x, target_y = numbers[start : start + _NUMBERS]
        handle = _inside("handle", (x, y), placement, to_picture)
        target = _inside("target", (target_x, target_y), placement, to_picture)
        arrows, _ = arrows.add(handle, target, reference)
    return arrows


def _inside(what: str, point: XY, placement: Placement, to_picture: Affine) -> XY:
    place = to_picture.map(point)
    nearest = clamp(place, placement.width, placement.height)
    if math.dist(place, nearest) > _BORDER:
        box = placement.box
        raise LayerFault(
            f"The {what} ({point[0]:g}, {point[1]:g}) lies outside of the picture, which has "
            f"{box.width} x {box.height} pixels at ({box.x}, {box.y})."
        )
    return nearest
