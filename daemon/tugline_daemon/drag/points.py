"""Handle points: what a drag is given of them, and what it says of them after each step."""

from dataclasses import dataclass
from typing import Literal

Position = tuple[float, float]
PointStatus = Literal["moving", "reached", "stuck", "lost"]


@dataclass(frozen=True)
class DragPoint:
    """One handle and where it is to go; all positions are (x, y) in image pixels.

    `handle` is where the handle is now, `target` where it goes. `origin` is where it was in the
    picture in which it was set, whose latent is number `reference` of the references given
    with it: the features there are what tracking looks for.
    """

    id: str
    handle: Position
    target: Position
    origin: Position
    reference: int = 0


@dataclass(frozen=True)
class PointState:
    """Where a handle is after a step, and `distance`, what is left to its target, in pixels.

    `state` is "reached" within the stop distance, "stuck" when it got no nearer for many steps,
    "lost" when the nearest feature is not near, so that its place is not to be trusted, else
    "moving".
    """

    id: str
    handle: Position
    target: Position
    distance: float
    state: PointStatus
