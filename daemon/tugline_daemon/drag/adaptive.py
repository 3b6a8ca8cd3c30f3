"""The adaptive pace: as far at once as tracking can see, and back where that led away.

Each handle wishes to go to its target, or as far on the way there as the reach allows. The wishes
become a movement of the latent (`motion.py`, `subspace.py`) that is short against the spread of W,
so it stays among likely pictures. Where the handles are found as wished the reach grows, where not
it is halved, and where they are found clearly farther from their targets the latent goes back: a
trust region whose measure is what tracking finds.
"""

from collections.abc import Hashable
from dataclasses import replace
from statistics import fmean

import torch
from torch import Tensor

from .descent import Descent
from .glancing import Glances
from .legs import Leg
from .motion import follow
from .pace import Updated
from .sight import Sight
from .steps import Moment
from .subspace import Hold, Subspace

# The reach is halved after an update that brought the handles less than a quarter as near as it
# was to, and grows after one that brought more than half. Below the least, as a share of the
# first, nothing is seen to move.
_SHRINK = 0.5
_GROW = 1.5
_POOR = 0.25
_GOOD = 0.5
_LEAST = 0.025
# How much farther, as a share of the reach, the handles may be on average after an update that
# counts: a handle that gives way to another is often the way to where both are nearer.
_GIVE_WAY = 0.25
# How much of what has strayed outside the mask an update is to bring back, at the first reach; it
# gives way together with the wishes.
_BRING_BACK = 0.2


class AdaptivePace:
    """A few long steps, with one gradient each, and some of what the mask holds where there is one.

    The loss that an update goes down is the handles' mean distance to their targets, in pixels.
    What is known of how the handles follow the latent stays over a retarget of the same points.
    """

    _leg: Leg
    _reach: float
    _weights: Tensor | None  # what the mask holds, on the device

    def __init__(self, descent: Descent, sight: Sight, glances: Glances) -> None:
        """Know nothing yet; `glances` have the metric by which movements are short."""
        self._descent = descent
        self._sight = sight
        self._glances = glances
        self._points: tuple[Hashable, ...] = ()
        self._forget()

    def _forget(self) -> None:
        self._subspace = Subspace(self._glances.metric)
        self._hold: Hold | None = None
        self._looked = False  # whether the latent as it is has been learnt from

    def begin(self, leg: Leg) -> None:
        """Go after another leg, from where the latent is."""
        points = tuple((point.id, point.origin, point.reference) for point in leg.points)
        if points != self._points:
            self._forget()
        self._glances.begin(leg.stays, leg.settings.lambda_mask)
        self._leg, self._points = leg, points
        self._weights = None if leg.stays is None else leg.stays.to(self._descent.rows)
        self._reach = self._first_reach
        self._looked = False

    @property
    def _first_reach(self) -> float:
        grid = self._descent.whole_grid
        r2 = self._leg.settings.r2
        return min(r2, max(grid.cell_width, grid.cell_height, r2 / 2))

    @property
    def _least_reach(self) -> float:
        return _LEAST * self._first_reach

    @property
    def is_exhausted(self) -> bool:
        """Whether the reach has shrunk to nothing."""
        return self._reach < self._least_reach

    def update(self, now: Moment) -> Updated | None:
        """Try one movement; where it leads the handles away from their targets, stay at `now`."""
        wishes = self._wishes(now)
        if not self._looked:
            self._look(now, wishes)
        before = self._descent.rows
        while self._glances.wants_rehearsal:
            self._glances.rehearse(before + self._movement(wishes))
        rows = before + self._movement(wishes)
        if not bool(rows.isfinite().all()):
            return None
        self._descent.move(rows)
        found = self._sight.find(self._leg, now.handles)
        if found is None:
            return None
        left = self._left(now)
        gain = left - self._left(found)
        counts = gain > -_GIVE_WAY * self._reach
        self._change_reach(gain / float(wishes.norm(dim=1).mean()))
        if counts:
            self._reach = max(self._reach, self._least_reach)
            self._looked = False
            return Updated(found, left)
        self._descent.move(before)
        self._subspace.keep_newest()
        self._glances.metric.unwatch()
        return Updated(now, left)

    def _wishes(self, now: Moment) -> Tensor:
        """To each target, or as far toward it as the reach allows: [points, 2], in pixels."""
        ways = torch.tensor(
            [
                (p.target[0] - now.handles[p.id][0], p.target[1] - now.handles[p.id][1])
                for p in self._leg.points
            ]
        )
        lengths = ways.norm(dim=1, keepdim=True)
        wishes: Tensor = ways * (self._reach / lengths.clamp(min=self._reach))
        return wishes

    def _look(self, now: Moment, wishes: Tensor) -> None:
        """Learn how the handles follow the latent as it is, and what it has strayed."""
        self._sight.prepare(self._leg, now.handles)
        self._glances.look()
        with torch.enable_grad():
            along = follow(
                self._descent.features(),
                self._descent.grid,
                self._sight.places(self._leg, now.handles),
                wishes,
                self._leg.settings.r1,
            )
            strayed = None if self._weights is None else self._sight.strayed(self._weights)
        self._hold = None
        if strayed is not None and strayed.item() > 0:
            of_places, pulled = self._descent.gradients([along, strayed])
            self._hold = Hold(pulled, -strayed.item())
        else:
            of_places = self._descent.gradient(along)
        self._subspace.learn(wishes, of_places)
        self._looked = True

    def _movement(self, wishes: Tensor) -> Tensor:
        """Return what the wishes ask for, and that some of what has strayed comes back.

        It is less of that the shorter the wishes are.
        """
        if self._hold is None:
            return self._subspace.movement(wishes, None)
        share = _BRING_BACK * min(1.0, self._reach / self._first_reach)
        held = replace(self._hold, change=share * self._hold.change)
        return self._subspace.movement(wishes, held)

    def _change_reach(self, fulfilled: float) -> None:
        """Follow how much of the wishes came true."""
        if fulfilled < _POOR:
            self._reach *= _SHRINK
        elif fulfilled > _GOOD:
            self._reach = min(self._leg.settings.r2, self._reach * _GROW)

    def _left(self, moment: Moment) -> float:
        return fmean(self._leg.distances(moment.handles).values())

    def go_back(self, latent: Tensor) -> None:
        """Go on from another latent, and learn anew how the handles follow it."""
        self._descent.go_to(latent)
        self._forget()

    def rest(self) -> None:
        """Give back memory until the next update."""
        self._descent.rest()
        self._glances.rest()
