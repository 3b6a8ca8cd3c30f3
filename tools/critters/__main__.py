"""The command ``python -m tools.critters``: how the default model is made, step by step."""

from pathlib import Path
from typing import Annotated

import platformdirs
import torch
import typer

from tools.critters.export import export as export_model
from tools.critters.grid import comparison, generated, sheet
from tools.critters.parameters import draw_z
from tools.critters.pictures import drawn
from tools.critters.recipe import DRAG, HELD_OUT_SEED, NAME, RESOLUTION, THUMBNAIL_SEED
from tools.critters.renderer import render as render_pictures
from tools.critters.train import psnr, resume
from tools.critters.train import train as run_training

CACHE = Path(platformdirs.user_cache_dir("tugline-train"))

app = typer.Typer(
    help=(
        "Make critters, the default model. A procedural renderer draws cartoon animals from a "
        "vector z; a StyleGAN2 learns to draw the same from the same z.\n\n"
        "In this order: render (look at what is to be learned), train (hours; stop it with Ctrl+C "
        "and start it again, it goes on from its checkpoint), grid (look at what was learned), "
        "score, export (write the model's files)."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CacheOption = Annotated[
    Path, typer.Option("--cache", help="Folder of the checkpoint; outside the checkout.")
]
SeedOption = Annotated[int, typer.Option(help="Which stream of random critters.")]
OutArgument = Annotated[Path, typer.Argument(help="The picture file to write.")]


@app.command()
def render(
    out: OutArgument,
    count: Annotated[int, typer.Option(help="How many critters.")] = 64,
    seed: SeedOption = HELD_OUT_SEED,
    resolution: Annotated[int, typer.Option(help="Side of each picture in pixels.")] = RESOLUTION,
    columns: Annotated[int, typer.Option(help="Critters in a row.")] = 8,
) -> None:
    """Draw critters with the procedural renderer: what the model is to learn."""
    pictures, _ = render_pictures(draw_z(count, seed), resolution)
    sheet(torch.from_numpy(pictures), columns).save(out)


@app.command()
def train(
    cache: CacheOption = CACHE,
    minutes: Annotated[
        float, typer.Option(help="Stop after so many minutes; the checkpoint stays.")
    ] = float("inf"),
    threads: Annotated[
        int, typer.Option(help="Threads of torch. More than the idle cores make it slower.")
    ] = 1,
) -> None:
    """Train by the schedule in recipe.py, from the checkpoint if there is one.

    Prints one line a minute (PSNR in dB of 64 held-out critters) and writes sample.png beside the
    checkpoint: drawn above, generated below.
    """
    torch.set_num_threads(threads)
    try:
        run_training(cache, minutes * 60)
    except KeyboardInterrupt:
        print("Stopped; the checkpoint is at most a minute old. The same command goes on from it.")


@app.command()
def grid(
    out: OutArgument,
    cache: CacheOption = CACHE,
    count: Annotated[int, typer.Option(help="How many critters.")] = 64,
    seed: SeedOption = HELD_OUT_SEED,
    psi: Annotated[float, typer.Option(help="truncation_psi.")] = 1.0,
    compare: Annotated[
        bool, typer.Option(help="Show 32 of them, each below what the renderer draws.")
    ] = False,
) -> None:
    """Generate unpicked critters with the checkpoint's averaged weights."""
    network = resume(cache / "checkpoint.pt").average
    if compare:
        comparison(network, drawn(draw_z(32, seed)), RESOLUTION).save(out)
    else:
        sheet(generated(network, draw_z(count, seed), psi), 8).save(out)


@app.command()
def score(
    cache: CacheOption = CACHE,
    count: Annotated[int, typer.Option(help="How many held-out critters.")] = 256,
) -> None:
    """Print the PSNR against the renderer on held-out critters: median and 5th percentile."""
    network = resume(cache / "checkpoint.pt").average
    values = torch.cat(
        [
            psnr(network, drawn(draw_z(16, HELD_OUT_SEED + 1 + start)), RESOLUTION)
            for start in range(0, count, 16)
        ]
    )
    low, middle = torch.quantile(values, torch.tensor([0.05, 0.5])).tolist()
    print(f"{count} held-out critters: median {middle:.2f} dB, 5th percentile {low:.2f} dB")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder for weights, card and thumbnail.")],
    cache: CacheOption = CACHE,
    name: Annotated[str, typer.Option(help="A released name is never used again.")] = NAME,
    thumbnail_seed: Annotated[int, typer.Option(help="Whose picture.")] = THUMBNAIL_SEED,
) -> None:
    """Write the checkpoint's averaged weights as a model that Tugline can load."""
    network = resume(cache / "checkpoint.pt").average
    card = export_model(network, folder, name=name, drag=DRAG, thumbnail_seed=thumbnail_seed)
    print(f"{card.name} {card.weights}")


if __name__ == "__main__":
    app()
