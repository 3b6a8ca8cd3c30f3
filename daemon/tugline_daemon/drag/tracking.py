"""Point tracking: finding the handles again in the new features.

Source: "Drag Your GAN", equation 2. Positions are a handle's own and whole pixels beside it; among
equally near features the nearest position wins, so that a handle rests where nothing tells
places apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .points import Position
from .sampling import sample


@dataclass(frozen=True)
class Match:
    """Where a handle was found, and how unlike its first feature that place is.

    `unlikeness` is the mean over the channels of `|F(q) - f|`; it is not finite when the features
    are not.
    """

    position: Position
    unlikeness: float


def track(
    features: Tensor, grid: FeatureGrid, squares: Sequence[Tensor], firsts: Tensor
) -> list[Match]:
    """Find each point's nearest feature: `argmin over q in Omega_2 of ||F(q) - f||_1`.

    `squares` hold each point's positions [P, 2], nearest to the handle first; `firsts`
    [points, C] are the features `f`. All points are sampled at once.
    """
    lengths = [len(square) for square in squares]
    owners = torch.repeat_interleave(torch.arange(len(squares)), torch.tensor(lengths))
    sampled = sample(features, grid, torch.cat(list(squares)))  # (C, P)
    wanted = firsts.T.index_select(1, owners.to(firsts.device))
    distances = (sampled - wanted).abs().mean(0).cpu()
    return [
        _nearest(square, of_square)
        for square, of_square in zip(squares, torch.split(distances, lengths), strict=True)
    ]


def _nearest(square: Tensor, distances: Tensor) -> Match:
    # The first of equal ones, which `argmin` does not promise.
    best = int((distances == distances.min()).int().argmax())
    x, y = square[best].tolist()
    return Match((x, y), float(distances[best]))


def usual_unlikeness(features: Tensor, first: Tensor) -> float:
    """Say how unlike `first` [C] an arbitrary place is: the median over cells of `mean |F - f|`."""
    return float((features - first[:, None, None]).abs().mean(0).median())
