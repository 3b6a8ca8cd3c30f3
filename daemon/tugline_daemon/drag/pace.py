"""How a drag takes a step: what a pace is to the loop."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from .legs import Leg
from .steps import Moment


@dataclass(frozen=True)
class Updated:
    """What came of an update, and the loss that it went down."""

    moment: Moment
    loss: float


class Pace(Protocol):
    """Moves one latent toward what a leg is after, an update at a time."""

    def begin(self, leg: Leg) -> None:
        """Go after another leg, from where the latent is."""

    def update(self, now: Moment) -> Updated | None:
        """Do one update from `now`, the latest moment; None if numbers are not finite."""

    def go_back(self, latent: Tensor) -> None:
        """Go on from another latent, without what led away from it."""

    def rest(self) -> None:
        """Give back memory until the next update."""

    @property
    def is_exhausted(self) -> bool:
        """Whether no further update can bring this leg's handles nearer."""
