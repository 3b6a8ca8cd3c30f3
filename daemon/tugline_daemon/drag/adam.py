"""The optimiser: Adam on the movable rows of one latent.

Source: "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2015), algorithm 1 with its
constants. It is written out because its whole state is then a few tensors, which stay where they
are (see `recorded.py`), and because torch's own loads a compiler at its first step.
"""

import torch
from torch import Tensor

from .sampling import exact

_BETA1 = 0.9
_BETA2 = 0.999
_EPSILON = 1e-8


class Adam:
    """Running moments of the gradient of one tensor."""

    def __init__(self, like: Tensor) -> None:
        """Start without any momentum for a tensor of this shape."""
        self._mean = torch.zeros_like(like)
        self._power = torch.zeros_like(like)
        # What is left of the zeros that the moments began with: beta^t.
        self._unlearnt1 = torch.ones((), dtype=exact(like.device), device=like.device)
        self._unlearnt2 = torch.ones_like(self._unlearnt1)

    def update(self, values: Tensor, gradient: Tensor, learning_rate: Tensor) -> Tensor:
        """Return `values` moved by one update; they themselves stay as they are."""
        self._unlearnt1 *= _BETA1
        self._unlearnt2 *= _BETA2
        self._mean.lerp_(gradient, 1 - _BETA1)
        self._power.lerp_(gradient.square(), 1 - _BETA2)
        mean = self._mean / (1 - self._unlearnt1)
        power = self._power / (1 - self._unlearnt2)
        return values - learning_rate * mean / (power.sqrt() + _EPSILON)
