"""The paper's pace: one step of Adam down equation 1 of "Drag Your GAN", then equation 2."""

import math

from torch import Tensor

from .adam import Adam
from .descent import Descent
from .legs import Leg
from .pace import Updated
from .paper_step import PaperStep, StepKind
from .sight import Sight
from .steps import Moment


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
        self._step: PaperStep | None = None

    def begin(self, leg: Leg) -> None:
        """Go after another leg, from where the latent is."""
        self._leg = leg
        self._known: Moment | None = None

    def update(self, now: Moment) -> Updated | None:
        """Take Adam's step, and find the handles again."""
        leg, known = self._leg, self._known
        firsts = self._sight.prepare(leg, now.handles)
        step = self._step
        if step is None or step.kind != StepKind.of(leg, self._descent.device):
            step = self._step = PaperStep(
                leg, firsts.shape[1], self._descent, self._sight, self._adam, self._directions
            )
            known = None
        if now is not known:
            step.begin(leg, now, firsts)
        *found, (loss, finite, _) = step.take().tolist()
        moment = self._sight.moment(leg, found[: len(leg.points)])
        if moment is None or not finite or not math.isfinite(loss):
            return None
        self._known = moment
        return Updated(moment, loss)

    def go_back(self, latent: Tensor) -> None:
        """Go on from another latent, without momentum."""
        self._descent.go_to(latent)
        self._adam = Adam(self._descent.rows)
        self._step = None

    def rest(self) -> None:
        """Give back memory until the next update, but what recorded steps work on."""
        if self._step is None or not self._step.is_recorded:
            self._descent.rest()
