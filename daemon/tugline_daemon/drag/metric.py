"""What movements of the latent are short against: the spread of W, and what a mask holds."""

import torch
from torch import Tensor

# Glances that are kept, the latest ones.
_MOST = 96
_TINY = 1e-12


class Metric:
    """Measures movements [rows, w_dim] of the latent by `S^-1 + f / (n m) sum_i g_i g_i^T`.

    S is the spread of W. The n g_i are glances, gradients of random combinations of what a mask
    holds; m is the mean of `g^T S g`, so that the firmness f has no unit: with 1, what the glances
    see adds to a squared length as much on average as W's own variety has it already.
    """

    def __init__(self, spread: Tensor) -> None:
        """Measure by the spread of W [w_dim, w_dim] alone."""
        self._spread = spread
        self._glances: Tensor | None = None

    def hold(self, glances: Tensor, firmness: float) -> None:
        """Take in more glances [n, rows, w_dim]; the firmness is that of all together."""
        if self._glances is not None:
            glances = torch.cat([self._glances, glances])[-_MOST:]
        self._glances = glances
        self._spread_glances = (glances @ self._spread).flatten(1)
        seen = (glances.flatten(1) @ self._spread_glances.T).cpu().double()
        ridge = seen.diagonal().sum() / firmness + _TINY
        self._inverse = torch.linalg.inv(seen + ridge * torch.eye(len(seen))).to(glances)

    def shorten(self, gradients: Tensor) -> Tensor:
        """Multiply gradients [n, rows, w_dim] by the metric's inverse: the shortest ways along.

        By the identity of Sherman, Morrison and Woodbury.
        """
        movements = gradients @ self._spread
        if self._glances is None:
            return movements
        seen = gradients.flatten(1) @ self._spread_glances.T
        held: Tensor = seen @ self._inverse @ self._spread_glances
        return movements - held.view_as(movements)
