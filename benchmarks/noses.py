"""Noses pulled in six directions: which layer and learning rate a model of critters is dragged by.

``python -m benchmarks.noses``. The renderer knows where each nose is; the network drew the same
critter from the same z.
"""

import itertools
import json
import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.table import Table
from torch import Tensor

from tools.critters.landmarks import Landmark, landmarks
from tools.critters.parameters import draw_z
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.generator import Generator
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store, packaged_folder

Row = dict[str, Any]
Place = tuple[float, float]

DIRECTIONS = 6
SEED = 20_000


def rows(
    generator: Generator,
    layers: Sequence[str],
    rates: Sequence[float],
    movable: Sequence[int],
    critters: int,
    distance: float,
) -> Iterator[Row]:
    """Yield a row for each layer, rate and number of movable rows; ``distance`` in image pixels."""
    z = draw_z(critters, SEED)
    with torch.no_grad():
        latents = generator.map(torch.from_numpy(z))
    noses = landmarks(z, generator.width).points[:, Landmark.NOSE_TIP]
    places = [(float(x), float(y)) for x, y in noses]
    for layer, rate, count in itertools.product(layers, rates, movable):
        settings = DragSettings(
            feature_layer=layer,
            learning_rate=rate,
            movable_rows=tuple(range(count)),
            pace="paper",
        )
        ends = [
            pull(generator, latent, nose, target, settings)
            for latent, nose in zip(latents, places, strict=True)
            for target in around(nose, distance, generator)
        ]
        arrived = [end.number for end in ends if end.ended == "arrived"]
        yield {
            "case": "noses",
            "layer": layer,
            "learning_rate": rate,
            "movable_rows": count,
            "drags": len(ends),
            "arrived": len(arrived),
            "steps": statistics.median(arrived) if arrived else None,
            "distance_left": statistics.mean(end.points[0].distance for end in ends),
            "lost": sum(end.points[0].state == "lost" for end in ends),
        }


def around(place: Place, distance: float, generator: Generator) -> Iterator[Place]:
    """Yield the targets in all directions, kept inside the picture."""
    for direction in range(DIRECTIONS):
        angle = direction * 2 * math.pi / DIRECTIONS
        x, y = place[0] + distance * math.cos(angle), place[1] + distance * math.sin(angle)
        yield min(max(x, 1.0), generator.width - 1.0), min(max(y, 1.0), generator.height - 1.0)


def pull(
    generator: Generator, latent: Tensor, nose: Place, target: Place, settings: DragSettings
) -> DragStep:
    """Drag one nose to its end and return the last step."""
    *_, last = Drag(
        generator, latent, [latent], [DragPoint("nose", nose, target, nose)], None, settings
    )
    return last


def table(found: Sequence[Row], distance: float) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title=f"Noses pulled {distance:g} px in {DIRECTIONS} directions")
    for heading in ("layer", "learning rate", "rows", "arrived", "median steps", "px left", "lost"):
        result.add_column(heading, justify="right")
    for row in found:
        result.add_row(
            row["layer"],
            f"{row['learning_rate']:g}",
            f"0-{row['movable_rows'] - 1}",
            f"{row['arrived']} of {row['drags']}",
            "-" if row["steps"] is None else f"{row['steps']:g}",
            f"{row['distance_left']:.2f}",
            str(row["lost"]),
        )
    return result


def main(
    model: Annotated[str, typer.Option(help="The model's name.")] = "critters-2",
    folder: Annotated[Path | None, typer.Option(help="Its folder; else the packaged one.")] = None,
    layers: Annotated[str, typer.Option(help="Feature layers, by commas.")] = "b32,b64",
    rates: Annotated[str, typer.Option(help="Learning rates, by commas.")] = "2e-2,4e-2",
    movable: Annotated[str, typer.Option(help="How many rows may move, by commas.")] = "4,6",
    critters: Annotated[int, typer.Option(min=1, help="How many critters.")] = 2,
    distance: Annotated[float, typer.Option(help="How far, in image pixels.")] = 20.0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Pull noses and count which arrive, by feature layer and learning rate."""
    try:
        found_model = Store([folder or packaged_folder()]).find(model)
        generator = load_model(found_model, torch.device("cpu"))
    except LibraryError as error:
        raise typer.BadParameter(str(error)) from error
    numbers = [float(rate) for rate in rates.split(",")]
    counts = [int(count) for count in movable.split(",")]
    found = list(rows(generator, layers.split(","), numbers, counts, critters, distance))
    Console().print(table(found, distance))
    if json_file is not None:
        json_file.write_text(json.dumps({"rows": found}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
