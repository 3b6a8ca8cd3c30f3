"""The tables of ``make bench``, by the names that ``--only`` knows."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from rich.table import Table

from benchmarks import drags, frame, limits, memory, step
from benchmarks.report import Row


class Part(StrEnum):
    """One table."""

    LIMITS = "limits"
    STEP = "step"
    DRAG = "drag"
    FRAME = "frame"
    MEMORY = "memory"


_TABLES: dict[Part, Callable[[Sequence[Row]], Table]] = {
    Part.LIMITS: limits.table,
    Part.STEP: step.table,
    Part.DRAG: drags.table,
    Part.FRAME: frame.table,
    Part.MEMORY: memory.table,
}


def table(part: Part, rows: Sequence[Row]) -> Table:
    """Lay the rows of a part out for a terminal."""
    return _TABLES[part](rows)
