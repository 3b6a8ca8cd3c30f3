"""Point tracking: finding the handles again in the new features.

Source: "Drag Your GAN", equation 2. Positions are a handle's own and whole pixels beside it, and
between them where that is asked for; among equally near features the nearest position wins, so
that a handle rests where nothing tells places apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .points import Position
from .sampling import lattice, sample

# The squares of a refinement, in pixels: between places of one, those of the next are looked at.
_FINER = (0.25, 0.0625)


@dataclass(frozen=True)
class Match:
    """Where a handle was found, and how unlike its first feature that place is.

    `unlikeness` is the mean over the channels of `|F(q) - f|`; it is not finite when the features
    are not.
    """

    position: Position
    unlikeness: float


class Tracker(Protocol):
    """Finds the handles in the features that an update led to."""

    def __call__(
        self, features: Tensor, grid: FeatureGrid, squares: Sequence[Tensor], firsts: Tensor
    ) -> list[Match]:
        """Say for each point where it is now, in the order of the points.

        `features` [C, rows, columns] carry no gradient, `grid` says how they lie in the picture.
        `squares` hold, for each point, the positions [P, 2] in which it may be, (x, y) in image
        pixels, float64 on the CPU, that where it was first; a match may lie between them, but in
        the picture. `firsts` [points, C] are the features of the places in which the points were
        set, each in its reference picture.
        """


@dataclass(frozen=True)
class NearestFeature:
    """The paper's tracker: `argmin over q in Omega_2 of ||F(q) - f||_1`.

    With `subpixel` it looks on between the pixels around the nearest one, in two finer squares.
    """

    subpixel: bool = False

    def __call__(
        self, features: Tensor, grid: FeatureGrid, squares: Sequence[Tensor], firsts: Tensor
    ) -> list[Match]:
        """Find each point's nearest feature; all points are sampled at once."""
        matches = _nearest(features, grid, squares, firsts)
        for spacing in _FINER if self.subpixel else ():
            around = [
                _between(match.position, spacing, square)
                for match, square in zip(matches, squares, strict=True)
            ]
            matches = _nearest(features, grid, around, firsts)
        return matches


def _nearest(
    features: Tensor, grid: FeatureGrid, squares: Sequence[Tensor], firsts: Tensor
) -> list[Match]:
    lengths = [len(square) for square in squares]
    owners = torch.repeat_interleave(torch.arange(len(squares)), torch.tensor(lengths))
    sampled = sample(features, grid, torch.cat(list(squares)))  # (C, P)
    wanted = firsts.T.index_select(1, owners.to(firsts.device))
    distances = (sampled - wanted).abs().mean(0).cpu()
    return [
        _best(square, of_square)
        for square, of_square in zip(squares, torch.split(distances, lengths), strict=True)
    ]


def _best(square: Tensor, distances: Tensor) -> Match:
    # The first of equal ones, which `argmin` does not promise.
    best = int((distances == distances.min()).int().argmax())
    x, y = square[best].tolist()
    return Match((x, y), float(distances[best]))


def _between(center: Position, spacing: float, square: Tensor) -> Tensor:
    """Positions around a place up to two spacings away, no farther out than those of a square."""
    positions = torch.tensor(center, dtype=torch.float64) + spacing * lattice(2)
    return positions.clamp(square.amin(0), square.amax(0))


def usual_unlikeness(features: Tensor, first: Tensor) -> float:
    """Say how unlike `first` [C] an arbitrary place is: the median over cells of `mean |F - f|`."""
    return float((features - first[:, None, None]).abs().mean(0).median())
