"""What movements of the latent are short against: the spread of W, and what a mask holds."""

from collections import deque

import torch
from torch import Tensor

# Glances at random and glances at changes that are kept, the latest ones.
_MOST = 96
_CHANGES = 8
# How far changes are told apart that look alike.
_RIDGE = 0.1
# How firm glances at changes are at most. A change was seen over a whole movement: held any firmer,
# what is not straight on the way would close directions that change nothing.
_FIRMEST = 70.0
_TINY = 1e-12


class Metric:
    """Measures movements [rows, w_dim] of the latent by `S^-1 + f / m (G^T G / n + H^T C^-1 H)`.

    S is the spread of W. The n rows of G are glances at random: gradients of combinations, by
    noise of variance 1, of what a mask holds. `G^T G / n` estimates `J^T J`, J being how that
    follows the latent. The rows of H are glances at changes c of length 1, C their inner products:
    `H^T C^-1 H` is exactly what J^T J is as far as J leads to these.
    m is the mean of `g^T S g` over the rows of G, so that the firmness f has no unit: with 1, what
    is held adds to a squared length as much on average as W's own variety has it already.
    """

    def __init__(self, spread: Tensor) -> None:
        """Measure by the spread of W [w_dim, w_dim] alone."""
        self._spread = spread
        self.forget()

    def forget(self) -> None:
        """Measure by the spread of W alone again."""
        self._firmness = 0.0
        self._glances: Tensor | None = None
        self._watched: deque[tuple[Tensor, Tensor]] = deque(maxlen=_CHANGES)
        self._inverse: Tensor | None = None  # made when it is needed

    def hold(self, glances: Tensor, firmness: float) -> None:
        """Take in more glances at random [n, rows, w_dim]; the firmness is that of all together."""
        if self._glances is not None:
            glances = torch.cat([self._glances, glances])[-_MOST:]
        self._glances = glances
        self._firmness = firmness
        self._inverse = None

    def watch(self, glance: Tensor, change: Tensor) -> None:
        """Take in a glance [rows, w_dim] at a change of length 1, of any shape; `hold` is first."""
        self._watched.append((glance, change.flatten()))
        self._inverse = None

    def unwatch(self) -> None:
        """Forget the changes: what was seen of them did not keep its promise."""
        self._watched.clear()
        self._inverse = None

    def shorten(self, gradients: Tensor) -> Tensor:
        """Multiply gradients [n, rows, w_dim] by the metric's inverse: the shortest ways along.

        By the identity of Sherman, Morrison and Woodbury.
        """
        movements = gradients @ self._spread
        if self._glances is None:
            return movements
        if self._inverse is None:
            self._inverse = self._invert(self._glances)
        seen = gradients.flatten(1) @ self._spread_glances.T
        held: Tensor = seen @ self._inverse @ self._spread_glances
        return movements - held.view_as(movements)

    def _invert(self, glances: Tensor) -> Tensor:
        """Return `(B S B^T + m / f D)^-1`; B are all glances, D what they count by: n and C."""
        count, watched = len(glances), len(self._watched)
        alike = count * torch.eye(count + watched, dtype=torch.float64)
        if watched:
            changes = torch.stack([change for _, change in self._watched])
            products = (changes @ changes.T).cpu() + _RIDGE * torch.eye(watched)
            alike[count:, count:] = max(1.0, self._firmness / _FIRMEST) * products
            glances = torch.cat([glances, torch.stack([glance for glance, _ in self._watched])])
        self._spread_glances = (glances @ self._spread).flatten(1)
        seen = (glances.flatten(1) @ self._spread_glances.T).cpu().double()
        mean = seen.diagonal()[:count].mean()
        held = seen + mean / self._firmness * alike + _TINY * torch.eye(len(seen))
        inverse: Tensor = torch.linalg.inv(held)
        return inverse.to(glances)
