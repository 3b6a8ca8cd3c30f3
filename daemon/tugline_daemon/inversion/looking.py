"""What latents draw: how near it is to the picture, and how alike random ones are."""

import math

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, Tuning

from .descent import Found, found_at
from .distance import PerceptualDistance
from .subject import Subject

# How many pictures of random latents likeness is measured by.
_TYPICAL = 8
_SEED = 8
# How many pictures are glanced at: from so many to so many, by so many pixels; and pixels at once.
_FEWEST, _MOST, _PIXELS = 4, 64, 1 << 20
_PIXELS_AT_ONCE = 1 << 18
# Glances are that near to the mean, as a share: pictures that are likely.
_TRUNCATION = 0.7


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


class Glances:
    """Looks at what random latents draw, for some that are near to a picture from the start."""

    def __init__(self, generator: Generator, subject: Subject, rows: Tensor, mean: Tensor) -> None:
        """Take random `rows` [N, w_dim] of W, of which some are looked at, and the mean."""
        pixels = generator.width * generator.height
        number = min(_MOST, max(_FEWEST, _PIXELS // pixels))
        self._at_once = max(1, _PIXELS_AT_ONCE // pixels)
        self._rows = mean + _TRUNCATION * (rows[:number].to(mean) - mean)
        self._losses: list[Tensor] = []
        self._generator, self._subject = generator, subject

    @property
    def left(self) -> int:
        """How often `look` has yet to be called."""
        return math.ceil(len(self._rows) / self._at_once) - len(self._losses)

    @torch.no_grad()
    def look(self) -> None:
        """Draw some of them."""
        first = len(self._losses) * self._at_once
        rows = self._rows[first : first + self._at_once, None]
        pictures = self._generator.synthesize(rows.expand(-1, self._generator.num_ws, -1))
        self._losses.append(self._subject.nearness(pictures).loss)

    def nearest(self, number: int) -> Tensor:
        """Return the rows [number, w_dim] whose pictures were nearest, the nearest first."""
        order = torch.cat(self._losses).nan_to_num(math.inf).argsort()
        return self._rows[order[:number]]
