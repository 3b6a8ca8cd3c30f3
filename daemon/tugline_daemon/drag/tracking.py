"""Point tracking: finding the handles again in the new features.

Source: "Drag Your GAN", equation 2. Positions are a handle's own and whole pixels beside it, and
between them where that is asked for; among equally near features the nearest position wins, so
that a handle rests where nothing tells places apart.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .sampling import Places, lattice, sample

# The squares of a refinement, in pixels: between places of one, those of the next are looked at.
_FINER = (0.25, 0.0625)


class Tracker(Protocol):
    """Finds the handles in the features that an update led to."""

    def __call__(
        self, features: Tensor, grid: FeatureGrid, squares: Places, firsts: Tensor
    ) -> Tensor:
        """Say for each point where it is now: x, y and how unlike its first feature that is.

        `features` [C, rows, columns] carry no gradient, `grid` says how they lie in the picture.
        `squares` are the positions in which each point may be, that where it was first; a match
        may lie between those that count. `firsts` [points, C] are the features of the places in
        which the points were set, each in its reference picture.

        Returns [points, 3], on the device of the features and in the type of the positions. The
        unlikeness is the mean over the channels of `|F(q) - f|`; it is not finite when the features
        are not. On CUDA what a tracker does is recorded and replayed: it must not wait for numbers
        or ask for them.
        """


@dataclass(frozen=True)
class NearestFeature:
    """The paper's tracker: `argmin over q in Omega_2 of ||F(q) - f||_1`.

    With `subpixel` it looks on between the pixels around the nearest one, in two finer squares.
    """

    subpixel: bool = False

    def __call__(
        self, features: Tensor, grid: FeatureGrid, squares: Places, firsts: Tensor
    ) -> Tensor:
        """Find each point's nearest feature; all points are sampled at once."""
        found = _nearest(features, grid, squares, firsts)
        for spacing in _FINER if self.subpixel else ():
            finer = _between(found[:, None, :2], spacing, squares)
            found = _nearest(features, grid, finer, firsts)
        return found


def _nearest(features: Tensor, grid: FeatureGrid, squares: Places, firsts: Tensor) -> Tensor:
    positions, counts = squares
    points, many = counts.shape
    sampled = sample(features, grid, positions.flatten(0, 1)).view(-1, points, many)
    distances = (sampled - firsts.T[:, :, None]).abs().mean(0).masked_fill(~counts, math.inf)
    least = distances.amin(1, keepdim=True)
    # The first of equal ones, which `argmin` does not promise; any where there is no least one.
    order = torch.arange(many, device=counts.device).expand_as(distances)
    best = order.masked_fill(distances != least, many - 1).amin(1)[:, None, None]
    places = positions.gather(1, best.expand(-1, -1, 2))[:, 0]
    return torch.cat([places, least.to(places.dtype)], 1)


def _between(centers: Tensor, spacing: float, squares: Places) -> Places:
    """Positions around each center up to two spacings away, no farther out than its square."""
    positions, counts = squares
    outside = ~counts[..., None]
    first = positions.masked_fill(outside, math.inf).amin(1, keepdim=True)
    last = positions.masked_fill(outside, -math.inf).amax(1, keepdim=True)
    around = centers + spacing * lattice(2, centers.device)
    within = torch.minimum(torch.maximum(around, first), last)
    return Places(within, torch.ones_like(within[..., 0], dtype=torch.bool))


def usual_unlikeness(features: Tensor, first: Tensor) -> float:
    """Say how unlike `first` [C] an arbitrary place is: the median over cells of `mean |F - f|`."""
    return float((features - first[:, None, None]).abs().mean(0).median())
