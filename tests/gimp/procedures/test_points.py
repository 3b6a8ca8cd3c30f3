"""Points that a script gives, as arrows in the picture."""

import math

import pytest

from tugline_edit.geometry import Affine, Box, Placement
from tugline_edit.host import LayerFault
from tugline_gimp.procedures.points import arrows_of

# A picture of 128 pixels, drawn twice as large, at (100, 50) in the image.
PLACED = Placement.upright_at(128, 128, Box(100, 50, 256, 256))


def test_points_of_the_image_become_points_of_the_picture() -> None:
    first, second = arrows_of([100, 50, 356, 306, 110, 70, 120, 90], PLACED, "r")
    assert (first.handle, first.target) == ((0, 0), (128, 128))
    assert (second.handle, second.target) == ((5, 10), (10, 20))
    assert {first.reference, second.reference} == {"r"}
    assert first.origin == first.handle


def test_none_are_none() -> None:
    assert len(arrows_of([], PLACED, "r")) == 0


def test_a_point_on_the_border_is_in_however_the_picture_lies() -> None:
    turned = Placement(128, 128, Affine(0.3, 0.7, -0.7, 0.3, 11.1, 7.3))
    corners = [number for corner in turned.corners for number in corner]
    for arrow in arrows_of(corners, turned, "r"):
        for x, y in (arrow.handle, arrow.target):
            assert 0 <= x <= 128
            assert 0 <= y <= 128


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([1.0], "1 numbers were given as points; each arrow needs 4"),
        ([150.0] * 6, "6 numbers were given as points"),
        ([150.0] * 4 * 129, "129 arrows were given; a drag can have 128."),
        ([math.inf, 60, 110, 60], "The coordinates of points have to be finite numbers."),
        ([99, 60, 110, 60], r"The handle \(99, 60\) lies outside of the picture, which has 256 x"),
        ([110, 60, 110, 307], r"The target \(110, 307\) lies outside .* pixels at \(100, 50\)\."),
    ],
)
def test_what_makes_no_arrows_is_refused(numbers: list[float], sentence: str) -> None:
    with pytest.raises(LayerFault, match=sentence):
        arrows_of(numbers, PLACED, "r")
