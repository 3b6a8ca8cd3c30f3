"""Shapes as bytes: what is covered, how far, and in which colour."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_gimp.dialogs.raster import (
    Coat,
    Profile,
    Sprite,
    circle,
    diamond,
    line,
    polygon,
    polyline,
    render,
)

WHITE = (255, 255, 255, 255)
BLUE = (42, 130, 255, 255)
SHADE = (10, 20, 30, 128)
places = st.floats(-40, 40)


def pixel(sprites: tuple[Sprite, ...], x: int, y: int) -> tuple[int, ...]:
    """Return what the one sprite that has something at (x, y) has there."""
    found = [
        tuple(sprite.rgba[at : at + 4])
        for sprite in sprites
        for at in [4 * ((y - sprite.top) * sprite.width + x - sprite.left)]
        if sprite.left <= x < sprite.left + sprite.width
        and sprite.top <= y < sprite.top + sprite.height
        and sprite.rgba[at + 3]
    ]
    assert len(found) < 2, "no pixel is laid over itself"
    return found[0] if found else (0, 0, 0, 0)


def area(sprites: tuple[Sprite, ...]) -> float:
    """Return how many pixels are covered; a half covered one is half."""
    return sum(sum(sprite.rgba[3::4]) for sprite in sprites) / 255


def disc(centre: tuple[float, float], *coats: Coat) -> tuple[Sprite, ...]:
    return (render(circle(centre), Profile(*coats), centre, centre),)


@given(x=places, y=places, radius=st.floats(3, 12))
def test_a_disc_covers_its_area_wherever_it_lies(x: float, y: float, radius: float) -> None:
    covered = area(disc((x, y), Coat(WHITE, radius)))
    assert covered == pytest.approx(math.pi * radius**2, rel=0.04)


@given(x=places, y=places, to_x=places, to_y=places)
def test_a_line_covers_its_length_times_its_width_and_round_ends(
    x: float, y: float, to_x: float, to_y: float
) -> None:
    length = math.dist((x, y), (to_x, to_y))
    if length < 1:
        return
    covered = area(line((x, y), (to_x, to_y), Profile(Coat(WHITE, 2.0))))
    assert covered == pytest.approx(4.0 * length + math.pi * 4.0, rel=0.04)


@given(x=places, y=places, to_x=places, to_y=places, share=st.floats(0.1, 0.9))
def test_a_line_that_is_cut_and_the_rest_of_it_are_the_line(
    x: float, y: float, to_x: float, to_y: float, share: float
) -> None:
    length = math.dist((x, y), (to_x, to_y))
    if length < 2:
        return
    profile = Profile(Coat(WHITE, 1.5))
    whole = line((x, y), (to_x, to_y), profile)
    cut = line((x, y), (to_x, to_y), profile, cut=share * length)
    for sprite in cut:
        for column, row in pixels(sprite):
            along = (column + 0.5 - x) * (to_x - x) + (row + 0.5 - y) * (to_y - y)
            shown = pixel(cut, column, row)
            if along / length < share * length - 1e-6:
                assert shown == pixel(whole, column, row)
            elif along / length > share * length + 1e-6:
                assert shown == (0, 0, 0, 0)


def pixels(sprite: Sprite) -> Iterator[tuple[int, int]]:
    for row in range(sprite.top, sprite.top + sprite.height):
        for column in range(sprite.left, sprite.left + sprite.width):
            yield column, row


def test_a_pixel_that_an_edge_halves_is_half_covered() -> None:
    square = polygon((0, 0), (4.5, 0), (4.5, 4), (0, 4))
    sprite = (render(square, Profile(Coat(WHITE, 0.0)), (0, 0), (4.5, 4)),)
    assert pixel(sprite, 3, 2) == (255, 255, 255, 255)
    assert pixel(sprite, 4, 2)[3] == pytest.approx(128, abs=9)
    assert pixel(sprite, 5, 2) == (0, 0, 0, 0)


def test_coats_lie_over_each_other_and_rings_are_open() -> None:
    ring = disc((10.0, 10.0), Coat(SHADE, 8.0, 4.0), Coat(BLUE, 6.0, 5.0))
    assert pixel(ring, 10, 10) == (0, 0, 0, 0), "it is hollow"
    assert pixel(ring, 16, 10) == SHADE, "the lower coat alone"
    assert pixel(ring, 15, 10) == BLUE, "the upper one covers it"
    both = disc((10.0, 10.0), Coat(WHITE, 8.0), Coat(SHADE, 6.0))
    assert pixel(both, 10, 10) == pytest.approx((132, 137, 142, 255), abs=1), "mixed by its alpha"


def test_a_diamond_has_corners_beyond_half_its_side() -> None:
    profile = Profile(Coat(WHITE, 4.0))
    sprite = (render(diamond((10, 10)), profile, (7, 7), (13, 13)),)
    assert pixel(sprite, 14, 10)[3] > 128
    assert pixel(sprite, 13, 13) == (0, 0, 0, 0)
    assert area(sprite) == pytest.approx(64, rel=0.04)


def test_a_concave_polygon_leaves_its_notch_free() -> None:
    head = polygon((12, 6), (0, 12), (4, 6), (0, 0))
    sprite = (render(head, Profile(Coat(WHITE, 0.0)), (0, 0), (12, 12)),)
    assert pixel(sprite, 8, 6) == WHITE
    assert pixel(sprite, 1, 6) == (0, 0, 0, 0)


def test_open_lines_and_dots_are_one_shape() -> None:
    sprite = (
        render(polyline(((2, 2), (2, 8)), ((2, 12),)), Profile(Coat(WHITE, 1.0)), (2, 2), (2, 12)),
    )
    assert pixel(sprite, 1, 5) == WHITE
    assert pixel(sprite, 1, 10) == (0, 0, 0, 0)
    assert pixel(sprite, 1, 11)[3] > 128
