"""The paper's loop: supervise, update the latent, find the handles again."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

from .equations import (
    Position,
    at_positions,
    disc,
    mask_term,
    motion_supervision,
    square,
    track,
)


@dataclass(frozen=True)
class OraclePoint:
    """One handle p, its target t, and where it was set: `origin`, in the picture `reference`."""

    handle: Position
    target: Position
    origin: Position
    reference: int = 0


class OracleDrag:
    """A drag on one latent [num_ws, w_dim]; nothing is ever stopped, each `step` is one update.

    `references` are the latents of the pictures in which points were set; the first one is the
    mask's F0. `mask` is [H, W], 1 may move. Only the rows `movable` of the latent change, under
    Adam (Kingma and Ba, 2015, algorithm 1) with its usual constants.
    """

    def __init__(
        self,
        generator: Generator,
        latent: Tensor,
        references: Sequence[Tensor],
        points: Sequence[OraclePoint],
        mask: Tensor | None,
        *,
        r1: float,
        r2: float,
        lambda_mask: float,
        layer: str,
        movable: Sequence[int],
        learning_rate: float,
    ) -> None:
        self.generator = generator
        self.grid = generator.feature_grid(layer)
        self.points = tuple(points)
        self.mask = mask
        self.r1, self.r2, self.lambda_mask = r1, r2, lambda_mask
        self.layer = layer
        self.movable = list(movable)
        self.learning_rate = learning_rate
        with torch.no_grad():
            pictures = [self._features(reference) for reference in references]
            self.F0 = pictures[0]
            self.firsts = [
                at_positions(pictures[point.reference], self.grid, [point.origin])[:, 0]
                for point in points
            ]
        self.handles = [point.handle for point in points]
        self.fixed = latent.detach().clone()
        self.w = self.fixed[self.movable].requires_grad_()
        self.m = torch.zeros_like(self.w)
        self.v = torch.zeros_like(self.w)
        self.steps = 0
        self.F = self._features(self.latent())

    def latent(self) -> Tensor:
        """The whole latent, differentiable in the movable rows."""
        return self.fixed.index_copy(0, torch.tensor(self.movable).to(self.w.device), self.w)

    def loss(self) -> Tensor:
        """Equation 1."""
        size = (self.generator.width, self.generator.height)
        targets = [point.target for point in self.points]
        discs = [disc(p, self.r1, *size) for p in self.handles]
        loss = motion_supervision(self.F, self.grid, self.handles, targets, discs)
        if self.mask is not None:
            loss = loss + self.lambda_mask * mask_term(self.F, self.F0, self.grid, self.mask)
        return loss

    def gradient(self) -> Tensor:
        """The gradient of the loss with respect to the movable rows, [rows, w_dim]."""
        (gradient,) = torch.autograd.grad(self.loss(), self.w, retain_graph=True)
        return gradient

    def step(self) -> float:
        """Update the latent once, track every handle, return the loss before the update."""
        loss = self.loss()
        (gradient,) = torch.autograd.grad(loss, self.w)
        self._adam(gradient)
        self.F = self._features(self.latent())
        size = (self.generator.width, self.generator.height)
        self.handles = [
            track(self.F.detach(), self.grid, square(p, self.r2, *size), f)
            for p, f in zip(self.handles, self.firsts, strict=True)
        ]
        return float(loss.detach())

    def _features(self, latent: Tensor) -> Tensor:
        return self.generator.synthesize(latent[None], until=self.layer)[0]

    def _adam(self, gradient: Tensor) -> None:
        self.steps += 1
        self.m = 0.9 * self.m + 0.1 * gradient
        self.v = 0.999 * self.v + 0.001 * gradient**2
        m = self.m / (1 - 0.9**self.steps)
        v = self.v / (1 - 0.999**self.steps)
        self.w = (self.w - self.learning_rate * m / (v.sqrt() + 1e-8)).detach().requires_grad_()
