"""The paper's pace: one step of Adam down equation 1 of "Drag Your GAN", then equation 2."""

import math

import torch
from torch import Tensor

from .adam import Adam
from .descent import Descent
from .legs import Leg
from .pace import Updated
from .sampling import disc
from .sight import Sight
from .steps import Moment
from .supervision import pull, unit_step


class PaperPace:
    """Equation 1 to the letter.

    Adam's moments stay over a retarget: they are the scale of the gradient, which a new target
    hardly changes, and a moving hand retargets faster than they could be learnt anew; a direction
    that no longer holds is forgotten within some ten updates.

    With `directions` [k, w_dim], orthonormal rows, each movable row moves along these alone.
    """

    is_exhausted = False

    def __init__(self, descent: Descent, sight: Sight, directions: Tensor | None) -> None:
        """Begin without momentum."""
        self._descent = descent
        self._sight = sight
        self._directions = directions
        self._adam = Adam(descent.rows)

    def begin(self, leg: Leg) -> None:
        """Go after another leg, from where the latent is."""
        self._leg = leg

    def update(self, now: Moment) -> Updated | None:
        """Take Adam's step, and find the handles again."""
        self._sight.prepare(self._leg, now.handles)
        with torch.enable_grad():
            loss = self._equation_1(now)
        before = self._descent.rows
        gradient = self._descent.gradient(loss)
        rows = self._adam.update(before, gradient, self._leg.settings.learning_rate)
        if self._directions is not None:
            rows = before + (rows - before) @ self._directions.T @ self._directions
        if not (math.isfinite(loss.item()) and bool(rows.isfinite().all())):
            return None
        self._descent.move(rows)
        moment = self._sight.find(self._leg, now.handles)
        return None if moment is None else Updated(moment, loss.item())

    def go_back(self, latent: Tensor) -> None:
        """Go on from another latent, without momentum."""
        self._descent.go_to(latent)
        self._adam = Adam(self._descent.rows)

    def rest(self) -> None:
        """Give back memory until the next update."""
        self._descent.rest()

    def _equation_1(self, now: Moment) -> Tensor:
        leg = self._leg
        r1, handles = leg.settings.r1, now.handles
        loss = pull(
            self._descent.features(),
            self._descent.grid,
            [disc(handles[p.id], r1, leg.width, leg.height) for p in leg.points],
            [unit_step(handles[p.id], p.target) for p in leg.points],
        )
        strayed = self._sight.strayed(leg)
        return loss if strayed is None else loss + leg.settings.lambda_mask * strayed
