"""The distances that inversion is tried with: from squared differences alone to LPIPS."""

import hashlib

from torch import Tensor

from tugline_daemon.inversion import DistanceTo, PerceptualDistance
from tugline_daemon.inversion.perceptual import LpipsDistance, make_distance
from tugline_daemon.library.auxiliary import auxiliary_weights


class SquaredDistance(PerceptualDistance):
    """The mean squared difference: what perceptual distances are to be better than."""

    name = "L2"

    def to(self, picture: Tensor, weight: Tensor) -> "SquaredTo":
        """Prepare the distance to `picture`."""
        return SquaredTo(picture, weight)


class SquaredTo(DistanceTo):
    """The squared difference from one picture, as much as each of its pixels counts."""

    def __init__(self, picture: Tensor, weight: Tensor) -> None:
        self._picture = picture
        self._weight = weight / weight.sum()

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, H, W]."""
        squared = (pictures - self._picture).square().mean(1)
        return (squared * self._weight).sum((1, 2))


def default_distance() -> PerceptualDistance:
    """Return what an inversion takes on this machine."""
    return make_distance(auxiliary_weights("features"), auxiliary_weights("lpips"))


def lpips_distance() -> PerceptualDistance | None:
    """Return LPIPS alone, None where its weights are not installed."""
    weights = auxiliary_weights("lpips")
    return None if weights is None else LpipsDistance(weights)


def distances() -> dict[str, PerceptualDistance]:
    """Return every distance that there are weights for, the plainest first, by what it is called.

    Where features or LPIPS are missing, their rows are.
    """
    features, lpips = auxiliary_weights("features"), auxiliary_weights("lpips")
    found = [SquaredDistance(), make_distance(None, None)]
    if features is not None:
        found.append(make_distance(features, None))
    if lpips is not None:
        found.append(make_distance(None, lpips))
    return {distance.name: distance for distance in found}


def weights_behind() -> str:
    """A hash of the weights that the distances look through, shortened."""
    seen = hashlib.sha256()
    for name in ("features", "lpips"):
        for key, weight in sorted((auxiliary_weights(name) or {}).items()):
            seen.update(key.encode())
            seen.update(weight.contiguous().numpy().tobytes())
    return seen.hexdigest()[:16]
