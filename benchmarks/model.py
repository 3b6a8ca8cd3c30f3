"""How well the packaged model draws what the renderer draws: ``python -m benchmarks.model``.

The same z goes to both, on critters that training never saw. Beside the pictures' likeness the
ruler looks where the landmarks are in the generated pictures; the renderer knows where they belong.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from benchmarks import ruler
from tools.critters.landmarks import landmarks
from tools.critters.parameters import Z_DIM, Floats, draw_z
from tools.critters.recipe import HELD_OUT_SEED, NAME, RESOLUTION
from tools.critters.renderer import render
from tugline_daemon.generator import Generator
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store, packaged_folder

AT_ONCE = 50
FACE_WEIGHT = 2.5
"""Pixels that the renderer gives at least this weight are eyes and mouths."""


@dataclass(frozen=True)
class Score:
    """How a model's pictures compare with the renderer's, over ``critters`` held-out z.

    PSNR in dB (peak 255 levels) of whole pictures and of the pixels of eyes and mouths alone.
    Landmarks in image pixels: how far apart the ruler's reading of the generated picture and the
    renderer's own places are, over the landmarks that are visible; ``floor`` is the same for the
    ruler's reading of the renderer's picture.
    """

    critters: int
    psnr_median: float
    psnr_p05: float
    face_psnr_median: float
    landmarks_median: float
    landmarks_p95: float
    floor_median: float
    floor_p95: float


def score(generator: Generator, critters: int) -> Score:
    """Draw ``critters`` held-out z with both and compare."""
    parts = [
        _compare(generator, draw_z(AT_ONCE, HELD_OUT_SEED + 1 + start // AT_ONCE))
        for start in track(range(0, critters, AT_ONCE), "Drawing and generating")
    ]
    whole, face, apart, floor = (torch.cat(column) for column in zip(*parts, strict=True))
    return Score(
        critters=len(whole),
        psnr_median=float(whole.median()),
        psnr_p05=float(whole.quantile(0.05)),
        face_psnr_median=float(face.median()),
        landmarks_median=float(apart.median()),
        landmarks_p95=float(apart.quantile(0.95)),
        floor_median=float(floor.median()),
        floor_p95=float(floor.quantile(0.95)),
    )


@torch.no_grad()
def _compare(generator: Generator, z: Floats) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """PSNR [N] of pictures and of faces; distances [visible] in generated and drawn pictures."""
    drawn, weight = render(z, generator.width)
    wanted = torch.from_numpy(drawn)
    made = generator.synthesize(generator.map(torch.from_numpy(z))).clamp(-1, 1)
    error = ((made - wanted) / 2).square().mean(1)
    face = torch.from_numpy(weight) >= FACE_WEIGHT
    of_face = (error * face).sum((1, 2)) / face.sum((1, 2)).clamp(min=1)
    true = landmarks(z, generator.width)
    points, visible = torch.from_numpy(true.points), torch.from_numpy(true.visible)
    apart, floor = ((ruler.find(seen) - points).norm(dim=2)[visible] for seen in (made, wanted))
    return _decibels(error.mean((1, 2))), _decibels(of_face), apart, floor


def _decibels(error: Tensor) -> Tensor:
    return -10 * error.log10()


def table(name: str, found: Score) -> Table:
    """Lay the score out for a terminal."""
    result = Table(title=f"{name} on {found.critters} held-out critters")
    for heading in ("", "median", "5 % are beyond"):
        result.add_column(heading, justify="right")
    result.add_row("PSNR, dB", f"{found.psnr_median:.2f}", f"{found.psnr_p05:.2f}")
    result.add_row("PSNR of eyes and mouths, dB", f"{found.face_psnr_median:.2f}", "")
    result.add_row("landmarks, px", f"{found.landmarks_median:.2f}", f"{found.landmarks_p95:.2f}")
    result.add_row(
        "landmarks in drawn pictures, px", f"{found.floor_median:.2f}", f"{found.floor_p95:.2f}"
    )
    return result


def main(
    model: Annotated[str, typer.Option(help="The model's name.")] = NAME,
    folder: Annotated[Path | None, typer.Option(help="Its folder; else the packaged one.")] = None,
    critters: Annotated[int, typer.Option(min=AT_ONCE, help="How many.")] = 2000,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the score here.")] = None,
) -> None:
    """Compare a model of critters with the renderer that it learned from."""
    try:
        found_model = Store([folder or packaged_folder()]).find(model)
        generator = load_model(found_model, torch.device("cpu"))
    except LibraryError as error:
        raise typer.BadParameter(str(error)) from error
    if (generator.width, generator.z_dim) != (RESOLUTION, Z_DIM):
        raise typer.BadParameter(
            f"{model} draws no critters of {RESOLUTION} px; name one that does."
        )
    found = score(generator, critters)
    Console().print(table(model, found))
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(found), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
