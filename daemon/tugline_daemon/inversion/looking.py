"""What latents draw: how near it is to the picture, and how alike random ones are."""

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, Tuning

from .descent import Found, found_at
from .distance import PerceptualDistance
from .subject import Subject

# How many pictures of random latents likeness is measured by.
_TYPICAL = 8
_SEED = 8


@torch.no_grad()
def typical_distance(generator: Generator, weight: Tensor, distance: PerceptualDistance) -> float:
    """Return how far random pictures of a model are from each other: the mean over 8 pairs.

    `weight` [H, W] says how much each pixel counts. The pictures are of `z` of a fixed seed.
    """
    dice = torch.Generator().manual_seed(_SEED)
    z = torch.randn(_TYPICAL, generator.z_dim, generator=dice).to(weight)
    c = None
    if generator.c_dim:
        classes = torch.randint(generator.c_dim, (_TYPICAL,), generator=dice)
        c = torch.nn.functional.one_hot(classes, generator.c_dim).to(weight)
    ws = generator.map(z, c)
    before = generator.synthesize(ws[-1:])
    total = 0.0
    for row in ws:
        picture = generator.synthesize(row[None])
        total += float(distance.to(before[0].clamp(-1, 1), weight)(picture.clamp(-1, 1)))
        before = picture
    return total / _TYPICAL


@torch.no_grad()
def draw(
    generator: Generator, latent: Tensor, subject: Subject, tuning: Tuning | None = None
) -> Found:
    """Draw a latent [num_ws, w_dim] and say how near it is; `generator` is already tuned."""
    pictures = generator.synthesize(latent[None])
    return found_at(latent, tuning, pictures, subject.nearness(pictures))
