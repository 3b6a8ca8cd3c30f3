"""Pictures on their way to the wire: levels, byte orders, sizes, parts, alpha."""

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from tugline_daemon.service.feathering import Alpha
from tugline_daemon.service.pictures import to_image
from tugline_protocol.values import (
    CHANNELS,
    ByteOrder,
    Image,
    PictureFormat,
    Rect,
    ResampleFilter,
)


def picture(width: int = 40, height: int = 30) -> torch.Tensor:
    """Return a picture that is smooth, with some values beyond -1 and 1."""
    across = torch.linspace(-1.2, 1.2, width).expand(height, width)
    down = torch.linspace(1.0, -0.7, height)[:, None].expand(height, width)
    return torch.stack([across, down, torch.sin(9 * across * down)])


def pixels(image: Image) -> np.ndarray:
    shape = (image.height, image.width, CHANNELS[image.order])
    return np.frombuffer(image.data, np.uint8).reshape(shape)


def levels(values: torch.Tensor) -> np.ndarray:
    """Return the pixels [height, width, 3] as the reference's generate.py computes them."""
    return (values * 127.5 + 128).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()


@pytest.mark.parametrize("height", [1, 30, 300])
def test_levels_are_the_references(height: int) -> None:
    values = picture(height=height)
    assert np.array_equal(pixels(to_image(values, PictureFormat())), levels(values))


def test_what_is_no_number_is_black_and_what_has_no_end_is_at_the_limit() -> None:
    values = torch.tensor([torch.nan, torch.inf, -torch.inf]).expand(3, 1, 3)
    assert pixels(to_image(values, PictureFormat()))[0, :, 0].tolist() == [0, 255, 0]


@pytest.mark.parametrize(("order", "planes"), [("RGBA", [0, 1, 2]), ("BGRA", [2, 1, 0])])
@pytest.mark.parametrize("size", [(None, None), (57, 61)])
def test_an_order_with_alpha_has_the_same_colours_and_is_opaque(
    order: ByteOrder, planes: list[int], size: tuple[int, int]
) -> None:
    found = pixels(to_image(picture(), PictureFormat(*size, order=order)))
    assert np.array_equal(found[..., planes], pixels(to_image(picture(), PictureFormat(*size))))
    assert (found[..., 3] == 255).all()


def test_by_nearest_pixels_are_repeated() -> None:
    found = pixels(to_image(picture(), PictureFormat(80, 90, "nearest")))
    assert np.array_equal(found, levels(picture()).repeat(3, 0).repeat(2, 1))


@pytest.mark.parametrize("by", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("size", [(97, 41), (13, 64)])
def test_another_size_looks_as_pillow_has_it(by: ResampleFilter, size: tuple[int, int]) -> None:
    found = pixels(to_image(picture(), PictureFormat(*size, by)))
    meant = Pillow.fromarray(levels(picture())).resize(size, Pillow.Resampling[by.upper()])
    assert np.abs(found.astype(int) - np.asarray(meant)).max() <= 2


@pytest.mark.parametrize("by", ["nearest", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("size", [(40, 30), (97, 41), (13, 64)])
def test_a_part_shows_what_the_whole_shows_there(by: ResampleFilter, size: tuple[int, int]) -> None:
    whole = pixels(to_image(picture(), PictureFormat(*size, by, "BGRA")))
    rect = Rect(5, 7, 8, 20)
    found = pixels(to_image(picture(), PictureFormat(*size, by, "BGRA", rect)))
    assert np.abs(found.astype(int) - whole[7:27, 5:13]).max() <= 2


@pytest.mark.parametrize("rect", [None, Rect(3, 4, 10, 11)])
def test_a_mask_is_the_alpha_of_what_is_wanted(rect: Rect | None) -> None:
    mask = np.arange(256, dtype=np.uint8).reshape(16, 16)
    found = pixels(to_image(picture(16, 16), PictureFormat(order="RGBA", rect=rect), Alpha(mask)))
    meant = mask if rect is None else mask[4:15, 3:13]
    assert np.array_equal(found[..., 3], meant)
    stretched = pixels(to_image(picture(16, 16), PictureFormat(32, 32, order="RGBA"), Alpha(mask)))
    assert np.abs(stretched[::2, ::2, 3].astype(int) - mask).max() <= 8
