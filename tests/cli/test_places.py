"""Where the model's picture lies in the user's, however that is cut and scaled on its way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tugline_daemon.cli.arguments import Crop
from tugline_daemon.cli.places import Region, check_region, cropped, cut_out, middle, to_send
from tugline_daemon.cli.terminal import CommandFailed
from tugline_protocol.values import Limits, ModelCard, PicturePlace

CARD = ModelCard("tiny", "a" * 64, "stylegan2", 128, 128, 20, 8, 24)
NARROW = replace(CARD, width=64)


def grid(width: int, height: int) -> Image.Image:
    """Return a picture whose red is its column and whose green its row."""
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([columns, rows, rows * 0], axis=-1).astype(np.uint8))


def at(place: PicturePlace, x: float, y: float) -> tuple[float, float]:
    return (place.a * x + place.c * y + place.e, place.b * x + place.d * y + place.f)


def test_the_middle_is_the_largest_part_of_the_models_shape() -> None:
    assert middle(grid(200, 100), CARD) == Region(50, 0, 100, 100)
    assert middle(grid(100, 200), CARD) == Region(0, 50, 100, 100)
    assert middle(grid(200, 100), NARROW) == Region(75, 0, 50, 100)
    assert middle(grid(100, 300), NARROW) == Region(0, 50, 100, 200)


def test_a_crop_has_the_models_shape() -> None:
    assert cropped(grid(200, 100), Crop(30, 20, 40), CARD) == Region(30, 20, 40, 40)
    assert cropped(grid(200, 100), Crop(-10, 20, 40), NARROW) == Region(-10, 20, 40, 80)


@pytest.mark.parametrize("crop", [Crop(200, 0, 50), Crop(-50, 0, 50), Crop(0, 100, 9)])
def test_a_crop_off_the_picture_is_a_sentence(crop: Crop) -> None:
    with pytest.raises(CommandFailed, match=r"which has 200 x 100 pixels; X,Y is the upper left"):
        cropped(grid(200, 100), crop, CARD)


@pytest.mark.parametrize(
    ("size", "region"),
    [
        ((1, 1), Region(0, 0, 1, 1)),
        ((100, 15), Region(0, 0, 15, 15)),
        ((100, 100), Region(90, 0, 100, 100)),
    ],
)
def test_too_few_pixels_are_a_sentence(size: tuple[int, int], region: Region) -> None:
    with pytest.raises(CommandFailed, match="16 x 16 are the least"):
        check_region(grid(*size), region)


@given(st.floats(-60, 150), st.floats(-60, 90), st.floats(61, 300), st.sampled_from([CARD, NARROW]))
def test_cutting_out_moves_no_point_and_leaves_out_none(
    left: float, top: float, width: float, card: ModelCard
) -> None:
    picture = grid(200, 150)
    region = Region(left, top, width, width * card.height / card.width)
    part, moved = cut_out(picture, region, card)
    for corner in ((0, 0), (card.width, card.height), (card.width / 2, card.height / 2)):
        x, y = at(region.place(card), *corner)
        in_x, in_y = at(moved.place(card), *corner)
        column, row, _ = np.asarray(part)[0, 0]
        assert (in_x + column, in_y + row) == pytest.approx((x, y))
        if 0 <= x < 200 and 0 <= y < 150:
            found = np.asarray(part)[int(in_y + 1e-6), int(in_x + 1e-6)]
            assert (found[:2] == (int(x + 1e-6), int(y + 1e-6))).all()


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (Limits(), (250, 200)),
        (Limits(side=100), (100, 80)),
        (Limits(message_bytes=30_000, header_bytes=0), (111, 89)),
    ],
)
def test_what_is_too_large_is_scaled_and_its_place_with_it(
    limits: Limits, most: tuple[int, int]
) -> None:
    picture = grid(250, 200)
    sent = to_send(picture, limits)
    assert (sent.image.width, sent.image.height) == most
    assert sent.image.order == "RGB"
    assert len(sent.image.data) == 3 * most[0] * most[1] <= limits.message_bytes
    place = Region(50, 40, 100, 100).place(CARD)
    x, y = at(sent.place(place), 64, 64)
    assert (x * 250 / most[0], y * 200 / most[1]) == pytest.approx((100, 90))
    assert at(sent.unscaled(sent.place(place)), 9, 5) == pytest.approx(at(place, 9, 5))
    pixels = np.frombuffer(sent.image.data, np.uint8).reshape(*most[::-1], 3).astype(float)
    assert pixels[int(y), int(x), :2].tolist() == pytest.approx([100, 90], abs=2.5)


def test_a_transparent_picture_is_sent_with_its_alpha() -> None:
    picture = grid(20, 20)
    picture.putalpha(7)
    sent = to_send(picture, Limits())
    assert (sent.image.order, bytes(sent.image.data[3::4])) == ("RGBA", bytes([7] * 400))
