"""Who comes nearer, and who is stuck."""

from collections.abc import Mapping


class Progress:
    """The nearest that each handle came to its target, and for how many updates it came no nearer.

    Tracking moves in whole pixels, so a handle that only trembles gains nothing here.
    """

    def __init__(self, distances: Mapping[str, float]) -> None:
        """Begin with each point's distance to its target, by id."""
        self._nearest = dict(distances)
        self._idle_updates = dict.fromkeys(distances, 0)

    def note(self, distances: Mapping[str, float]) -> None:
        """Take in the distances after one more update."""
        for point, distance in distances.items():
            if distance < self._nearest[point]:
                self._nearest[point] = distance
                self._idle_updates[point] = 0
            else:
                self._idle_updates[point] += 1

    def idle_updates(self, point: str) -> int:
        """For how many updates a point has come no nearer than it had been."""
        return self._idle_updates[point]
