import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.inversion.similarity import (
    MOST_DB,
    SCALE_WEIGHTS,
    ms_ssim,
    psnr,
    squared_difference,
)

Array = NDArray[np.float64]


def noisy(seed: int, side: int) -> tuple[Tensor, Tensor]:
    """A smooth picture, and the same with noise."""
    chance = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 8, 8, generator=chance) * 2 - 1
    smooth = torch.nn.functional.interpolate(coarse, size=(side, side), mode="bicubic")[0]
    return smooth, smooth + 0.3 * torch.randn(smooth.shape, generator=chance)


def literal(some: Array, other: Array) -> float:
    """Equation 7 of Wang et al. 2003 for one colour, window by window."""
    result = 1.0
    for scale, weight in enumerate(SCALE_WEIGHTS):
        side = min(11, *some.shape)
        place = np.arange(side) - (side - 1) / 2
        bell = np.exp(-(place**2) / (2 * (1.5 * side / 11) ** 2))
        window = np.outer(bell, bell) / np.outer(bell, bell).sum()
        x, y = (sliding_window_view(one, (side, side)) for one in (some, other))
        mean_x, mean_y = ((one * window).sum((2, 3)) for one in (x, y))
        off_x, off_y = x - mean_x[..., None, None], y - mean_y[..., None, None]
        c1, c2 = 0.02**2, 0.06**2
        structure = (2 * (window * off_x * off_y).sum((2, 3)) + c2) / (
            (window * (off_x**2 + off_y**2)).sum((2, 3)) + c2
        )
        lightness = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
        last = scale == len(SCALE_WEIGHTS) - 1
        result *= float(((lightness.mean() if last else 1.0) * structure.mean()) ** weight)
        some, other = (
            (one[::2, ::2] + one[1::2, ::2] + one[::2, 1::2] + one[1::2, 1::2]) / 4
            for one in (some, other)
        )
    return result


@pytest.mark.parametrize("side", [192, 64])
def test_ms_ssim_is_the_papers_equation(side: int) -> None:
    smooth, rough = noisy(1, side)
    colours = zip(smooth.double().numpy(), rough.double().numpy(), strict=True)
    wanted = np.mean([literal(*colour) for colour in colours])
    assert 0.3 < wanted < 0.98
    assert ms_ssim(smooth, rough) == pytest.approx(wanted, abs=1e-6)


def test_ms_ssim_of_plain_pictures_is_that_of_their_lightness() -> None:
    dark, bright = torch.full((3, 176, 176), 0.25), torch.full((3, 176, 176), 0.75)
    lightness = (2 * 0.25 * 0.75 + 0.02**2) / (0.25**2 + 0.75**2 + 0.02**2)
    assert ms_ssim(dark, bright) == pytest.approx(lightness**0.1333, abs=1e-6)


def test_ms_ssim_of_half_the_contrast_in_the_finest_scale_alone() -> None:
    board = 1 - 2 * (torch.arange(176)[:, None] + torch.arange(176)).remainder(2).float()
    strong = board.expand(3, -1, -1)
    structure = (2 * 0.5 + 0.06**2) / (1 + 0.25 + 0.06**2)
    assert ms_ssim(strong, strong / 2) == pytest.approx(structure**0.0448, abs=1e-4)


def test_the_same_picture_is_as_near_as_can_be() -> None:
    smooth, rough = noisy(2, 64)
    assert ms_ssim(smooth, smooth) == pytest.approx(1)
    assert psnr(smooth, smooth) == MOST_DB
    assert ms_ssim(smooth, rough) < 1


def test_psnr_counts_from_the_whole_range() -> None:
    black, grey = torch.full((3, 16, 16), -1.0), torch.full((3, 16, 16), -0.8)
    assert squared_difference(black, grey) == pytest.approx(0.04)
    assert psnr(black, grey) == pytest.approx(20)  # a tenth of the range


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="of one size"):
        ms_ssim(torch.zeros(3, 32, 32), torch.zeros(3, 32, 64))
