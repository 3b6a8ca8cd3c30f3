"""Several ways down at first, the lowest of them after that."""

from collections.abc import Sequence

from .descent import Descent, Found

TRIAL = 8
"""How many steps each way is tried for: by then what leads to a poor end is seen to."""


class LowestOf(Descent):
    """Tries each of some descents for TRIAL steps and goes on with the one that got lowest.

    From where a search begins, by little, depends whether it ends in a picture that is the same or
    in one that is a little like it.
    """

    def __init__(self, ways: Sequence[Descent]) -> None:
        """Take one way or more, the likeliest first."""
        self._ways = list(ways)
        self._lowest = [float("inf")] * len(ways)
        self._made = 0
        self._chosen = ways[0]

    @property
    def is_exhausted(self) -> bool:
        """Whether the chosen way is, once it is chosen."""
        return self.is_settled and self._chosen.is_exhausted

    @property
    def has_diverged(self) -> bool:
        """Whether the way that was last gone has."""
        return self._chosen.has_diverged

    @property
    def is_settled(self) -> bool:
        """Whether the way is chosen."""
        return self._made >= TRIAL * len(self._ways) or len(self._ways) == 1

    def step(self) -> Found:
        """Go on with the way that is tried, or that is chosen."""
        if self.is_settled:
            return self._chosen.step()
        number = self._made // TRIAL
        self._chosen = self._ways[number]
        found = self._chosen.step()
        self._lowest[number] = min(self._lowest[number], found.loss)
        self._made += 1
        if self.is_settled:
            self._chosen = self._ways[self._lowest.index(min(self._lowest))]
        return found
