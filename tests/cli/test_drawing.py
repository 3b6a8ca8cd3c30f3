"""Arrows are drawn where the points are, at a size that can be read."""

import pytest
from PIL import Image

from tugline_daemon.cli.arguments import Pull
from tugline_daemon.cli.drawing import draw_pulls


def test_handles_are_red_and_targets_blue_where_they_lie() -> None:
    drawn = draw_pulls(Image.new("RGB", (128, 128)), [Pull((32.5, 64.5), (96.5, 20.5))])
    assert drawn.size == (512, 512)
    assert drawn.getpixel((130, 258)) == (230, 40, 40)
    assert drawn.getpixel((386, 82)) == (30, 100, 240)
    assert drawn.getpixel((10, 10)) == (0, 0, 0)


@pytest.mark.parametrize("target", [(32.5, 64.5), (33.0, 64.5), (-20.0, 300.0)])
def test_short_ways_and_targets_outside_are_drawn_as_well(target: tuple[float, float]) -> None:
    picture = Image.new("RGB", (128, 128))
    drawn = draw_pulls(picture, [Pull((32.5, 64.5), target)])
    assert drawn.getcolors(1 << 20) != picture.getcolors()


def test_large_pictures_keep_their_size_and_the_given_one_is_left_alone() -> None:
    picture = Image.new("RGB", (600, 400), (9, 9, 9))
    assert draw_pulls(picture, [Pull((10, 10), (50, 50))]).size == (600, 400)
    assert picture.getcolors() == [(240_000, (9, 9, 9))]
