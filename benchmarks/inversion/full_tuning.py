"""Pivotal tuning of all weights, literally: what tuning by low-rank differences is held against.

"Pivotal Tuning for Latent-based Editing of Real Images" (Roich et al., 2021): the latent stays, all
weights of the synthesis network follow the picture, and the picture of one random latent near the
pivot at a time is held as it was.
"""

import copy
import time
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from tugline_daemon.generator import Generator
from tugline_daemon.inversion import DistanceTo, PerceptualDistance

LEARNING_RATE = 3e-4
"""Of Adam: their appendix."""

LOCALITY = 0.1
"""What the regularisation weighs: their lambda_R."""

NEAR = 30.0
"""How far from the pivot, in W, the latents lie whose pictures are held: their alpha."""


@dataclass(frozen=True)
class FullTuning:
    """A tuned generator, and what it took: updates, and seconds of one core."""

    generator: Generator
    steps: int
    seconds: float


def tune_fully(
    generator: Generator,
    pivot: Tensor,
    picture: Tensor,
    distance: PerceptualDistance,
    steps: int,
    *,
    seed: int = 0,
) -> FullTuning:
    """Tune a copy of ``generator`` so that ``pivot`` [num_ws, w_dim] draws ``picture`` [3, H, W].

    The loss is the perceptual distance and the mean squared difference, both of weight 1, and
    LOCALITY times the same for the latents nearby. ``generator`` stays as it is.
    """
    whole = torch.ones_like(picture[0])
    target = distance.to(picture, whole)
    chance = torch.Generator().manual_seed(seed)
    tuned = copy.deepcopy(generator).requires_grad_(requires_grad=True)
    adam = torch.optim.Adam(tuned.parameters(), lr=LEARNING_RATE)
    begun = time.process_time()
    for _ in range(steps):
        with torch.no_grad():
            near = _near(generator, pivot, chance)
            held = generator.synthesize(near)[0]
        adam.zero_grad(set_to_none=True)
        made = tuned.synthesize(pivot[None])
        loss = _loss(target, made, picture)
        beside = tuned.synthesize(near)
        loss = loss + LOCALITY * _loss(distance.to(held, whole), beside, held)
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    seconds = time.process_time() - begun
    return FullTuning(tuned.requires_grad_(requires_grad=False), steps, seconds)


def _loss(target: DistanceTo, made: Tensor, picture: Tensor) -> Tensor:
    """How far a picture [1, 3, H, W] is from ``picture`` [3, H, W], a number."""
    return target(made).sum() + (made - picture).square().mean()


def _near(generator: Generator, pivot: Tensor, chance: torch.Generator) -> Tensor:
    """A random latent [1, num_ws, w_dim], NEAR away from the pivot in each row."""
    z = torch.randn(1, generator.z_dim, generator=chance)
    return pivot + NEAR * normalize(generator.map(z) - pivot, dim=2)
