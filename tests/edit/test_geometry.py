"""Affine maps and placements."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.geometry import XY, Affine, Box, Placement

COORDINATES = st.floats(-4096, 4096)
POINTS = st.tuples(COORDINATES, COORDINATES)


@st.composite
def affines(draw: st.DrawFn) -> Affine:
    """Return a turn, a mirror and two scales between 1/16 and 16, moved somewhere."""
    angle = draw(st.floats(0, 2 * math.pi))
    across, down = draw(st.floats(0.0625, 16)), draw(st.floats(0.0625, 16))
    mirrored = draw(st.sampled_from((1.0, -1.0)))
    sine, cosine = math.sin(angle), math.cos(angle)
    e, f = draw(POINTS)
    return Affine(
        across * cosine, across * sine, -down * mirrored * sine, down * mirrored * cosine, e, f
    )


def near(point: XY, other: XY) -> bool:
    return math.dist(point, other) < 1e-6


@given(affines(), POINTS)
def test_the_inverse_brings_every_point_back(affine: Affine, point: XY) -> None:
    assert near(affine.inverted().map(affine.map(point)), point)
    assert near(affine.map(affine.inverted().map(point)), point)


@given(affines(), affines(), POINTS)
def test_then_does_this_map_first(first: Affine, second: Affine, point: XY) -> None:
    assert math.dist(first.then(second).map(point), second.map(first.map(point))) < 1e-5


@given(affines(), affines())
def test_scales_multiply(first: Affine, second: Affine) -> None:
    assert math.isclose(first.then(second).scale, first.scale * second.scale, rel_tol=1e-6)


@pytest.mark.parametrize(
    "flat", [Affine(0, 0, 0, 0), Affine(1, 2, 2, 4), Affine(math.nan), Affine(math.inf)]
)
def test_a_map_that_flattens_the_plane_has_no_inverse(flat: Affine) -> None:
    with pytest.raises(ValueError, match="no area"):
        flat.inverted()


def test_coefficients_stand_where_qtransform_has_them() -> None:
    # m11 m12 m21 m22 dx dy: a quarter turn takes x to y.
    assert Affine(0, 1, -1, 0, 10, 20).map((3, 1)) == (9, 23)


def test_an_upright_placement_fills_its_box() -> None:
    placement = Placement.upright_at(128, 64, Box(-7, 30, 256, 192))
    assert placement.upright
    assert placement.box == Box(-7, 30, 256, 192)
    assert placement.drawn_size == (256, 192)
    assert placement.to_document.map((128, 64)) == (249, 222)


@given(st.integers(1, 8192), st.integers(-5000, 5000), st.integers(1, 8192))
def test_every_whole_box_is_upright(side: int, corner: int, length: int) -> None:
    box = Box(corner, -corner, length, 8193 - length)
    placement = Placement.upright_at(side, 8193 - side, box)
    assert placement.upright
    assert placement.box == box
    assert placement.drawn_size == (box.width, box.height)


@pytest.mark.parametrize(
    "to_document",
    [
        Affine(e=0.5),
        Affine(a=1.001),
        Affine(a=-1.0, e=64.0),
        Affine(d=-1.0, f=64.0),
        Affine(0, 1, -1, 0, 64, 0),
        Affine(math.cos(0.01), math.sin(0.01), -math.sin(0.01), math.cos(0.01)),
        Affine(c=0.01),
    ],
    ids=["half a pixel", "scaled a bit", "mirrored", "flipped", "quarter", "turned", "sheared"],
)
def test_anything_else_is_not_upright(to_document: Affine) -> None:
    assert not Placement(64, 64, to_document).upright


@given(affines(), st.integers(1, 512), st.integers(1, 512))
def test_the_box_is_the_smallest_around_the_corners(
    affine: Affine, width: int, height: int
) -> None:
    placement = Placement(width, height, affine)
    box = placement.box
    for x, y in placement.corners:
        assert box.x - 0.001 <= x <= box.x + box.width + 0.001
        assert box.y - 0.001 <= y <= box.y + box.height + 0.001
    # Cut by one pixel on any side it would leave a corner out.
    xs, ys = zip(*placement.corners, strict=True)
    assert max(xs) - min(xs) <= box.width <= max(1, max(xs) - min(xs) + 2)
    assert max(ys) - min(ys) <= box.height <= max(1, max(ys) - min(ys) + 2)


def test_a_turned_picture_is_drawn_in_the_size_of_its_sides() -> None:
    c = 2 * math.cos(math.pi / 6)
    s = 2 * math.sin(math.pi / 6)
    assert Placement(100, 50, Affine(c, s, -s, c)).drawn_size == (200, 100)


def test_frames_are_never_asked_for_beyond_what_the_protocol_allows() -> None:
    assert Placement(4, 4, Affine(a=10000.0, d=0.001)).drawn_size == (8192, 1)


def test_moving_a_placement_moves_its_box() -> None:
    placement = Placement.upright_at(8, 8, Box(1, 2, 16, 16)).moved(10, -5)
    assert placement == Placement.upright_at(8, 8, Box(11, -3, 16, 16))
