"""Soft borders: nothing outside, all inside, and only rising between."""

import numpy as np
import pytest

from tugline_daemon.service import feathering
from tugline_daemon.service.feathering import Alpha, feathered
from tugline_protocol.values import PictureFormat, Rect


def box_mask(size: int = 100, inner: slice = slice(20, 80)) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[inner, inner] = 255
    return mask


@pytest.mark.parametrize("feather", [0.5, 1.0, 5.0, 12.0, 25.5])
def test_it_is_nothing_outside_and_all_a_little_behind_its_width(feather: float) -> None:
    mask = box_mask()
    soft = feathered(mask, feather)
    assert (soft[mask == 0] == 0).all()
    deep = int(np.ceil(feather)) + 3
    assert (soft[20 + deep : 80 - deep, 20 + deep : 80 - deep] == 255).all()
    assert (soft <= mask).all()


@pytest.mark.parametrize("feather", [3.0, 12.0, 25.5])
def test_it_rises_inward_and_is_soft_there(feather: float) -> None:
    across = feathered(box_mask(), feather)[50].astype(int)
    rise = across[20:50]
    assert (np.diff(rise) >= 0).all()
    assert rise[0] < 255 / feather * 2
    assert np.diff(rise).max() < 4 * 255 / feather
    assert (across == across[::-1]).all()


def test_the_pictures_edge_is_a_border_too() -> None:
    soft = feathered(np.full((60, 60), 255, np.uint8), 10.0)
    assert soft[0].max() < 60
    assert (soft[13:47, 13:47] == 255).all()


def test_levels_between_are_themselves_inside() -> None:
    soft = feathered(np.full((60, 60), 100, np.uint8), 4.0)
    assert (soft[7:-7, 7:-7] == 100).all()
    assert soft.max() == 100
    assert soft[0].max() < 60


def test_nothing_is_seen_in_a_corner_of_the_outside_that_the_mask_surrounds() -> None:
    mask = np.full((60, 60), 255, np.uint8)
    mask[25:32, 25:32] = 0
    assert (feathered(mask, 12.0)[mask == 0] == 0).all()


def test_a_thin_mask_has_no_inside_that_counts_whole() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[30:32] = 255
    assert feathered(mask, 20.0).max() < 255


def test_an_alpha_is_the_mask_stretched_and_softened_in_the_size_that_is_wanted() -> None:
    alpha = Alpha(box_mask(50, slice(10, 40)))
    wanted = PictureFormat(100, 100, order="RGBA", feather=8.0)
    whole = alpha.of((100, 100), wanted)
    assert whole.shape == (100, 100)
    assert whole[50, 50] == 255
    assert whole[:18].max() == 0


@pytest.mark.parametrize("feather", [0.3, 3.0, 8.5])
@pytest.mark.parametrize(
    "rect", [Rect(15, 40, 30, 20), Rect(0, 0, 1, 1), Rect(19, 78, 4, 4), Rect(60, 75, 40, 25)]
)
def test_a_part_is_what_the_whole_shows_there(feather: float, rect: Rect) -> None:
    alpha = Alpha(box_mask(50, slice(10, 40)))
    whole = alpha.of((100, 100), PictureFormat(100, 100, feather=feather)).astype(int)
    part = alpha.of((100, 100), PictureFormat(100, 100, rect=rect, feather=feather))
    there = whole[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    assert part.shape == there.shape
    assert np.abs(part - there).max() <= 1


def test_of_a_large_picture_no_more_is_worked_out_than_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise whoever asks for a pixel of 67 million lets all others wait for seconds."""
    shapes: list[tuple[int, ...]] = []

    def records(mask: np.ndarray, feather: float) -> np.ndarray:
        shapes.append(mask.shape)
        return feathered(mask, feather)

    monkeypatch.setattr(feathering, "feathered", records)
    wanted = PictureFormat(8192, 8192, rect=Rect(4000, 4000, 2, 1), feather=4.0)
    assert (Alpha(box_mask()).of((8192, 8192), wanted) == 255).all()
    assert shapes == [(15, 16)]


def test_without_a_feather_it_is_the_mask_itself() -> None:
    mask = box_mask()
    assert np.array_equal(Alpha(mask).of((100, 100), PictureFormat(order="RGBA")), mask)
