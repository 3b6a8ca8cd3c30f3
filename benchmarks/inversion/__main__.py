"""The command ``python -m benchmarks.inversion``, as ``make bench-inversion`` runs it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.accuracy.bench import newest_packaged
from benchmarks.inversion.bench import Bench, NotCritters, Part, Plan, inverted_by
from benchmarks.inversion.page import renew
from benchmarks.inversion.report import Report
from benchmarks.inversion.run import Run
from benchmarks.inversion.tables import tables
from benchmarks.kept import OtherRun
from benchmarks.machine import machine
from benchmarks.ruler import held_out_error
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.store import packaged_folder


def main(
    pictures: Annotated[int, typer.Option(min=0, help="Pictures to invert; 50 are all.")] = 50,
    quick: Annotated[int, typer.Option(min=0, help='Of these, by the quality "seconds".')] = 10,
    recovered: Annotated[int, typer.Option(min=0, help="Pictures of the generator's own.")] = 8,
    compared: Annotated[int, typer.Option(min=0, help="Pictures for each distance.")] = 8,
    tuned: Annotated[int, typer.Option(min=0, help="Pictures for both ways to tune.")] = 5,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all figures here.")
    ] = None,
    page: Annotated[Path | None, typer.Option(help="A page whose tables are filled.")] = None,
    model: Annotated[str, typer.Option(help="The model's name; else the newest packaged.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Its folder; else the packaged one.")] = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Processes, of one thread each; not more than idle cores.")
    ] = 1,
    progress: Annotated[
        Path | None,
        typer.Option(help="Keep finished pictures in this folder, and go on from what it holds."),
    ] = None,
    only_finished: Annotated[
        bool, typer.Option("--only-finished", help="Report what is finished, invert nothing more.")
    ] = False,
    step_limit: Annotated[
        int | None, typer.Option(min=1, help="Steps of a stage and a drag at most.")
    ] = None,
) -> None:
    """Invert pictures that the generator did not make, and measure what comes of it.

    How near W, W+ and tuning come, and how drags go on from there; whether the generator's own
    pictures are recovered; what each distance gives; low-rank tuning beside that of all weights.
    """
    torch.set_num_threads(1)
    plan = Plan(model or newest_packaged(), folder or packaged_folder(), step_limit)
    amounts: dict[Part, int] = {
        "stages": pictures,
        "recovery": recovered,
        "distances": compared,
        "tuning": tuned,
        "seconds": quick,
    }
    console = Console()
    try:
        report = measured(plan, amounts, 0 if only_finished else jobs, progress, console)
    except (NotCritters, OtherRun, LibraryError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    for table in tables(report):
        console.print(table)
    console.print(report.measured_on)
    if json_file is not None:
        report.write(json_file)
    if page is not None:
        renew(page, report)


def measured(
    plan: Plan, amounts: Mapping[Part, int], jobs: int, kept: Path | None, console: Console
) -> Report:
    """Measure so many pictures of each part in ``jobs`` processes, and put together what was found.

    With 0 jobs nothing is measured: what is ``kept`` is put together.

    Raises NotCritters, OtherRun or LibraryError for what is not there or does not fit.
    """
    bench = Bench(plan)
    run = Run(bench, amounts, kept)
    if jobs:
        with _bar(console) as bar:
            task = bar.add_task("inverting", total=len(run.tasks))
            run.go(jobs, lambda: bar.advance(task))
    parts = run.finished
    return Report(
        date=datetime.now(UTC).date().isoformat(),
        machine=machine(),
        model=plan.model,
        weights=bench.weights,
        engine=inverted_by(),
        distance=bench.distance,
        settings={part: repr(plan.settings(part)) for part in parts},
        floor_px=held_out_error().mean_px,
        available=bench.pictures.shares,
        parts=parts,
    )


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


if __name__ == "__main__":
    typer.run(main)
