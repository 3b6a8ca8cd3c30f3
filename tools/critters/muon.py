"""Muon: steepest descent where a layer's whole matrix, not each of its numbers, is one thing.

Source: Keller Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), with
the scale of "Muon is Scalable for LLM Training" (Liu et al., 2025), section 2.2, which makes an
update as large as Adam's usually is. PyTorch's own takes matrices only; a convolution's weights
[outputs, inputs, 3, 3] count as the matrix [outputs, inputs * 9] here.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

MOMENTUM = 0.95
SCALE = 0.3
"""The update's root mean square is about so much of the learning rate."""

_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5


def orthogonalised(update: Tensor) -> Tensor:
    """The nearest matrix to ``update`` [rows, columns] whose singular values are all (about) 1.

    Five Newton-Schulz iterations in bfloat16 bring singular values to between 0.7 and 1.2.
    """
    a, b, c = _NEWTON_SCHULZ
    tall = update.shape[0] > update.shape[1]
    x = (update.T if tall else update).contiguous()
    x = (x / (x.norm() + 1e-12)).to(torch.bfloat16)
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    nearest: Tensor = (x.T if tall else x).to(update.dtype)
    return nearest


class Muon:
    """Updates weights of two dimensions or more; those without a gradient stay as they are."""

    def __init__(self, weights: Sequence[Tensor]) -> None:
        """Begin with no momentum."""
        self._weights = list(weights)
        self._momentum = [torch.zeros_like(weight) for weight in self._weights]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Make one step from the weights' gradients."""
        for weight, momentum in zip(self._weights, self._momentum, strict=True):
            if weight.grad is None:
                continue
            momentum.lerp_(weight.grad, 1 - MOMENTUM)
            update = weight.grad.lerp(momentum, MOMENTUM).flatten(1)
            size = SCALE * math.sqrt(max(update.shape))
            weight.add_(orthogonalised(update).view_as(weight), alpha=-rate * size)

    def state_dict(self) -> dict[str, Any]:
        """The momentum, as a checkpoint keeps it."""
        return {"momentum": self._momentum}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the momentum of a checkpoint."""
        with torch.no_grad():
            for mine, stored in zip(self._momentum, state["momentum"], strict=True):
                mine.copy_(stored)
