"""A pair of pictures, what is dragged in it, and what every kind of pair has to offer."""

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

Points = Literal["1", "5", "all"]
COLUMNS: tuple[Points, ...] = ("1", "5", "all")

FEWEST = 5
"""A pair needs so many landmarks for its column of five."""

LEAST_OVER_FLOOR = 8.0
"""The dragged landmarks of a pair lie apart, on average, so many times the ruler's own error."""

MASK_MARGIN = 0.2
"""How far beyond the landmarks of both pictures the mask reaches, part of the picture's side."""


@dataclass(frozen=True)
class Pair:
    """Two pictures of one generator, and where landmarks are in the first and in the second.

    Attributes:
        seed: what the pair was drawn from.
        start: the first picture's latent [num_ws, w_dim].
        goal: the second picture's latent.
        names: the landmarks, in the order in which columns take them: the first, five, or all.
        handles: [K, 2], where they are in the first picture, (x, y) in image pixels.
        targets: [K, 2], where they are in the second.
        mask: [height, width], 1 may move, 0 stays.
    """

    seed: int
    start: Tensor
    goal: Tensor
    names: tuple[str, ...]
    handles: Tensor
    targets: Tensor
    mask: Tensor

    def count(self, points: Points) -> int:
        """How many landmarks a column drags."""
        return len(self.names) if points == "all" else int(points)

    def displacement(self, points: Points) -> float:
        """The mean distance that a column's landmarks are to be dragged, image pixels."""
        count = self.count(points)
        return mean_distance(self.handles[:count], self.targets[:count])


class Ground(Protocol):
    """Where pairs come from, and the ruler that is held to results."""

    @property
    def description(self) -> str:
        """What the pairs are, in a sentence."""

    @property
    def floor_px(self) -> float:
        """The mean error of the ruler itself, image pixels of the model."""

    def pair(self, seed: int) -> Pair | None:
        """Draw a pair; None where it does not do (:func:`suits` among the reasons)."""

    def find(self, pair: Pair, latents: Tensor, pictures: Tensor) -> Tensor:
        """Find the pair's landmarks in pictures [N, 3, H, W] of latents [N, num_ws, w_dim].

        Returns places [N, K, 2], (x, y) in image pixels.
        """

    def features(self, picture: Tensor) -> Tensor:
        """What pictures [3, H, W] are compared by in the Frechet distance [F]; [0] for nothing."""

    def look(self, picture: Tensor) -> Tensor | None:
        """What makes the subject of a picture [3, H, W] itself; None where nobody can tell."""


def mean_distance(found: Tensor, wanted: Tensor) -> float:
    """The mean Euclidean distance between places [K, 2]."""
    return float((found - wanted).norm(dim=1).mean())


def suits(pair: Pair, floor_px: float) -> bool:
    """Whether every column of the pair has its landmarks, and far enough apart to be measured."""
    return len(pair.names) >= FEWEST and all(
        pair.displacement(points) >= LEAST_OVER_FLOOR * floor_px for points in COLUMNS
    )


def box_mask(places: Tensor, width: int, height: int) -> Tensor:
    """The box around ``places`` [P, 2], grown by MASK_MARGIN: [height, width], 1 inside."""
    margin = MASK_MARGIN * max(width, height)
    (left, top), (right, bottom) = (places.amin(0) - margin), (places.amax(0) + margin)
    mask = torch.zeros(height, width)
    mask[
        max(0, int(top)) : max(0, int(bottom) + 1),
        max(0, int(left)) : max(0, int(right) + 1),
    ] = 1
    return mask


@torch.no_grad()
def pictures_of(generator: Generator, latents: Tensor) -> Tensor:
    """The pictures [N, 3, H, W] (-1 to 1) of latents [N, num_ws, w_dim]."""
    parts = [generator.synthesize(part).clamp(-1, 1) for part in torch.split(latents, 16)]
    return torch.cat(parts).float()
