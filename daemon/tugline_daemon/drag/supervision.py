"""Motion supervision: what pulls the handles, and what holds the rest.

Source: "Drag Your GAN", equation 1, with means in place of its sums as in the authors' later code,
so that a step is the same in pictures of every size.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .points import Position
from .sampling import cell_shares, factors, finer, sample
from .straying import Strayed


def unit_step(handle: Position, target: Position) -> Position:
    """`d = (t - p) / ||t - p||`, one pixel toward the target; 0 when they coincide."""
    x, y = target[0] - handle[0], target[1] - handle[1]
    length = math.hypot(x, y)
    return (x / length, y / length) if length > 0 else (0.0, 0.0)


def pull(
    features: Tensor, grid: FeatureGrid, discs: Sequence[Tensor], steps: Sequence[Position]
) -> Tensor:
    """Sum over points of the mean over its disc and the channels of `|F(q).detach() - F(q + d)|`.

    `discs` hold each point's positions [P, 2], `steps` its `d`. All points are sampled at once.
    """
    here = torch.cat(list(discs))
    ahead = torch.cat(
        [q + torch.tensor(d, dtype=torch.float64) for q, d in zip(discs, steps, strict=True)]
    )
    shares = torch.cat([torch.full((len(q),), 1 / len(q)) for q in discs])
    difference = sample(features.detach(), grid, here) - sample(features, grid, ahead)  # (C, P)
    return (difference.abs().mean(0) * shares.to(features)).sum()


def stays(grid: FeatureGrid, mask: Tensor) -> Tensor:
    """What each cell of `finer(grid)` weighs in `restrain`, from the mask M [H, W]."""
    return cell_shares(finer(grid), 1 - mask)


def restrain(features: Tensor, first: Tensor, grid: FeatureGrid, weights: Tensor) -> Tensor:
    """Keep what the mask excludes like the first picture: `|F - F0| * (1 - M)`, on average.

    The mean goes over all pixels and channels. `weights` are those of `stays`: the difference is
    looked at twice a cell along each axis instead of at every pixel of every channel, and each of
    these places stands for the pixels around it. Where a cell is one or two pixels wide these
    places are the pixels, and the term is the paper's; where it is wider the latent's gradient is
    nearly, at a quarter of the work or less: in cells of 4 and 8 pixels, those of the default layer
    in pictures of 512 and 1024, its cosine is above 0.9999, in cells of 16 pixels with a narrow
    mask above 0.999.
    """
    across, down = factors(grid)
    strayed: Tensor = Strayed.apply(  # type: ignore[no-untyped-call]
        features, first, weights, down, across
    )
    return strayed
