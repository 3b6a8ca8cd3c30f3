"""The optimiser: Adam on the movable rows of one latent.

Source: "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2015), algorithm 1 with its
constants. It is written out because its whole state is then two tensors and a count, which a drag
can drop, keep or copy, and because torch's own loads a compiler at its first step.
"""

import torch
from torch import Tensor

_BETA1 = 0.9
_BETA2 = 0.999
_EPSILON = 1e-8


class Adam:
    """Running moments of the gradient of one tensor."""

    def __init__(self, like: Tensor) -> None:
        """Start without any momentum for a tensor of this shape."""
        self._mean = torch.zeros_like(like)
        self._power = torch.zeros_like(like)
        self._updates = 0

    def update(self, values: Tensor, gradient: Tensor, learning_rate: float) -> Tensor:
        """Return `values` moved by one update; they themselves stay as they are."""
        self._updates += 1
        self._mean = torch.lerp(gradient, self._mean, _BETA1)
        self._power = torch.lerp(gradient.square(), self._power, _BETA2)
        mean = self._mean / (1 - _BETA1**self._updates)
        power = self._power / (1 - _BETA2**self._updates)
        return values - learning_rate * mean / (power.sqrt() + _EPSILON)
