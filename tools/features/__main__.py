"""The command ``python -m tools.features``: how the features are made, step by step."""

from pathlib import Path
from typing import Annotated

import platformdirs
import torch
import typer

from tools.features.judging import judge as judge_distances
from tools.features.pictures import draw_pictures
from tools.features.training import BATCH, STEPS, calibrate, resume
from tools.features.training import train as run_training
from tools.features.writing import sheet, write_weights

CACHE = Path(platformdirs.user_cache_dir("tugline-train")) / "features"
WALKS, LEAVES = 200, 300
HELD_OUT_WALKS, HELD_OUT_LEAVES = 40, 60

app = typer.Typer(
    help=(
        "Make the features by which inversion tells how alike two pictures look.\n\n"
        "In this order: look (at what is learned from), train (forty minutes on one core; stop it "
        "with Ctrl+C and start it again, it goes on from its checkpoint), export, judge (print the "
        "table)."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CacheOption = Annotated[
    Path, typer.Option("--cache", help="Folder of the checkpoint; outside the checkout.")
]
PhotographsOption = Annotated[
    Path | None,
    typer.Option(
        "--photographs",
        help="A wheel of scikit-image (pip download --no-deps scikit-image==0.26.0).",
        dir_okay=False,
        exists=True,
    ),
]


@app.command()
def look(
    out: Annotated[Path, typer.Argument(help="The picture file to write.")],
    photographs: PhotographsOption = None,
) -> None:
    """Draw triplets: pictures, below each a distortion, below that one which is farther off."""
    pictures = draw_pictures(12, 24, photographs, held_out=True)
    sheet(pictures, columns=16).save(out)


@app.command()
def train(
    cache: CacheOption = CACHE,
    photographs: PhotographsOption = None,
    steps: Annotated[int, typer.Option(help=f"Optimiser steps of {BATCH} triplets.")] = STEPS,
) -> None:
    """Teach the network on one core; go on from the checkpoint where there is one."""
    torch.set_num_threads(1)
    run_training(draw_pictures(WALKS, LEAVES, photographs, held_out=False), cache, steps)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The file of weights to write, .safetensors.")],
    cache: CacheOption = CACHE,
    photographs: PhotographsOption = None,
) -> None:
    """Write the trained network's weights, scaled so that unrelated pictures are at 1."""
    network = resume(cache / "features.pt").network.requires_grad_(requires_grad=False)
    calibrate(network, draw_pictures(20, 100, photographs, held_out=False))
    write_weights(network, out)
    print(f"Wrote {out}: {out.stat().st_size} bytes")


@app.command()
def judge(
    weights: Annotated[Path, typer.Argument(help="The file of weights.", exists=True)],
    photographs: PhotographsOption = None,
) -> None:
    """Print how often each distance finds which of two held-out distortions is farther off."""
    torch.set_num_threads(1)
    pictures = draw_pictures(HELD_OUT_WALKS, HELD_OUT_LEAVES, photographs, held_out=True)
    print(judge_distances(pictures, weights))


if __name__ == "__main__":
    app()
