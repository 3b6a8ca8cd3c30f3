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
from tools.critters.train import resume
from tools.critters.train import train as run_training
from tugline_daemon.generator.stylegan2 import StyleGAN2

CACHE = Path(platformdirs.user_cache_dir("tugline-train"))


def trained(cache: Path) -> StyleGAN2:
    """The averaged network of the checkpoint in ``cache``; a usage error where there is none."""
    checkpoint = cache / "checkpoint.pt"
    if not checkpoint.exists():
        raise typer.BadParameter(f"{cache} has no checkpoint.pt; train first, or name its --cache.")
    return resume(checkpoint).average


app = typer.Typer(
    help=(
        "Make critters, the default model. A procedural renderer draws cartoon animals from a "
        "vector z; a StyleGAN2 learns to draw the same from the same z.\n\n"
        "In this order: render (look at what is to be learned), train (hours; stop it with Ctrl+C "
        "and start it again, it goes on from its checkpoint), grid (look at what was learned), "
        "export (write the model's files). How good it is says `python -m benchmarks.model`."
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
    network = trained(cache)
    if compare:
        comparison(network, drawn(draw_z(32, seed)), RESOLUTION).save(out)
    else:
        sheet(generated(network, draw_z(count, seed), psi), 8).save(out)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder for weights, card and thumbnail.")],
    cache: CacheOption = CACHE,
    name: Annotated[str, typer.Option(help="A released name is never used again.")] = NAME,
    thumbnail_seed: Annotated[int, typer.Option(help="Whose picture.")] = THUMBNAIL_SEED,
) -> None:
    """Write the checkpoint's averaged weights as a model that Tugline can load."""
    network = trained(cache)
    card = export_model(network, folder, name=name, drag=DRAG, thumbnail_seed=thumbnail_seed)
    print(f"{card.name} {card.weights}")


if __name__ == "__main__":
    app()
