"""Tuning around a pivot: the weights give way until the pivot draws the picture.

"Pivotal Tuning for Latent-based Editing of Real Images" (Roich et al., 2021), with what the weights
differ by held in thin matrices from the first step on, so that what is kept is what was optimised.
"""

import math

import torch
from torch import Tensor, nn
from torch.func import functional_call

from tugline_daemon.generator import Generator, LowRank, Tuning, tuned_weights

from .descent import Descent, Found, found_at
from .distance import PerceptualDistance
from .subject import Subject

# The differences have at most this share of the generator's numbers.
_MOST_OF_GENERATOR = 0.1
_LEARNING_RATE = 1e-2
_RAMP_STEPS = 10
# How much it weighs that pictures of other latents stay, and how far toward the pivot those are.
_LOCALITY = 1.0
_TOWARD_PIVOT = 0.5


class _Drawn(nn.Module):
    """A generator as a module whose call draws."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, ws: Tensor) -> Tensor:
        """[N, num_ws, w_dim] to pictures."""
        return self.generator.synthesize(ws)


def tuned_names(generator: Generator) -> tuple[str, ...]:
    """Name the weights that are tuned: those of convolutions and colours, and all biases.

    What makes styles of latents stays, but for its biases: the pivot is one latent.
    """
    return tuple(
        name
        for name, weight in generator.named_parameters()
        if name.startswith("synthesis.") and weight.ndim > 0 and not name.endswith("affine.weight")
    )


def largest_rank(generator: Generator) -> int:
    """Return the rank with which all differences have a tenth of the generator's numbers, or 1."""
    shapes = _shapes(generator)
    most = _MOST_OF_GENERATOR * sum(weight.numel() for weight in generator.parameters())
    rank = 1
    while rank < max(min(shape) for shape in shapes.values()):
        if sum(min(rank + 1, *shape) * sum(shape) for shape in shapes.values()) > most:
            break
        rank += 1
    return rank


def no_tuning(generator: Generator, rank: int, dice: torch.Generator) -> Tuning:
    """Return differences of 0 that can be learned: of each product one matrix is random."""
    parameters = dict(generator.named_parameters())
    factors = {}
    for name, (rows, columns) in _shapes(generator).items():
        weight = parameters[name]
        own_rank = min(rank, rows, columns)
        right = torch.randn(own_rank, columns, generator=dice) / math.sqrt(own_rank)
        size = float(weight.square().mean().sqrt())
        factors[name] = LowRank(
            left=weight.new_zeros(rows, own_rank),
            right=(right * (size or 1.0)).to(weight.device),
        )
    return Tuning(factors)


def _shapes(generator: Generator) -> dict[str, tuple[int, int]]:
    parameters = dict(generator.named_parameters())
    return {
        name: (parameters[name].shape[0], parameters[name][0].numel())
        for name in tuned_names(generator)
    }


class TuningDescent(Descent):
    """Changes the weights alone, by Adam: what has to stay is drawn anew in each step."""

    def __init__(
        self,
        generator: Generator,
        subject: Subject,
        distance: PerceptualDistance,
        pivot: Tensor,
        start: Tuning | None,
        *,
        rank: int | None,
        seed: int,
    ) -> None:
        """Begin at `start`, or at no differences, around `pivot` [num_ws, w_dim]."""
        self._dice = torch.Generator().manual_seed(seed)
        rank = largest_rank(generator) if rank is None else rank
        begin = no_tuning(generator, rank, self._dice) if start is None else start
        self._factors = {
            name: LowRank(
                factors.left.detach().to(pivot, copy=True).requires_grad_(),
                factors.right.detach().to(pivot, copy=True).requires_grad_(),
            )
            for name, factors in begin.factors.items()
        }
        self._generator = generator
        self._drawn = _Drawn(generator)
        self._subject = subject
        self._distance = distance
        self._pivot = pivot
        numbers = [part for each in self._factors.values() for part in (each.left, each.right)]
        self._adam = torch.optim.Adam(numbers, lr=_LEARNING_RATE)
        self._number = 0
        self._is_finite = True

    @property
    def is_exhausted(self) -> bool:
        """Never: others of what has to stay come with each step."""
        return False

    @property
    def has_diverged(self) -> bool:
        """Whether the last loss was not finite."""
        return not self._is_finite

    def step(self) -> Found:
        """Draw the pivot and something beside it, and go back through both."""
        self._number += 1
        for group in self._adam.param_groups:
            group["lr"] = _LEARNING_RATE * min(1.0, self._number / _RAMP_STEPS)
        self._adam.zero_grad()
        found = self._toward_the_picture()
        self._hold_what_lies_beside()
        self._adam.step()
        return found

    def _toward_the_picture(self) -> Found:
        """Add the gradient of how far the pivot's picture is."""
        with torch.enable_grad():
            pictures = self._draw(self._pivot)
            nearness = self._subject.nearness(pictures)
            nearness.loss.sum().backward()  # type: ignore[no-untyped-call]
        self._is_finite = bool(nearness.loss.isfinite().all())
        return found_at(self._pivot, self._copy(), pictures, nearness)

    def _hold_what_lies_beside(self) -> None:
        """Add the gradient of how far the picture of a random latent is from what it was."""
        beside = self._beside()
        with torch.no_grad():
            before = self._generator.synthesize(beside[None])[0]
        stays = Subject(before, torch.ones_like(self._subject.weight), self._distance)
        with torch.enable_grad():
            loss = stays.nearness(self._draw(beside)).loss.sum()
            (_LOCALITY * loss).backward()  # type: ignore[no-untyped-call]

    def _draw(self, latent: Tensor) -> Tensor:
        """Draw `latent` [num_ws, w_dim] with the weights as they are: [1, 3, H, W]."""
        changed = tuned_weights(self._generator, Tuning(self._factors))
        weights = {f"generator.{name}": weight for name, weight in changed.items()}
        pictures: Tensor = functional_call(self._drawn, weights, (latent[None],))
        return pictures

    def _copy(self) -> Tuning:
        return Tuning(
            {
                name: LowRank(each.left.detach().clone(), each.right.detach().clone())
                for name, each in self._factors.items()
            }
        )

    def _beside(self) -> Tensor:
        """Return a random latent [num_ws, w_dim], on half the way back to the pivot."""
        z = torch.randn(1, self._generator.z_dim, generator=self._dice)
        c = None
        if self._generator.c_dim:
            c = torch.zeros(1, self._generator.c_dim)
            c[0, int(torch.randint(self._generator.c_dim, (), generator=self._dice))] = 1
            c = c.to(self._pivot)
        with torch.no_grad():
            random = self._generator.map(z.to(self._pivot), c)[0]
        beside: Tensor = random.lerp(self._pivot, _TOWARD_PIVOT)
        return beside
