"""The lines below the history's pictures: which was pulled from which, as places for any toolkit.

Pictures stand in a row, ``column`` wide each; below them is a line for each branch, ``pitch`` high.
Places are (x, y) from the row's left edge and from the top of the lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .geometry import XY
from .view import HistoryItem

# Branches beyond share the last line.
LANES_SHOWN: Final = 4


def lane_count(items: Iterable[HistoryItem]) -> int:
    """Return how many lines there are to draw; 0 where the edit has no branches."""
    count = min(LANES_SHOWN, 1 + max((item.branch for item in items), default=0))
    return count if count > 1 else 0


@dataclass(frozen=True)
class Join:
    """The line from a picture to one that was pulled from it: down first, then along.

    It bends from ``start`` to ``turn`` (a quadratic Bezier curve, its control point is ``corner``)
    and is straight from there to ``end``. Where ``bends`` is False all of it is straight.
    """

    start: XY
    corner: XY
    turn: XY
    end: XY

    @property
    def bends(self) -> bool:
        """Whether it goes to another line."""
        return self.start[1] != self.end[1]


@dataclass(frozen=True)
class Lanes:
    """The dots and lines of ``items``, which are in the order of their making."""

    items: Sequence[HistoryItem]
    column: float
    pitch: float

    def dot(self, place: int) -> XY:
        """Return the middle of the dot of the picture at ``place``."""
        lane = min(self.items[place].branch, LANES_SHOWN - 1)
        return (place + 0.5) * self.column, (lane + 0.5) * self.pitch

    def joins(self) -> list[Join]:
        """Return a line for each picture that was pulled from another."""
        places = {item.id: place for place, item in enumerate(self.items)}
        return [
            self._join(self.dot(places[item.parent]), self.dot(place))
            for place, item in enumerate(self.items)
            if item.parent in places
        ]

    def _join(self, start: XY, end: XY) -> Join:
        return Join(start, (start[0], end[1]), (start[0] + self.column / 2, end[1]), end)
