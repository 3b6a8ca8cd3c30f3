"""The latent on its way down: activations with a gradient, one update, the next activations."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

from .adam import Adam


class Descent:
    """One latent [num_ws, w_dim] whose movable rows follow the gradient of a loss of its features.

    With `directions` [k, w_dim], orthonormal rows, each movable row moves along these alone.

    The activations of a latent are computed once: tracking reads them after the update that made
    the latent, supervision goes back through them for the next one. (This is the part of a step
    that could become a captured graph: fixed shapes, no decision in between.)
    """

    def __init__(
        self,
        generator: Generator,
        layer: str,
        movable_rows: Sequence[int],
        latent: Tensor,
        directions: Tensor | None = None,
    ) -> None:
        """Begin at `latent`; nothing is computed yet."""
        self.grid = generator.feature_grid(layer)
        self._generator = generator
        self._layer = layer
        self._device = next(generator.parameters()).device
        self._index = torch.tensor(list(movable_rows), device=self._device)
        self._directions = directions
        if directions is not None:
            self._directions = directions.detach().to(self._device, torch.float32)
        self._start(latent)

    def _start(self, latent: Tensor) -> None:
        self._base = latent.detach().to(self._device, torch.float32, copy=True)
        self._rows = self._base[self._index].requires_grad_()
        self._adam = Adam(self._rows)
        self._features: Tensor | None = None

    def latent(self) -> Tensor:
        """Return a copy of the latent as it is now."""
        return self._base.index_copy(0, self._index, self._rows.detach())

    def features(self) -> Tensor:
        """Activations [C, rows, columns] of the latent as it is, with a way back to its rows."""
        if self._features is None:
            with torch.enable_grad():
                ws = self._base.index_copy(0, self._index, self._rows)
                self._features = self._generator.synthesize(ws[None], until=self._layer)[0]
        return self._features

    def features_of(self, latent: Tensor) -> Tensor:
        """Activations of another latent, without a way back."""
        latent = latent.to(self._base)
        if torch.equal(latent, self.latent()):
            return self.features().detach()
        with torch.no_grad():
            return self._generator.synthesize(latent[None], until=self._layer)[0]

    def update(self, loss: Tensor, learning_rate: float) -> bool:
        """Take one step down a loss of `features()`; False, and no step, if it is not finite."""
        (gradient,) = torch.autograd.grad(loss, self._rows)
        self._features = None
        rows = self._along(self._adam.update(self._rows.detach(), gradient, learning_rate))
        if not (math.isfinite(loss.item()) and bool(rows.isfinite().all())):
            return False
        self._rows = rows.requires_grad_()
        return True

    def _along(self, rows: Tensor) -> Tensor:
        """Take from rows [rows, w_dim] what leads off the directions."""
        if self._directions is None:
            return rows
        begun = self._rows.detach()
        return begun + (rows - begun) @ self._directions.T @ self._directions

    def go_back(self, latent: Tensor) -> None:
        """Go on from another latent, without the momentum that led away from it."""
        self._start(latent)

    def rest(self) -> None:
        """Give back the memory of the activations until they are asked for again."""
        self._features = None
