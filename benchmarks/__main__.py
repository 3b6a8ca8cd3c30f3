"""The speed tables, as ``make bench [JSON=FILE] [PAGE=FILE]`` prints them."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks import drags, frame, limits, memory, step
from benchmarks.machine import machine
from benchmarks.page import renew
from benchmarks.parts import Part, table
from benchmarks.report import Report, Row

# What no terminal shows is so wide that no figure is cut off.
_COLUMNS_OF_A_FILE = 120
# Memory is read where Linux tells of it.
_MEASURABLE = [part for part in Part if part is not Part.MEMORY or sys.platform == "linux"]
_ALL = ",".join(_MEASURABLE)


@dataclass(frozen=True)
class Plan:
    """What is to be measured: the tables in their order, and what steps are measured of.

    Attributes:
        parts: the tables; limits come before steps.
        resolutions: sides of the pictures, pixels.
        points: how many are dragged at once.
        repeats: timed steps of the oracle; the engine makes twice as many.
        device: where networks are.
    """

    parts: Sequence[Part]
    resolutions: Sequence[int]
    points: Sequence[int]
    repeats: int
    device: torch.device


def main(
    only: Annotated[
        str, typer.Option(help="Tables, by commas; with the one of steps come limits.")
    ] = _ALL,
    resolutions: Annotated[str, typer.Option(help="Of steps, by commas.")] = "256,512,1024",
    points: Annotated[str, typer.Option(help="Of steps, by commas.")] = "1,5",
    repeats: Annotated[
        int, typer.Option(min=1, help="Timed steps of the oracle; the engine makes twice as many.")
    ] = 3,
    device: Annotated[str, typer.Option(help="cpu or cuda; else cuda where there is one.")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
    page: Annotated[
        Path | None,
        typer.Option(help="Renew this page's tables and its picture; what is not measured goes."),
    ] = None,
) -> None:
    """Measure how fast drags are here, and what the machine allows.

    Steps of engine and oracle, whole drags, a frame's way to a client, and memory.
    """
    plan = Plan(_parts(only), _numbers(resolutions), _numbers(points), repeats, _device(device))
    console = Console(width=None if sys.stdout.isatty() else _COLUMNS_OF_A_FILE)
    report = measured(plan, console)
    for part in plan.parts:
        console.print(table(part, report.of(part)))
    console.print(report.measured_on)
    if json_file is not None:
        report.write(json_file)
    if page is not None:
        renew(page, report)


def measured(plan: Plan, console: Console) -> Report:
    """Measure one table after another."""
    day, load = datetime.now(UTC).date().isoformat(), os.getloadavg()[0]
    found: list[Row] = []
    with _bar(console) as bar:
        for part in plan.parts:
            total = 2 * len(plan.resolutions) * len(plan.points) if part is Part.STEP else None
            rows = bar.track(_rows(part, plan, found), total, description=part)
            found.extend({"part": part.value, **row} for row in rows)
    return Report(day, machine(), load, tuple(found))


def _rows(part: Part, plan: Plan, found: Sequence[Row]) -> Iterator[Row]:
    """Measure a table; ``found`` are the rows of those before it."""
    match part:
        case Part.LIMITS:
            return limits.rows(plan.device)
        case Part.STEP:
            return step.rows(
                plan.resolutions,
                plan.points,
                plan.repeats,
                peak=limits.peak(found),
                device=plan.device,
            )
        case Part.DRAG:
            return drags.rows(plan.device)
        case Part.FRAME:
            return frame.rows()
        case Part.MEMORY:
            return memory.rows()


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _parts(by_commas: str) -> list[Part]:
    names = by_commas.split(",")
    unknown = [name for name in names if name not in _MEASURABLE]
    if unknown:
        raise typer.BadParameter(f"--only knows no {unknown[0]!r}; it knows {_ALL}.")
    if Part.STEP in names:
        names.append(Part.LIMITS)
    return [part for part in Part if part in names]


def _numbers(by_commas: str) -> list[int]:
    try:
        return [int(number) for number in by_commas.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"{by_commas!r} is not numbers by commas.") from error


def _device(name: str) -> torch.device:
    if name not in ("", "cpu", "cuda"):
        raise typer.BadParameter(f"--device knows no {name!r}; it knows cpu and cuda.")
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


if __name__ == "__main__":
    typer.run(main)
