"""The command ``python -m benchmarks.ruler``: makes the two networks anew, and measures them."""

import json
from pathlib import Path
from typing import Annotated

import platformdirs
import torch
import typer
from rich.console import Console
from rich.table import Table
from safetensors.torch import save_file
from torch import nn

from benchmarks.ruler import figures, judge, judge_training, reading, training

CACHE = Path(platformdirs.user_cache_dir("tugline-train")) / "ruler"

app = typer.Typer(
    help="The networks that measure drags: make them anew, and measure them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CacheOption = Annotated[
    Path, typer.Option("--cache", help="Folder of the checkpoints; outside the checkout.")
]
ThreadsOption = Annotated[int, typer.Option(min=1, help="Threads of torch.")]


@app.command()
def train(cache: CacheOption = CACHE, threads: ThreadsOption = 1) -> None:
    """Teach the landmark network (half an hour on one core), keep its weights, measure it."""
    torch.set_num_threads(threads)
    _keep(training.train(cache), reading.WEIGHTS)
    reading._network.cache_clear()
    found = figures.measure()
    reading.FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@app.command()
def train_judge(cache: CacheOption = CACHE, threads: ThreadsOption = 1) -> None:
    """Teach the network that judges pictures (minutes on one core), and keep its weights."""
    torch.set_num_threads(threads)
    network, found = judge_training.train(cache)
    _keep(network, judge.WEIGHTS)
    judge.FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@app.command()
def error(
    pictures: Annotated[int, typer.Option(min=1, help="How many critters.")] = figures.PICTURES,
    seed: Annotated[int, typer.Option(help="Which stream of critters.")] = figures.SEED,
) -> None:
    """Measure how far the landmarks it finds lie from the renderer's own."""
    found = figures.measure(pictures, seed)
    table = Table(title=f"The ruler's error on {pictures} held-out critters, image pixels")
    for heading in ("landmark", "median", "mean", "95 %"):
        table.add_column(heading, justify="left" if heading == "landmark" else "right")
    for name, row in [("all", found), *found["by_landmark"].items()]:
        table.add_row(name, *(f"{row[key]:.2f}" for key in ("median_px", "mean_px", "p95_px")))
    Console().print(table)


def _keep(network: nn.Module, path: Path) -> None:
    """Write a network's weights; half precision halves the file and moves no point visibly."""
    halved = {
        name: part.half().contiguous() if part.is_floating_point() else part
        for name, part in network.state_dict().items()
    }
    save_file(halved, path)


if __name__ == "__main__":
    app()
