"""The speed tables, as ``make bench [JSON=FILE]`` prints them."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import frame, step
from benchmarks.machine import machine


def main(
    repeats: Annotated[int, typer.Option(min=1, help="Timed steps; the median counts.")] = 3,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Print seconds a step of engine and oracle, and a frame's way through the socket."""
    console = Console()
    found = machine()
    console.print(", ".join(f"{name} {value}" for name, value in found.items() if value))
    frames = list(frame.rows())
    console.print(frame.table(frames))
    steps = list(step.rows(repeats=repeats))
    console.print(step.table(steps))
    if json_file is not None:
        text = json.dumps({"machine": found, "rows": [*steps, *frames]}, indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
