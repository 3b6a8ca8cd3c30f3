"""Pictures compared by what a frozen network makes of them, level by level."""

import abc
import copy
from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tugline_daemon.inversion.distance import DistanceTo

from .subject import check_subject, composed, reduced

SIDE: Final = 256
"""Larger pictures are averaged down by a whole factor, so far that their shorter side has about
that: as StyleGAN2's projector does, for such networks see no more, and memory."""


class ComparingNetwork(nn.Module, abc.ABC):
    """A network whose features tell pictures apart."""

    @property
    @abc.abstractmethod
    def channel_weights(self) -> tuple[Tensor, ...]:
        """What each level's channels weigh, [C] each, not negative."""

    @abc.abstractmethod
    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return each level's normalised features [N, C, H / 2^level, W / 2^level].

        `pictures` are [N, 3, H, W], -1 to 1. Levels of less than a cell are left out.
        """

    def compare(
        self, some: Sequence[Tensor], others: Sequence[Tensor], shares: Sequence[Tensor]
    ) -> Tensor:
        """Return the distances [N] between features as `forward` gives them.

        `shares` [H, W] of each level sum to one: how much each of its cells counts.
        """
        total = some[0].new_zeros(len(some[0]))
        for one, other, share, head in zip(
            some, others, shares, self.channel_weights, strict=False
        ):
            total = total + torch.einsum("nchw,c,hw->n", (one - other).square(), head, share)
        return total


class NetworkTo(DistanceTo):
    """The distance to one picture, whose features are known."""

    def __init__(self, network: ComparingNetwork, picture: Tensor, weight: Tensor) -> None:
        """Look at `picture` [3, H, W] once; raises InversionError where `weight` does not fit."""
        check_subject(picture, weight)
        here = next(network.parameters()).device == picture.device
        self._network = network if here else copy.deepcopy(network).to(picture.device)
        self._picture = picture.float()
        self._weight = weight.float()
        with torch.no_grad():
            self._features = self._network(reduced(self._picture[None], SIDE))
        self._shares = shares_of(reduced(self._weight[None, None], SIDE)[0, 0], len(self._features))

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, H, W]."""
        shown = reduced(composed(pictures, self._picture, self._weight), SIDE)
        return self._network.compare(self._network(shown), self._features, self._shares)


def shares_of(weight: Tensor, levels: int) -> list[Tensor]:
    """Return the shares [H / 2^level, W / 2^level] of each level's cells in `weight` [H, W]."""
    shares = []
    for level in range(levels):
        if level:
            weight = F.avg_pool2d(weight[None], 2)[0]
        shares.append(weight / weight.sum().clamp_min(1e-12))
    return shares
