"""Several distances as one."""

from collections.abc import Sequence

import torch
from torch import Tensor

from tugline_daemon.inversion.distance import DistanceTo, PerceptualDistance


class JoinedDistance(PerceptualDistance):
    """The sum of distances, each times a weight."""

    def __init__(self, parts: Sequence[tuple[float, PerceptualDistance]]) -> None:
        """Join `parts`: weights and distances, at least one."""
        self._parts = tuple(parts)
        self.name = " + ".join(part.name for _, part in self._parts)

    def to(self, picture: Tensor, weight: Tensor) -> "JoinedTo":
        """Prepare the distance to `picture`; raises InversionError where the two do not fit."""
        return JoinedTo([(share, part.to(picture, weight)) for share, part in self._parts])


class JoinedTo(DistanceTo):
    """The distance to one picture."""

    def __init__(self, parts: Sequence[tuple[float, DistanceTo]]) -> None:
        self._parts = tuple(parts)

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, H, W]."""
        return torch.stack([share * part(pictures) for share, part in self._parts]).sum(0)
