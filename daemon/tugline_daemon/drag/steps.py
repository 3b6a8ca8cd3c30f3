"""What a drag says after each update."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from .points import PointState, Position

EndReason = Literal["arrived", "step_limit", "stuck", "stopped", "diverged"]


@dataclass(frozen=True)
class DragStep:
    """The state after an update: a latent, and where the handles are in *its* picture.

    `number` counts updates from 1; 0 is a drag that ended before its first. `latent`
    [num_ws, w_dim] is a copy on the network's device. `loss` is what the update went down, 0 before
    the first: equation 1 in the paper's pace, the mean distance in pixels in the adaptive one.
    `ended` is None until the last step. "arrived" holds the latent of that moment, every other
    reason the best one: that whose handles are nearest to their targets on average, the earlier of
    equal ones; of a held drag that has arrived that is the one of its arrival.
    """

    number: int
    latent: Tensor
    points: tuple[PointState, ...]
    loss: float
    ended: EndReason | None


@dataclass(frozen=True)
class Moment:
    """A latent [num_ws, w_dim], and where the handles are in its picture, by id.

    `unlikeness` says how unlike its first feature each place is.
    """

    latent: Tensor
    handles: Mapping[str, Position]
    unlikeness: Mapping[str, float]
