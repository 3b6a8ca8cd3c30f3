"""One way down to a picture: what every stage of an inversion does, step by step."""

import abc
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, Tuning

from .coordinates import Coordinates
from .quasi_newton import QuasiNewton
from .subject import Nearness, Subject

# How long the first movement is, in standard deviations.
_FIRST_LENGTH = 1.0
# What an offset of one standard deviation costs, in all rows, at an editability of 1.
_PULL = 1e-3
# What a length of one standard deviation costs, squared, beyond so many times the usual one.
_PULL_FROM_AFAR = 2e-4
_AFAR = 1.25


@dataclass(frozen=True)
class Found:
    """What draws a picture, the picture [3, H, W], and how near it is.

    `latent` [num_ws, w_dim] with `tuning`, None for the generator as it is.
    """

    latent: Tensor
    tuning: Tuning | None
    picture: Tensor
    distance: float
    loss: float

    @property
    def is_finite(self) -> bool:
        """Whether it can be compared."""
        return math.isfinite(self.loss)


def found_at(
    latent: Tensor, tuning: Tuning | None, pictures: Tensor, nearness: Nearness, number: int = 0
) -> Found:
    """Return one of N pictures [N, 3, H, W] with how near it is, apart from what made it."""
    return Found(
        latent=latent.detach().clone(),
        tuning=tuning,
        picture=pictures[number].detach(),
        distance=float(nearness.distance[number].detach()),
        loss=float(nearness.loss[number].detach()),
    )


class Descent(abc.ABC):
    """Goes down, one look at a picture and its gradient a step."""

    @abc.abstractmethod
    def step(self) -> Found:
        """Look at the next place and learn from it; return what is there."""

    @property
    @abc.abstractmethod
    def is_exhausted(self) -> bool:
        """Whether no step would get any lower."""

    @property
    @abc.abstractmethod
    def has_diverged(self) -> bool:
        """Whether there are no finite numbers to go on with."""

    @property
    def is_settled(self) -> bool:
        """Whether its steps go one way; what several ways gain one by one says nothing."""
        return True


class LatentDescent(Descent):
    """Changes the latent alone, along `Coordinates`, by L-BFGS."""

    def __init__(
        self, generator: Generator, subject: Subject, tuning: Tuning | None, start: Tensor
    ) -> None:
        """Begin at `start`, of any shape; `generator` is already tuned as `tuning` says."""
        self._generator = generator
        self._subject = subject
        self._tuning = tuning
        self._shape = start.shape
        self._search = QuasiNewton(start.flatten(), _FIRST_LENGTH)

    @abc.abstractmethod
    def _latent(self, place: Tensor) -> Tensor:
        """Return the latent [num_ws, w_dim] at a place of the start's shape."""

    @abc.abstractmethod
    def _pull(self, place: Tensor) -> Tensor:
        """Return what is to be small besides the distance to the picture, one number."""

    @property
    def is_exhausted(self) -> bool:
        """Whether no movement lowers the loss."""
        return self._search.is_exhausted

    @property
    def has_diverged(self) -> bool:
        """Whether the first numbers were not finite; later ones are only gone back from."""
        return self._search.has_diverged

    def step(self) -> Found:
        """Draw the picture of the next place, and go back through it."""
        with torch.enable_grad():
            flat = self._search.place.detach().requires_grad_()
            place = flat.view(self._shape)
            latent = self._latent(place)
            pictures = self._generator.synthesize(latent[None])
            nearness = self._subject.nearness(pictures)
            loss = nearness.loss.sum() + self._pull(place)
            (gradient,) = torch.autograd.grad(loss, flat)
        found = found_at(latent, self._tuning, pictures, nearness)
        self._search.tell(float(loss.detach()), gradient)
        return found


def _too_far(coordinates: Coordinates, place: Tensor) -> Tensor:
    """Return what it costs that `place` [w_dim] is farther from the mean than random latents are.

    Pictures that no latent draws lead there, where no drag goes well and little is gained.
    """
    beyond = (place.square().sum() + 1e-12).sqrt() - _AFAR * coordinates.usual_length
    return _PULL_FROM_AFAR * beyond.clamp_min(0).square()


class InW(LatentDescent):
    """One row for all layers, which is kept from lying too far from the mean."""

    def __init__(
        self,
        generator: Generator,
        subject: Subject,
        coordinates: Coordinates,
        start: Tensor,
        tuning: Tuning | None,
        editability: float,
    ) -> None:
        """Begin at `start` [w_dim], in coordinates."""
        super().__init__(generator, subject, tuning, start)
        self._coordinates = coordinates
        self._editability = editability

    def _latent(self, place: Tensor) -> Tensor:
        return self._coordinates.rows(place).expand(self._generator.num_ws, -1)

    def _pull(self, place: Tensor) -> Tensor:
        return self._editability * _too_far(self._coordinates, place)


class InWPlus(LatentDescent):
    """A row for each layer: a common one, and offsets from it that are pulled toward 0.

    The pull is on the mean square length of the offsets in standard deviations: as "Designing an
    Encoder for StyleGAN Image Manipulation" (e4e; Tov et al., 2021) found, latents are edited the
    better the nearer their rows are to each other and to W.
    """

    def __init__(
        self,
        generator: Generator,
        subject: Subject,
        coordinates: Coordinates,
        start: Tensor,
        tuning: Tuning | None,
        editability: float,
    ) -> None:
        """Begin at `start` [num_ws, w_dim], in coordinates."""
        common = start.mean(0, keepdim=True)
        super().__init__(generator, subject, tuning, torch.cat([common, start - common]))
        self._coordinates = coordinates
        self._editability = editability

    def _latent(self, place: Tensor) -> Tensor:
        return self._coordinates.rows(place[:1] + place[1:])

    def _pull(self, place: Tensor) -> Tensor:
        offsets = _PULL * place[1:].square().sum(1).mean()
        return self._editability * (offsets + _too_far(self._coordinates, place[0]))
