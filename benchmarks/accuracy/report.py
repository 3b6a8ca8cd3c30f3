"""The table, for a terminal, for a document, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table

from benchmarks.accuracy.methods import MethodName
from benchmarks.accuracy.summary import Row

PAPER: tuple[tuple[str, float, float, float], ...] = (
    ("no edit", 12.93, 11.66, 16.02),
    ("UserControllableLT", 11.64, 10.41, 10.15),
    ("with RAFT tracking", 13.43, 13.59, 15.92),
    ("with PIPs tracking", 2.98, 4.83, 5.30),
    ("DragGAN (2.0 s an edit)", 2.44, 3.18, 4.73),
)
"""Table 1 of "Drag Your GAN": mean distances for 1, 5 and 68 points of faces, 512 px pictures."""

_NEARNESS = ("points", "method", "pairs", "px", "95 %", "nearer", "steps", "passes", "s")
_QUALITY = ("points", "method", "outside", "identity", "Frechet", "oracle's end", "tuned one's")


@dataclass(frozen=True)
class Report:
    """Everything that a run found; as JSON it is what ``--json`` writes.

    Attributes:
        model: the model's name.
        weights: its hash.
        resolution: the pictures' side, pixels.
        pairs: how many.
        first_seed: where seeds count up from; those without a pair are passed over.
        seeds: the pairs' seeds.
        ground: what the pairs are.
        floor_px: the ruler's own mean error, image pixels.
        goal_drift: the identity drift that is read between the two pictures of the pairs.
        step_limit: updates that any drag may make.
        machine: what it was measured on.
        engine: a hash of the engine's sources.
        rows: the table.
    """

    model: str
    weights: str
    resolution: int
    pairs: int
    first_seed: int
    seeds: tuple[int, ...]
    ground: str
    floor_px: float
    goal_drift: float | None
    step_limit: int
    machine: dict[str, Any]
    engine: str
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


def tables(report: Report) -> tuple[Table, Table]:
    """Lay the rows out for a terminal: how near drags come, and what else they do."""
    nearness = _table(_title(report), _NEARNESS)
    quality = _table("What else drags do, and when the engine is at the oracles' end", _QUALITY)
    for row in report.rows:
        ends_column = row.method == report.rows[-1].method
        nearness.add_row(*_near_cells(row), end_section=ends_column)
        quality.add_row(*_quality_cells(row), end_section=ends_column)
    return nearness, quality


def _table(title: str, headings: Sequence[str]) -> Table:
    result = Table(title=title, box=SIMPLE_HEAD, padding=0)
    for heading in headings:
        justify: JustifyMethod = "left" if heading == "method" else "right"
        result.add_column(heading, justify=justify, no_wrap=True)
    return result


def markdown(report: Report) -> str:
    """Write the rows, what they are of, and the paper's figures as Markdown."""
    lines = [
        f"{_title(report)}. {report.ground} The ruler's own error is {report.floor_px:.2f} px.",
        "",
        *_markdown_table(_NEARNESS, [_near_cells(row) for row in report.rows]),
        "",
        *_markdown_table(_QUALITY, [_quality_cells(row) for row in report.rows]),
        "",
        *notes(report),
        "",
        "For orientation, the paper's Table 1 (faces at 512 px, its own pairs and landmarks), px:",
        "",
        *_markdown_table(
            ("method", "1 point", "5 points", "68 points"),
            [(name, *(f"{value:.2f}" for value in values)) for name, *values in PAPER],
        ),
    ]
    return "\n".join(lines) + "\n"


def notes(report: Report) -> list[str]:
    """What a reader of the table has to know, a sentence a line."""
    machine = ", ".join(f"{name} {value}" for name, value in report.machine.items() if value)
    measured = (
        f"Measured on: {machine}; engine {report.engine}, weights {report.weights[:12]}, seeds "
        f"{report.first_seed} to {report.seeds[-1]} ({_rejected(report)} gave no pair), "
        f"{report.step_limit} steps at most."
    )
    found = [measured]
    found.append(
        "End: the engine's steps until its mean distance is the oracle's last one; in brackets "
        "these steps and the generator passes as parts of those that the oracle makes."
    )
    if report.goal_drift is not None:
        found.append(
            f"Identity: the judge reads a drift of {report.goal_drift:.3f} spreads between the "
            "two pictures of a pair, which are the same critter."
        )
        found.append(
            "Frechet: from the pairs' second pictures; that of no edit is what their poses make."
        )
    return found


def _rejected(report: Report) -> int:
    return report.seeds[-1] - report.first_seed + 1 - report.pairs


def _title(report: Report) -> str:
    return f"{report.model}, {report.resolution} px: landmarks dragged in {report.pairs} pairs"


def _near_cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.points),
        row.method,
        str(row.pairs),
        f"{row.mean_distance_px:.2f}",
        f"±{(row.ci95[1] - row.ci95[0]) / 2:.2f}",
        "" if row.method == "no edit" else f"{row.nearer:.0%}",
        f"{row.steps_mean:.0f}",
        f"{row.passes_mean:.0f}",
        f"{row.seconds_mean:.2f}",
    )


def _quality_cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.points),
        row.method,
        f"{row.outside_change:.2f}",
        _number(row.identity_drift, 3),
        _number(row.frechet, 2),
        _reached(row, "oracle"),
        _reached(row, "oracle-tuned"),
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _reached(row: Row, method: MethodName) -> str:
    """When the engine is as near as a method ends: its steps, and parts of that method's own."""
    if method not in row.reaches:
        return ""
    reach = row.reaches[method]
    if reach is None:
        return "never"
    return f"{reach.steps} ({reach.of_steps:.0%}, {reach.of_passes:.0%})"


def _markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows)]
