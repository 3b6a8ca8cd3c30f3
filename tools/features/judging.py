"""How often a distance finds which of two distortions lies farther off, on what is held out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tugline_daemon.checkpoint.weights import read_weights
from tugline_daemon.inversion.distance import DistanceTo, PerceptualDistance
from tugline_daemon.inversion.perceptual import FeatureDistance, PyramidDistance, make_distance

from .distortions import Distortion
from .pictures import Pictures
from .triplets import HELD_OUT, MAKERS, TRAINED, Triplets, farther_on_a_walk, gather

COUNT = 150
"""Triplets of each kind."""
SEED = 900_000_777


@torch.no_grad()
def agreement(distance: PerceptualDistance, triplets: Triplets) -> float:
    """Return the part, 0 to 1, of triplets of which the far one is found to be farther off."""
    right = 0.0
    weight = torch.ones(triplets.pictures.shape[-2:])
    for picture, near, far in zip(triplets.pictures, triplets.near, triplets.far, strict=True):
        apart = distance.to(picture, weight)(torch.stack([near, far]))
        right += float(apart[1] > apart[0]) + 0.5 * float(apart[1] == apart[0])
    return right / len(triplets.pictures)


class PixelDistance(PerceptualDistance):
    """The mean squared difference of pixels: what the others are to be better than."""

    name = "pixels"

    def to(self, picture: Tensor, weight: Tensor) -> "PixelsTo":
        """Prepare the distance to `picture`; `weight` is to be 1 everywhere."""
        del weight
        return PixelsTo(picture)


class PixelsTo(DistanceTo):
    """The mean squared difference to one picture."""

    def __init__(self, picture: Tensor) -> None:
        self._picture = picture

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, H, W]."""
        return (pictures - self._picture).square().mean((1, 2, 3))


def held_out_triplets(pictures: Pictures) -> dict[str, Triplets]:
    """Return COUNT triplets of each kind, with distortions that were trained with and others."""
    found = {}
    for name, (_, maker) in MAKERS.items():
        kinds: Sequence[tuple[str, Sequence[Distortion]]] = (
            [("", TRAINED)]
            if maker is farther_on_a_walk
            else [("", TRAINED), (", of a kind never seen", HELD_OUT)]
        )
        for suffix, distortions in kinds:
            choice = np.random.default_rng(SEED)
            found[name + suffix] = gather(maker, pictures, distortions, COUNT, choice)
    return found


def judge(pictures: Pictures, weights: Path) -> str:
    """Return the table: kinds of triplets, and the agreement of each distance in per cent."""
    features = read_weights(weights)
    distances = (
        PixelDistance(),
        PyramidDistance(),
        FeatureDistance(features),
        make_distance(features, None),
    )
    rows: list[Mapping[str, str]] = []
    for name, triplets in held_out_triplets(pictures).items():
        found = {one.name: f"{100 * agreement(one, triplets):.1f}" for one in distances}
        rows.append({"which lies farther off, %": name} | found)
    return _table(rows)


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    lines = ["| " + " | ".join(rows[0]) + " |", "| --- " * len(rows[0]) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row.values()) + " |" for row in rows])
