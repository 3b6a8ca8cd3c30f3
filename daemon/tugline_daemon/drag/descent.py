"""The latent on its way: activations with a gradient, a movement, the next activations."""

from collections.abc import Sequence

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

from .errors import InvalidDragError


class Descent:
    """One latent [num_ws, w_dim] whose movable rows go where a pace sends them.

    The activations of a latent are computed once: tracking reads them after the update that made
    the latent, the next update goes back through them. (This is the part of a step that could
    become a captured graph: fixed shapes, no decision in between.)
    """

    def __init__(
        self, generator: Generator, layer: str, movable_rows: Sequence[int], latent: Tensor
    ) -> None:
        """Begin at `latent`; nothing is computed yet."""
        self.grid = generator.feature_grid(layer)
        self._generator = generator
        self._layer = layer
        device = next(generator.parameters()).device
        self._index = torch.tensor(list(movable_rows), device=device)
        self.device = device
        self.go_to(latent)

    def go_to(self, latent: Tensor) -> None:
        """Go on from another latent."""
        self._base = latent.detach().to(self.device, torch.float32, copy=True)
        self._rows = self._base[self._index].requires_grad_()
        self._features: Tensor | None = None

    @property
    def rows(self) -> Tensor:
        """The movable rows as they are, [rows, w_dim]."""
        return self._rows.detach()

    def move(self, rows: Tensor) -> None:
        """Put the movable rows elsewhere."""
        self._rows = rows.detach().requires_grad_()
        self._features = None

    def latent(self) -> Tensor:
        """Return a copy of the latent as it is now."""
        return self._base.index_copy(0, self._index, self.rows)

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

    def gradient(self, loss: Tensor, *, again: bool = False) -> Tensor:
        """The gradient of a number made of `features()`, [rows, w_dim].

        With `again` there can be another of the same features, else they are used up.

        Raises InvalidDragError if the features depend on no movable row.
        """
        (gradient,) = torch.autograd.grad(loss, self._rows, retain_graph=again)
        if not again:
            self._features = None
        if not bool(gradient.any()):
            self._check_rows()
        return gradient

    def _check_rows(self) -> None:
        with torch.enable_grad():
            power = self.features().square().sum()
        (gradient,) = torch.autograd.grad(power, self._rows, retain_graph=True)
        if not bool(gradient.any()):
            raise InvalidDragError(
                f"movable_rows names no row that layer {self._layer!r} reads; choose lower rows, "
                "or a later feature_layer."
            )

    def rest(self) -> None:
        """Give back the memory of the activations until they are asked for again."""
        self._features = None
