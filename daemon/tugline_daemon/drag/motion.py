"""How the places of handles follow the features: what makes a wish in pixels a wish of features.

Features at fixed positions change when what they show moves under them. Around a handle p, to
first order, content that moves by s changes them by -G s, G the features' slope in x and y; so a
change dF of the features is read as the movement s = -(G^T G)^-1 G^T dF, the least-squares answer
(Lucas and Kanade, 1981). Equation 1 of "Drag Your GAN" pulls along the sign of G d; this is the
same pull in least squares, and in pixels, so that it says how far a change of the latent goes.
"""

from functools import cache

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .sampling import exact, offsets, sample

# What is added to G^T G, as a share of its mean diagonal: where the features vary along one
# direction only (an edge), nothing is read of the other.
_RIDGE = 1e-2
_TINY = 1e-12


def follow(
    features: Tensor,
    grid: FeatureGrid,
    handles: Tensor,
    wishes: Tensor,
    radius: float,
) -> Tensor:
    """Return a number whose gradient in the features is that of `sum_i <wish_i, p_i>`.

    `handles` and `wishes` [points, 2] are in pixels. What a handle's features are is looked at in
    whole pixels beside it up to `radius`. Only the gradient means anything.
    """
    around = handles[:, None] + offsets(radius, handles.device)  # (points, P, 2)
    slope = _slope(features.detach(), grid, around)  # (points, C * P, 2)
    reading = slope @ _solve(slope.mT @ slope, wishes)[:, :, None]
    return -(_at(features, grid, around).flatten(1) * reading[:, :, 0]).sum()


def _solve(gram: Tensor, wishes: Tensor) -> Tensor:
    """Solve [points, 2, 2] for [points, 2], the ridge added; what is not finite stays so."""
    a, b, d = gram[:, 0, 0], gram[:, 0, 1], gram[:, 1, 1]
    ridge = _RIDGE * (a + d) / 2 + _TINY
    a, d = a + ridge, d + ridge
    x, y = wishes.to(gram).unbind(1)
    return torch.stack([d * x - b * y, a * y - b * x], 1) / (a * d - b * b)[:, None]


def _slope(features: Tensor, grid: FeatureGrid, around: Tensor) -> Tensor:
    """Return how the features rise a pixel in x and in y, over a cell: [points, C * P, 2]."""
    width, height = grid.cell_width, grid.cell_height
    ends = _ends(width, height, around.device)
    beside = (around[:, None] + ends[:, None]).flatten(1, 2)  # (points, 4 * P, 2)
    right, left, below, above = _at(features, grid, beside).chunk(4, 2)
    return torch.stack([(right - left) / width, (below - above) / height], -1).flatten(1, 2)


@cache
def _ends(width: float, height: float, device: torch.device) -> Tensor:
    """Half a cell to the right, to the left, down and up: [4, 2]."""
    ends = torch.tensor([(width, 0), (-width, 0), (0, height), (0, -height)]) / 2
    return ends.to(device, exact(device))


def _at(features: Tensor, grid: FeatureGrid, positions: Tensor) -> Tensor:
    """Sample positions [points, P, 2]: [points, C, P]."""
    sampled = sample(features, grid, positions.flatten(0, 1))
    return sampled.reshape(-1, *positions.shape[:2]).transpose(0, 1)
