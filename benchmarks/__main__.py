"""The speed tables, as ``make bench [JSON=FILE]`` prints them."""

import json
import os
import platform
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console

from benchmarks import frame, step


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


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
