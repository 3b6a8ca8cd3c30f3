"""The distance of Laplacian pyramids: colours first, then details, octave by octave.

P. J. Burt and E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
Communications 31, 1983. The taps are theirs with a = 0.375, the binomial ones. As the pyramid is
linear, that of the difference is built, and not the difference of two.
"""

from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion.distance import DistanceTo, PerceptualDistance

from .subject import check_subject

_TAPS: Final = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
_COARSEST: Final = 8
"""What is left has no side longer than that, in cells."""
_SOFTNESS: Final = 0.01
"""Below it, in units of a picture's values, a difference counts squared: one and a half grey levels
of 256."""
_OCTAVES: Final = 6
"""How many levels a picture of 256 pixels has."""
_NOTHING: Final = 1e-6
"""Cells that count less than that have no value: a quotient of two roundings."""


class PyramidDistance(PerceptualDistance):
    """How far pictures differ in each octave, summed, in units of their values.

    An octave is a band of the pyramid; the last is what is left in 5 to 8 cells. Each counts
    alike, as natural pictures hold about as much in each. Within one the Charbonnier penalty
    ``sqrt(d^2 + e^2) - e`` is averaged over colours and cells, as much as they count. The sum is
    divided by 6, the octaves of 256 pixels, whatever the size: enlarged pictures are as far apart
    as they were. Pictures that nobody would take for one another are at 0.1 to 0.3.
    """

    name = "pyramid"

    def to(self, picture: Tensor, weight: Tensor) -> "PyramidTo":
        """Prepare the distance to `picture`; raises InversionError where the two do not fit."""
        check_subject(picture, weight)
        return PyramidTo(picture.float(), weight.float())


class PyramidTo(DistanceTo):
    """The distance to one picture, as much as each of its pixels counts."""

    def __init__(self, picture: Tensor, weight: Tensor) -> None:
        self._picture = picture
        self._levels = _levels(weight)

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, H, W]."""
        rest = (pictures.float() - self._picture).flatten(0, 1)[:, None]  # [N * 3, 1, H, W]
        total = torch.zeros(len(pictures), device=pictures.device)
        for level in self._levels[:-1]:
            coarse = _blurred(rest * level.weight) * level.per_coarse
            height, width = rest.shape[-2:]
            smooth = _spread(coarse * level.coarse_known, height, width) * level.per_fine
            total = total + level.mean(rest - smooth)
            rest = coarse
        return (total + self._levels[-1].mean(rest)) / _OCTAVES


@dataclass(frozen=True)
class _Level:
    """How much the cells of one level count, and what makes sums over some of them means.

    Attributes:
        weight: [H, W], 0 to 1.
        share: [H, W], the same divided by its sum.
        per_coarse: [h, w], 1 / what counts around each cell of the next level; 0 for nothing.
        coarse_known: [h, w], 1 where a cell of the next level has a value, else 0.
        per_fine: [H, W], 1 / what is known around each cell in the next level; 0 for nothing.
    """

    weight: Tensor
    share: Tensor
    per_coarse: Tensor
    coarse_known: Tensor
    per_fine: Tensor

    def mean(self, band: Tensor) -> Tensor:
        """Return the mean penalties [N] of `band` [N * 3, 1, H, W]."""
        penalty = (band.square() + _SOFTNESS**2).sqrt() - _SOFTNESS
        return (penalty * self.share).sum((1, 2, 3)).reshape(-1, 3).mean(1)


def _levels(weight: Tensor) -> list[_Level]:
    levels = []
    while True:
        coarse = _blurred(weight[None, None])[0, 0]
        known = (coarse > _NOTHING).float()
        fine = _spread(known[None, None], *weight.shape)[0, 0]
        share = weight / weight.sum()
        levels.append(_Level(weight, share, _inverse(coarse), known, _inverse(fine)))
        if max(weight.shape) <= _COARSEST:
            return levels
        # What counts within a cell, of all that lies in it: cells at the border are whole ones.
        weight = coarse / _blurred(torch.ones_like(weight)[None, None])[0, 0]


def _inverse(amount: Tensor) -> Tensor:
    return torch.where(amount > _NOTHING, 1 / amount.clamp_min(_NOTHING), 0)


def _blurred(x: Tensor) -> Tensor:
    """Blur `x` [M, 1, H, W] and take every other cell: [M, 1, ceil(H / 2), ceil(W / 2)]."""
    taps = x.new_tensor(_TAPS)
    x = F.conv2d(x, taps.reshape(1, 1, 1, -1), stride=(1, 2), padding=(0, 2))
    return F.conv2d(x, taps.reshape(1, 1, -1, 1), stride=(2, 1), padding=(2, 0))


def _spread(x: Tensor, height: int, width: int) -> Tensor:
    """Spread `x` [M, 1, ceil(H / 2), ceil(W / 2)] over [M, 1, H, W]: what _blurred transposes."""
    taps = x.new_tensor(_TAPS)
    x = F.conv_transpose2d(
        x,
        taps.reshape(1, 1, -1, 1),
        stride=(2, 1),
        padding=(2, 0),
        output_padding=((height - 1) % 2, 0),
    )
    return F.conv_transpose2d(
        x,
        taps.reshape(1, 1, 1, -1),
        stride=(1, 2),
        padding=(0, 2),
        output_padding=(0, (width - 1) % 2),
    )
