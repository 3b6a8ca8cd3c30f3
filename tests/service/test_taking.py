"""What is taken out of a picture: the place, the filter, and what does not count."""

import math

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from tugline_daemon.service.taking import Taken, take
from tugline_protocol.values import ByteOrder, Image, PicturePlace

SIZE = 48


def photo(width: int, height: int) -> np.ndarray:
    """Return soft shapes with an edge, uint8 [height, width, 3]."""
    x = np.linspace(0, 1, width)[None, :]
    y = np.linspace(0, 1, height)[:, None]
    planes = [np.sin(7 * x + 3 * y), np.cos(5 * y - 2 * x), np.where(x + 0.4 * y > 0.7, 0.8, -0.3)]
    whole = np.stack([np.broadcast_to(plane, (height, width)) for plane in planes], -1)
    return ((whole * 0.5 + 0.5) * 255).astype(np.uint8)


def image(pixels: np.ndarray, order: ByteOrder = "RGB") -> Image:
    height, width = pixels.shape[:2]
    return Image(width, height, order, np.ascontiguousarray(pixels).tobytes())


def levels(taken: Taken) -> np.ndarray:
    return ((taken.picture.permute(1, 2, 0).numpy() + 1) * 127.5).round()


def by_pillow(pixels: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    whole = Pillow.fromarray(pixels)
    return np.asarray(whole.resize((SIZE, SIZE), Pillow.Resampling.LANCZOS, box=box)).astype(float)


def spread(taken: Taken, meant: np.ndarray) -> float:
    return float(np.abs(levels(taken) - meant).max())


@pytest.mark.parametrize("side", [20, 100, 1000])
def test_an_upright_place_is_what_pillow_makes_of_it(side: int) -> None:
    pixels = photo(side + 17, side + 31)
    scale = side / SIZE
    found = take(image(pixels), PicturePlace(scale, 0, 0, scale, 8.25, 13.5), SIZE, SIZE)
    assert spread(found, by_pillow(pixels, (8.25, 13.5, 8.25 + side, 13.5 + side))) <= 3
    assert (found.weight > 0.98).all()


def test_no_place_is_the_whole_picture_stretched() -> None:
    pixels = photo(200, 90)
    found = take(image(pixels), None, SIZE, SIZE)
    assert spread(found, by_pillow(pixels, (0, 0, 200, 90))) <= 2


def test_a_single_pixel_can_be_taken() -> None:
    found = take(image(np.full((1, 1, 3), 200, np.uint8)), None, SIZE, SIZE)
    assert (levels(found) == 200).all()
    assert (found.weight == 1).all()


@pytest.mark.parametrize("side", [60, 240, 700])
def test_a_place_that_is_turned_by_a_quarter_is_the_turned_picture(side: int) -> None:
    pixels = photo(side, side)
    scale = side / SIZE
    turned = take(image(pixels), PicturePlace(0, scale, -scale, 0, side, 0), SIZE, SIZE)
    upright = take(image(np.rot90(pixels)), None, SIZE, SIZE)
    assert np.abs(levels(turned) - levels(upright))[2:-2, 2:-2].mean() < 2.5


def test_a_mirrored_place_mirrors() -> None:
    pixels = photo(SIZE, SIZE)
    found = take(image(pixels), PicturePlace(-1, 0, 0, 1, SIZE, 0), SIZE, SIZE)
    assert spread(found, pixels[:, ::-1].astype(float)) <= 1


def test_fine_stripes_that_shrink_become_grey_whichever_way_the_place_is_turned() -> None:
    stripes = np.zeros((960, 960, 3), np.uint8)
    stripes[:, ::2] = 255
    for degrees in (0, 30):
        turn = math.radians(degrees)
        a, b = 12 * math.cos(turn), 12 * math.sin(turn)
        e = 480 - 24 * (a - b)
        f = 480 - 24 * (a + b)
        found = levels(take(image(stripes), PicturePlace(a, b, -b, a, e, f), SIZE, SIZE))
        assert np.abs(found - 127.5).max() <= 4


def test_what_is_transparent_does_not_count_and_does_not_colour_what_does() -> None:
    pixels = np.zeros((SIZE * 4, SIZE * 4, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[:, : 2 * SIZE] = (200, 60, 20, 255)
    found = take(image(pixels, "RGBA"), None, SIZE, SIZE)
    half = SIZE // 2
    assert (found.weight[:, : half - 3] > 0.99).all()
    assert (found.weight[:, half + 3 :] < 0.01).all()
    seen = levels(found)[found.weight.numpy() > 0.2]
    assert np.abs(seen - (200, 60, 20)).max() <= 3
    assert (found.picture[:, found.weight == 0] == 0).all()


@pytest.mark.parametrize("alpha", [128, 20])
def test_half_transparent_colours_are_the_colours_and_count_by_their_alpha(alpha: int) -> None:
    pixels = np.full((SIZE, SIZE, 4), (20, 40, 200, alpha), np.uint8)
    found = take(image(pixels, "BGRA"), None, SIZE, SIZE)
    assert np.abs(levels(found) - (200, 40, 20)).max() <= 1
    assert torch.allclose(found.weight, torch.tensor(alpha / 255), atol=0.01)


def test_what_lies_outside_of_the_picture_does_not_count() -> None:
    pixels = photo(SIZE, SIZE)
    found = take(image(pixels), PicturePlace(1, 0, 0, 1, -SIZE / 2, 0), SIZE, SIZE)
    half = SIZE // 2
    assert (found.weight[:, : half - 1] == 0).all()
    assert (found.weight[:, half + 1 :] > 0.99).all()
    assert np.abs(levels(found)[:, half + 1 :] - pixels[:, 1:half]).max() <= 1


@pytest.mark.parametrize("turn", [0.0, 1.0])
def test_a_place_far_larger_than_the_picture_takes_little_memory(turn: float) -> None:
    """The picture is averaged before the nothing around it is made."""
    found = take(image(photo(400, 300)), PicturePlace(60, turn, -turn, 60, -900, -900), SIZE, SIZE)
    assert 10 < int((found.weight > 0.3).sum()) < 60
