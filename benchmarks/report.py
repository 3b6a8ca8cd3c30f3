"""What one run of ``make bench`` found: as JSON it is what ``--json`` writes."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from rich.table import Table

Row = dict[str, Any]
"""One measurement; "case" says what of, "part" to which table it belongs."""


@dataclass(frozen=True)
class Report:
    """Every row, and what they were measured on.

    Attributes:
        date: the day, ISO 8601.
        machine: of which kind it is.
        load: processes that wanted a core when the run began; above a half others were at work.
        rows: the tables' rows one after another.
    """

    date: str
    machine: dict[str, Any]
    load: float
    rows: tuple[Row, ...]

    def of(self, part: str) -> tuple[Row, ...]:
        """The rows of one table."""
        return tuple(row for row in self.rows if row["part"] == part)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> "Report":
        """Read what :meth:`write` wrote; pydantic's ValidationError for anything else."""
        return _REPORT.validate_json(path.read_bytes())

    @property
    def measured_on(self) -> str:
        """Day, machine and load in a sentence."""
        known = ", ".join(f"{name} {value}" for name, value in self.machine.items() if value)
        return f"Measured on {self.date}: {known}; load {self.load:.1f} when the run began."


_REPORT = TypeAdapter(Report)


def markdown(table: Table) -> str:
    """Write a terminal's table as one of Markdown, its title in bold above it."""
    headings = [str(column.header) for column in table.columns]
    aligned = ["---:" if column.justify == "right" else "---" for column in table.columns]
    cells = zip(*(map(str, column.cells) for column in table.columns), strict=True)
    lines = [f"| {' | '.join(row)} |" for row in (headings, aligned, *cells)]
    return f"**{table.title}**\n\n" + "\n".join(lines)
