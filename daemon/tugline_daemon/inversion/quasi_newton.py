"""L-BFGS that is asked where to look and told what was found there: one look is one step.

J. Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", Mathematics of Computation 35,
1980, in the form of algorithms 7.4 and 7.5 of Nocedal and Wright, "Numerical Optimization" (2006).
The way along a direction is shortened until the value falls enough (Armijo's rule), to the minimum
of the parabola through what is known.
"""

import math
from collections import deque
from dataclasses import dataclass

from torch import Tensor

_HISTORY = 20
# Armijo: at least this share of what the slope promises.
_ENOUGH = 1e-4
# A way that failed is shortened at least so much, and at most so much.
_SHORTEN = (0.1, 0.5)
_FAILURES = 12
# A pair teaches of curvature only where the slope has risen clearly.
_LEAST_CURVATURE = 1e-8


@dataclass(frozen=True)
class _Known:
    """A place [D], the value there, and its gradient."""

    place: Tensor
    value: float
    gradient: Tensor


class QuasiNewton:
    """Looks for the minimum of a smooth function of vectors [D].

    Whoever uses it looks at `place` and says with `tell` what is there, again and again.
    """

    def __init__(self, start: Tensor, first_length: float) -> None:
        """Begin at `start` [D]; the first movement is `first_length` long."""
        self.place = start.detach().clone()
        self._first_length = first_length
        self._now: _Known | None = None
        self._pairs: deque[tuple[Tensor, Tensor, float]] = deque(maxlen=_HISTORY)
        self._begin_again()

    def _begin_again(self) -> None:
        self._pairs.clear()
        self._failures = 0

    @property
    def is_exhausted(self) -> bool:
        """Whether no movement lowers the value, not even straight down."""
        return self._failures > _FAILURES and not self._pairs

    @property
    def has_diverged(self) -> bool:
        """Whether what was found at the start was not finite."""
        return self._now is None and self._failures > 0

    def tell(self, value: float, gradient: Tensor) -> bool:
        """Take what is at `place`: the value, and its gradient [D].

        Return whether the search goes on from there; where it does not, or where the numbers are
        not finite, it looks nearer next time.
        """
        found = _Known(self.place, value, gradient.detach().clone())
        is_finite = math.isfinite(value) and bool(gradient.isfinite().all())
        now = self._now
        if now is None:
            if not is_finite:
                self._failures += 1
                return False
            return self._go_on_from(found)
        if is_finite and value <= now.value + _ENOUGH * self._length * self._slope:
            self._learn(now, found)
            return self._go_on_from(found)
        self._look_nearer(now, value if is_finite else math.inf)
        return False

    def _go_on_from(self, found: _Known) -> bool:
        self._now = found
        self._failures = 0
        self._direct(found)
        return True

    def _learn(self, before: _Known, found: _Known) -> None:
        moved, turned = found.place - before.place, found.gradient - before.gradient
        product = float(moved @ turned)
        if product > _LEAST_CURVATURE * float(moved.norm() * turned.norm()):
            self._pairs.append((moved, turned, product))

    def _direct(self, now: _Known) -> None:
        """Choose the next direction, and how far along it to look first."""
        self._direction = -self._times_inverse_hessian(now.gradient)
        self._slope = float(self._direction @ now.gradient)
        if not self._slope < 0:
            self._pairs.clear()
            self._direction, self._slope = -now.gradient, -float(now.gradient.square().sum())
        self._length = 1.0
        if not self._pairs:
            self._length = self._first_length / max(float(now.gradient.norm()), 1e-20)
        self.place = now.place + self._length * self._direction

    def _look_nearer(self, now: _Known, value: float) -> None:
        self._failures += 1
        if self._failures > _FAILURES and self._pairs:
            self._begin_again()
            self._direct(now)
            return
        # The parabola through the value and the slope at 0 and the value here.
        rise = value - now.value - self._length * self._slope
        share = -self._length * self._slope / (2 * rise) if math.isfinite(rise) else 0.0
        low, high = _SHORTEN
        self._length *= min(max(share, low), high)
        self.place = now.place + self._length * self._direction

    def _times_inverse_hessian(self, gradient: Tensor) -> Tensor:
        """The two loops over the pairs."""
        q = gradient.clone()
        shares = []
        for moved, turned, product in reversed(self._pairs):
            share = float(moved @ q) / product
            shares.append(share)
            q -= share * turned
        if self._pairs:
            _, turned, product = self._pairs[-1]
            q *= product / float(turned.square().sum())
        for (moved, turned, product), share in zip(self._pairs, reversed(shares), strict=True):
            q += moved * (share - float(turned @ q) / product)
        return q
