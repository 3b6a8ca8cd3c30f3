"""How alike two pictures are: squared difference, PSNR and MS-SSIM.

Pictures are [3, height, width] with values from -1 to 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""What each scale counts, the finest first: Wang et al. 2003, section 3.2."""

WINDOW, SIGMA = 11, 1.5
"""The Gaussian window in pixels: Wang et al. 2004."""

K1, K2 = 0.01, 0.03
"""What keeps the quotients finite, parts of the range of values: Wang et al. 2004."""

RANGE = 2.0
"""From the darkest value to the brightest."""

MOST_DB = 100.0
"""Beyond it the difference is that of rounding."""


def squared_difference(some: Tensor, other: Tensor) -> float:
    """The mean squared difference of two pictures' values, 0 to 4."""
    return float((some - other).square().mean())


def psnr(some: Tensor, other: Tensor) -> float:
    """The peak signal-to-noise ratio, dB; at most MOST_DB, which the same picture has."""
    least = RANGE**2 / 10 ** (MOST_DB / 10)
    return 10 * math.log10(RANGE**2 / max(squared_difference(some, other), least))


def ms_ssim(some: Tensor, other: Tensor) -> float:
    """The structural similarity over five scales, 0 to 1, 1 for the same picture.

    "Multi-scale structural similarity for image quality assessment" (Wang, Simoncelli, Bovik 2003),
    equation 7, for each colour by itself, and the mean of the three: contrast and structure at
    every scale, lightness at the coarsest. Where a scale is smaller than the window, the window
    shrinks to it, its sigma with it, as where small networks are judged ("Progressive Growing of
    GANs", Karras et al. 2018). A scale whose structure is opposite on the whole counts as 0.

    Raises ValueError for pictures of two sizes, or of less than 16 pixels along a side.
    """
    if some.shape != other.shape or min(some.shape[1:]) < 2 ** (len(SCALE_WEIGHTS) - 1):
        raise ValueError(
            f"pictures have the shapes {list(some.shape)} and {list(other.shape)}; give two of one "
            "size, of 16 pixels along a side at least."
        )
    both = torch.stack([some, other]).double()
    total = both.new_ones(len(some))
    for weight in SCALE_WEIGHTS[:-1]:
        _, structure = _similar(both)
        total = total * structure.clamp(min=0) ** weight
        both = F.avg_pool2d(both, 2)
    lightness, structure = _similar(both)
    return float((total * (lightness * structure).clamp(min=0) ** SCALE_WEIGHTS[-1]).mean())


def _similar(both: Tensor) -> tuple[Tensor, Tensor]:
    """Lightness, and contrast with structure, [3] each, of two pictures [2, 3, H, W]."""
    window = _window(min(WINDOW, *both.shape[2:]))
    mean = _seen(both, window)
    square = _seen(both.square(), window) - mean.square()
    shared = _seen(both[:1] * both[1:], window)[0] - mean[0] * mean[1]
    c1, c2 = (K1 * RANGE) ** 2, (K2 * RANGE) ** 2
    lightness = (2 * mean[0] * mean[1] + c1) / (mean[0].square() + mean[1].square() + c1)
    structure = (2 * shared + c2) / (square[0] + square[1] + c2)
    return lightness.mean((1, 2)), structure.mean((1, 2))


def _window(side: int) -> Tensor:
    """A Gaussian along a line [side] whose sum is 1."""
    place = torch.arange(side, dtype=torch.float64) - (side - 1) / 2
    bell = torch.exp(-0.5 * (place / (SIGMA * side / WINDOW)).square())
    return bell / bell.sum()


def _seen(pictures: Tensor, window: Tensor) -> Tensor:
    """Weighted means [N, 3, H', W'] in every place where the whole window fits."""
    colours = pictures.shape[1]
    across = window.expand(colours, 1, 1, -1)
    return F.conv2d(F.conv2d(pictures, across, groups=colours), across.mT, groups=colours)
