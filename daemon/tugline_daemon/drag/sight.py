"""What a drag sees of its latent: the features, the handles in them, and what strayed."""

import math
from collections.abc import Mapping

from torch import Tensor

from .descent import Descent
from .firsts import FirstPictures
from .legs import Leg
from .points import Position
from .steps import Moment
from .supervision import restrain
from .tracking import Tracker


class Sight:
    """The features of a latent, looked at by a tracker and beside the first picture's."""

    def __init__(self, descent: Descent, firsts: FirstPictures, tracker: Tracker) -> None:
        """Look at nothing yet."""
        self._descent = descent
        self._firsts = firsts
        self._tracker = tracker

    def prepare(self, leg: Leg, handles: Mapping[str, Position]) -> None:
        """Look where the handles are and may be after the latent's next movement.

        The first pictures are looked at too, where that is still to be done.
        """
        places = [handles[point.id] for point in leg.points] if leg.stays is None else None
        grid = self._descent.whole_grid
        cell = max(grid.cell_width, grid.cell_height)
        # Supervision looks a pixel beyond the disc around a handle, motion half a cell.
        near = leg.settings.r1 + max(1.0, cell / 2)
        self._descent.see(places, near, leg.settings.r2 + near)
        self._firsts.of(leg.points)

    def find(self, leg: Leg, handles: Mapping[str, Position]) -> Moment | None:
        """Find the handles again, from where they were; None if numbers are not finite."""
        matches = self._tracker(
            self._descent.features().detach(),
            self._descent.grid,
            leg.squares(handles),
            self._firsts.of(leg.points),
        )
        if not all(math.isfinite(match.unlikeness) for match in matches):
            return None
        found = {point.id: match for point, match in zip(leg.points, matches, strict=True)}
        return Moment(
            self._descent.latent(),
            {point_id: match.position for point_id, match in found.items()},
            {point_id: match.unlikeness for point_id, match in found.items()},
        )

    def strayed(self, leg: Leg) -> Tensor | None:
        """How far what is to stay has changed: the mask's term of equation 1, without lambda."""
        if leg.stays is None:
            return None
        features = self._descent.features()
        weights = leg.stays.to(features)
        return restrain(features, self._firsts.of_mask(), self._descent.grid, weights)
