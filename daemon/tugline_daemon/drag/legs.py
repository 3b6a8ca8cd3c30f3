"""What a drag is after from one retarget to the next."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from .points import DragPoint, Position
from .settings import Resolved


@dataclass(frozen=True)
class Leg:
    """Points, settings, and what stays; `width` and `height` of the picture in pixels.

    `stays` is what each place weighs in what holds the rest still (see `supervision.stays`), None
    where nothing does.
    """

    points: tuple[DragPoint, ...]
    settings: Resolved
    stays: Tensor | None
    width: int
    height: int

    def distances(self, handles: Mapping[str, Position]) -> dict[str, float]:
        """How far each handle is from its target, by id."""
        return {p.id: math.dist(handles[p.id], p.target) for p in self.points}
