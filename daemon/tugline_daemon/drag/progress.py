"""Whether a drag comes nearer to its end, and each of its points to its target."""

from collections.abc import Mapping


class _Nearest:
    """The least of a row of distances, and for how many it has been the least."""

    def __init__(self, distance: float) -> None:
        self.distance = distance
        self.updates_since = 0

    def note(self, distance: float) -> None:
        self.updates_since += 1
        if distance < self.distance:
            self.distance = distance
            self.updates_since = 0


class Progress:
    """How near the handles came to their targets, each and on average, and when that was.

    The average decides: arrival needs the farthest handle, but on the way there one handle often
    gives way to another, and a latent that brings most of them home is better than one that
    keeps all equally far.
    """

    def __init__(self, distances: Mapping[str, float]) -> None:
        """Begin with each point's distance to its target, by id."""
        self._points = {point: _Nearest(distance) for point, distance in distances.items()}
        self._average = _Nearest(_mean(distances))

    def note(self, distances: Mapping[str, float]) -> None:
        """Take in the distances after one more update."""
        for point, distance in distances.items():
            self._points[point].note(distance)
        self._average.note(_mean(distances))

    @property
    def is_best(self) -> bool:
        """Whether the last update came nearer on average than any before it."""
        return self._average.updates_since == 0

    def updates_without(self, point: str | None = None) -> int:
        """For how many updates a point, or with None the average, has come no nearer."""
        nearest = self._average if point is None else self._points[point]
        return nearest.updates_since


def _mean(distances: Mapping[str, float]) -> float:
    return sum(distances.values()) / len(distances)
