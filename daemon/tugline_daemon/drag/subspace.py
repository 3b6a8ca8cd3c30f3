"""From wishes in pixels to a movement of the latent: Gauss-Newton in the span of past gradients.

Let J be how the handles' places follow the movable rows, S the inverse of the metric that tells
which movements are short (`metric.py`). The shortest movement that fulfils wishes v is
`S J^T (J S J^T)^-1 v` (Gauss-Newton's step, of minimal length).
J itself would take a backward pass for each coordinate of each handle; but an update needs one
gradient `J^T v` anyway, and those of the last updates stay nearly true while the handles move.
Within the span of their movements `S J^T v_k` the same system is one of a few unknowns, whose
matrix holds the products of gradients that are there already (Galerkin's projection, which the
conjugate gradients solve step by step). It is damped as by Levenberg and Marquardt.
"""

from collections import deque
from dataclasses import dataclass

import torch
from torch import Tensor

from .metric import Metric

# How many gradients are kept, and how much of the largest of a matrix' diagonal damps it.
_DEPTH = 8
_DAMPING = 0.1
_TINY = 1e-12


@dataclass(frozen=True)
class Course:
    """A combination [2 * points] of the handles' coordinates, of length 1, and its gradient."""

    wish: Tensor
    gradient: Tensor


@dataclass(frozen=True)
class Hold:
    """What is to change by so much besides: a number's gradient [rows, w_dim], and the change."""

    gradient: Tensor
    change: float


class Subspace:
    """The courses that are known, and the movements in their span."""

    def __init__(self, metric: Metric) -> None:
        """Know nothing yet; `metric` says what a short movement is."""
        self._metric = metric
        self._courses: deque[Course] = deque(maxlen=_DEPTH)

    def learn(self, wishes: Tensor, gradient: Tensor) -> None:
        """Take in wishes [points, 2] and the gradient [rows, w_dim] of the places along them."""
        wish = wishes.flatten().to(gradient)
        length = wish.norm().clamp(min=_TINY)
        self._courses.append(Course(wish / length, gradient / length))

    def keep_newest(self) -> None:
        """Forget all but the last course, the only one that is of the latent as it is."""
        while len(self._courses) > 1:
            self._courses.popleft()

    def movement(self, wishes: Tensor, hold: Hold | None) -> Tensor:
        """Return the movement [rows, w_dim] that wishes [points, 2] ask for."""
        gradients = [course.gradient for course in self._courses]
        wanted = [course.wish @ wishes.flatten().to(course.wish) for course in self._courses]
        if hold is not None:
            gradients.append(hold.gradient)
            wanted.append(hold.gradient.new_tensor(hold.change))
        stacked = torch.stack(gradients)  # (courses, rows, w_dim)
        movements = self._metric.shorten(stacked)
        matrix = stacked.flatten(1) @ movements.flatten(1).T
        shares = _solve(matrix, torch.stack(wanted), len(self._courses))
        movement: Tensor = (shares[:, None, None] * movements).sum(0)
        return movement


def _solve(matrix: Tensor, wanted: Tensor, courses: int) -> Tensor:
    """Solve the damped system; what holds has a scale, and so a damping, of its own."""
    exact = matrix.cpu().double()
    scale = exact.diagonal().clone()
    scale[:courses] = scale[:courses].max()
    exact = exact + torch.diag(_DAMPING * scale + _TINY)
    shares: Tensor = torch.linalg.solve(exact, wanted.cpu().double())
    return shares.to(matrix)
