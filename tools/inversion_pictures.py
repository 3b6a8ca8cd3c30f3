"""The pictures of docs/inversion.md: animals that the model never saw, inverted and then dragged.

``.venv/bin/python -m tools.inversion_pictures docs/pictures/inversion`` draws them by the renderer
that the default model learned from, twice as large as the model's pictures, and hands them to the
command line. Nobody picked them: their poses and pulls are those of the gallery's first scene.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console

from tools.critters.renderer import render
from tools.gallery.running import CommandLine, as_typed, command_line
from tools.gallery.scenes import SCENES, Drag, choose, z_of
from tools.gallery.sheets import save, strip
from tugline_daemon.cli.drawing import draw_pulls
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.settings import Settings

LARGER = 2
STROKE = 2.0


def photo_of(drag: Drag, side: int) -> Image.Image:
    """Draw the animal of a drag as it is before, ``side`` pixels wide."""
    pictures, _ = render(z_of(drag.seed), side)
    values = np.clip(np.moveaxis(pictures[0], 0, -1) * 127.5 + 127.5, 0, 255)
    return Image.fromarray(np.round(values).astype(np.uint8))


def shown(line: CommandLine, photo: Path, drag: Drag) -> list[Image.Image]:
    """Invert and drag ``photo``; return it, what the model draws, the arrows, and what came."""
    inverting = ["invert", str(photo.absolute()), "--quality", "best", "--out", "found.safetensors"]
    dragging = ["drag", "--latent", "found.safetensors"]
    for pull in drag.pulls:
        (x, y), (to_x, to_y) = pull.handle, pull.target
        dragging += ["--point", f"{x:g},{y:g}:{to_x:g},{to_y:g}"]
    _told(line, inverting)
    drawn = line.picture("render", "found.safetensors")
    _told(line, dragging)
    after = line.picture(*dragging)
    with Image.open(photo) as picture:
        return [picture.copy(), drawn, draw_pulls(drawn, drag.pulls, stroke=STROKE), after]


def _told(line: CommandLine, arguments: list[str]) -> None:
    """Run a command and print what it reports."""
    report: dict[str, Any] = json.loads(line.run(*arguments, "--json"))
    Console(stderr=True).print(as_typed(arguments), report)


def main(folder: Path) -> None:
    """Write ``photo-1.png`` and so on, and ``turned.jpg``, which shows what comes of them."""
    folder.mkdir(parents=True, exist_ok=True)
    card = Store([packaged_folder()]).find(Settings().model).card
    rows = []
    with command_line(card.name) as line:
        for number, drag in enumerate(choose(card.width)[SCENES[0].name], 1):
            photo = folder / f"photo-{number}.png"
            photo_of(drag, LARGER * card.width).save(photo, optimize=True)
            rows.append(shown(line, photo, drag))
    save(strip(rows), folder, "turned")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
