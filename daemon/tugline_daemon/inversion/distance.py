"""How far pictures are from one picture, as inversion minimises it: the interface."""

import abc

from torch import Tensor


class DistanceTo(abc.ABC):
    """The distance to one picture, for which what can be known beforehand is known."""

    @abc.abstractmethod
    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the distances [N] of `pictures` [N, 3, height, width], differentiable.

        Pictures have values of about -1 to 1, as a generator draws them. 0 is the same picture.
        """


class PerceptualDistance(abc.ABC):
    """A way of telling how alike pictures look."""

    name: str
    """What the tables and the log call it."""

    @abc.abstractmethod
    def to(self, picture: Tensor, weight: Tensor) -> DistanceTo:
        """Return the distance to `picture` [3, height, width], of values from -1 to 1.

        `weight` [height, width], from 0 to 1, says how much each pixel counts; what does not count
        changes nothing. Both lie on the device on which the pictures will be.
        """
