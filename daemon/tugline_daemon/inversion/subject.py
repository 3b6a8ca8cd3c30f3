"""The picture that is looked for, and how near others are to it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .distance import PerceptualDistance
from .errors import InversionError


@dataclass(frozen=True)
class Nearness:
    """How near N pictures are: `distance`, and the mean square `error` of their values, [N].

    Both are over the pixels that count, and differentiable.
    """

    distance: Tensor
    error: Tensor

    @property
    def loss(self) -> Tensor:
        """What an inversion minimises, [N]: the distance, and the error with a weight of 1."""
        return self.distance + self.error


class Subject:
    """A picture, how much each of its pixels counts, and the distance to it."""

    def __init__(self, picture: Tensor, weight: Tensor, distance: PerceptualDistance) -> None:
        """Take `picture` [3, H, W], -1 to 1, and `weight` [H, W], 0 to 1, on one device.

        Raises InversionError, naming the field, where numbers are not finite or no pixel counts.
        """
        if not bool(picture.isfinite().all()):
            raise InversionError("The picture has numbers that are not finite; send another.")
        if not bool(((weight >= 0) & (weight <= 1)).all()):
            raise InversionError("The weight has numbers that are not from 0 to 1.")
        if not bool(weight.any()):
            raise InversionError(
                "The weight is 0 everywhere, no pixel of the picture counts; choose a part of it "
                "that is not transparent."
            )
        self._picture = picture
        self.weight = weight
        self._share = weight / weight.sum()
        self._distance = distance.to(picture, weight)

    def nearness(self, pictures: Tensor) -> Nearness:
        """Say how near `pictures` [N, 3, H, W] are."""
        squares = (pictures.float() - self._picture).square().mean(1)
        return Nearness(self._distance(pictures), (squares * self._share).sum((1, 2)))

    @torch.no_grad()
    def psnr(self, picture: Tensor) -> float:
        """Return the peak signal to noise ratio in dB of `picture` [3, H, W], cut to -1 to 1.

        It is at most 100, and 0 where numbers are not finite.
        """
        squares = (picture.float().clamp(-1, 1) - self._picture.clamp(-1, 1)).square().mean(0)
        error = (squares * self._share).sum()
        ratio = 10 * torch.log10(4 / error.clamp_min(4e-10))
        return float(ratio.nan_to_num(0.0))
