"""The command ``python -m benchmarks.accuracy``, as ``make bench-accuracy`` runs it."""

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast, get_args

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.accuracy.bench import Bench, Plan, dragged_by, newest_packaged
from benchmarks.accuracy.errors import AccuracyError
from benchmarks.accuracy.ground import COLUMNS, Points
from benchmarks.accuracy.methods import METHODS, MethodName
from benchmarks.accuracy.report import Report, markdown, notes, tables
from benchmarks.accuracy.run import Run
from benchmarks.accuracy.summary import rows
from benchmarks.accuracy.trial import Facts, Trial
from benchmarks.kept import OtherRun
from benchmarks.machine import machine
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.store import packaged_folder

FIRST_SEED = 40_000_000


def main(
    pairs: Annotated[int, typer.Option(min=1, help="Pairs; 200 for a table to publish.")] = 16,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all figures here.")
    ] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Write the table here, for a document.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model's name; else the newest packaged.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Its folder; else the packaged one.")] = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Processes, of one thread each; not more than idle cores.")
    ] = 1,
    progress: Annotated[
        Path | None,
        typer.Option(help="Keep finished drags in this folder, and go on from what it holds."),
    ] = None,
    step_limit: Annotated[int, typer.Option(min=1, help="Steps of a drag at most.")] = 300,
    points: Annotated[str, typer.Option(help="Columns, by commas.")] = ",".join(COLUMNS),
    methods: Annotated[str, typer.Option(help="Who drags, by commas.")] = ",".join(METHODS),
    oracle_pairs: Annotated[
        int | None,
        typer.Option(min=1, help="Pairs for the oracles, which take most of the time; else all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The first pair's seed.")] = FIRST_SEED,
) -> None:
    """Drag landmarks of one picture to where they are in another, and measure how near they come.

    For pairs of pictures: the paper's Table 1 for the engine, its oracle and no edit at all.
    """
    torch.set_num_threads(1)
    plan = Plan(
        model=model or newest_packaged(),
        folder=folder or packaged_folder(),
        step_limit=step_limit,
        columns=_columns(points),
    )
    names = _methods(methods)
    console = Console()
    try:
        report = measured(plan, names, pairs, oracle_pairs, seed, jobs, progress, console)
    except (AccuracyError, OtherRun, LibraryError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    for table in tables(report):
        console.print(table)
    for note in notes(report):
        console.print(note)
    if json_file is not None:
        text = json.dumps(report.as_json(), indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
    if markdown_file is not None:
        markdown_file.write_text(markdown(report), encoding="utf-8")


def measured(
    plan: Plan,
    names: Sequence[MethodName],
    pairs: int,
    oracle_pairs: int | None,
    first_seed: int,
    jobs: int,
    kept: Path | None,
    console: Console,
) -> Report:
    """Find the pairs, let the methods drag them, and sum up.

    Raises AccuracyError, OtherRun or LibraryError for what is not there or does not fit.
    """
    bench = Bench(plan)
    with _bar(console) as bar:
        found = bench.pairs(first_seed, pairs)
        known = list(bar.track(found, pairs, description="finding pairs"))
        seeds = [pair.seed for pair in known]
        of_oracles = seeds[:oracle_pairs]
        shares = {name: of_oracles if name.startswith("oracle") else seeds for name in names}
        run = Run(bench, shares, kept)
        task = bar.add_task("dragging", total=len(run.tasks))
        trials = run.trials(jobs, lambda: bar.advance(task))
    return summed_up(bench, first_seed, known, trials, jobs)


def summed_up(
    bench: Bench, first_seed: int, pairs: Sequence[Facts], trials: Sequence[Trial], jobs: int
) -> Report:
    """Put together what was found and what it was found with."""
    drifts = [pair.goal_drift for pair in pairs if pair.goal_drift is not None]
    return Report(
        model=bench.plan.model,
        weights=bench.weights,
        resolution=bench.generator.width,
        pairs=len(pairs),
        first_seed=first_seed,
        seeds=tuple(pair.seed for pair in pairs),
        ground=bench.ground.description,
        floor_px=round(bench.ground.floor_px, 3),
        goal_drift=round(statistics.fmean(drifts), 3) if drifts else None,
        step_limit=bench.plan.step_limit,
        machine={**machine(), "jobs": jobs},
        engine=dragged_by("tugline"),
        rows=tuple(rows(pairs, trials)),
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


def _columns(by_commas: str) -> tuple[Points, ...]:
    names = by_commas.split(",")
    _check(names, get_args(Points), "--points")
    return cast(tuple[Points, ...], tuple(names))


def _methods(by_commas: str) -> tuple[MethodName, ...]:
    names = by_commas.split(",")
    _check(names, get_args(MethodName), "--methods")
    return cast(tuple[MethodName, ...], tuple(names))


def _check(names: Sequence[str], known: Sequence[str], option: str) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise typer.BadParameter(f"{option} knows no {unknown[0]!r}; it knows {', '.join(known)}.")


if __name__ == "__main__":
    typer.run(main)
