"""The command ``python -m tools.gallery``: pictures and page, made anew."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.gallery.latents import mixing, truncation, walk
from tools.gallery.page import page
from tools.gallery.running import command_line
from tools.gallery.scenes import SCENES, choose
from tools.gallery.sheets import examples, keep_masks, save, strip
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.settings import read_settings


def main(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")],
    target: Annotated[Path, typer.Option("--page", help="The page that shows them.")] = Path(
        "docs/gallery.md"
    ),
    model: Annotated[
        str | None, typer.Option(help="A model of critters; without it, that of the settings.")
    ] = None,
) -> None:
    """Drag, mix and truncate, and write the gallery's pictures and its page."""
    settings = read_settings({"model": model})
    found = Store([packaged_folder(), settings.models_folder]).find(settings.model)
    card, console = found.card, Console(stderr=True)
    chosen = choose(card.width)
    with command_line(card.name) as line:
        drags = []
        for scene in SCENES:
            drags.append([line.drag(drag) for drag in chosen[scene.name]])
            save(strip(examples(drags[-1])), folder, scene.name)
            keep_masks(drags[-1], folder)
            console.print(f"{scene.name}: {', '.join(one.ended for one in drags[-1])}")
        strips = [truncation(line), mixing(line, card), walk(line, card)]
        for one in strips:
            save(strip(one.groups), folder, one.name)
    target.write_text(page(card.name, folder, target, drags, strips), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
