"""Seconds a step, the engine's and the oracle's, side by side: ``python -m benchmarks.step``.

Both drag the same network (random weights of the usual widths: channel_base 32768, channel_max
512) and take turns step by step, so that whatever else the machine does falls on both.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.table import Table
from torch import Tensor

from tests.oracle import OracleDrag, OraclePoint
from tugline_daemon.drag import Drag, DragPoint, DragSettings
from tugline_daemon.drag.settings import resolve
from tugline_daemon.generator import Generator, build

Row = dict[str, Any]

RESOLUTIONS = (256, 512, 1024)
# Updates that are not timed: the first one of each also looks at the first picture.
_WARM_UP = 1


def rows(
    resolutions: Sequence[int] = RESOLUTIONS, points: Sequence[int] = (1,), repeats: int = 3
) -> Iterator[Row]:
    """Yield a row for each resolution and number of points, without and with a mask."""
    for resolution in resolutions:
        generator = network(resolution)
        for count in points:
            for mask in (None, half_mask(resolution)):
                engine_s, oracle_s = _seconds(generator, count, mask, repeats)
                yield {
                    "case": "step",
                    "resolution": resolution,
                    "points": count,
                    "mask": mask is not None,
                    "engine_s": engine_s,
                    "oracle_s": oracle_s,
                    "ratio": oracle_s / engine_s,
                }


def network(resolution: int) -> Generator:
    """Build a StyleGAN2 of the usual widths with random weights."""
    torch.manual_seed(0)
    arguments = {"z_dim": 512, "c_dim": 0, "w_dim": 512, "img_resolution": resolution}
    return build("stylegan2", arguments).requires_grad_(requires_grad=False)


def half_mask(resolution: int) -> Tensor:
    """Build a mask whose middle half, in width and height, may move."""
    mask = torch.zeros(resolution, resolution)
    mask[resolution // 4 : -resolution // 4, resolution // 4 : -resolution // 4] = 1
    return mask


def _pairs(generator: Generator, count: int) -> list[DragPoint]:
    # Handles on a circle, each pulled outward farther than the run will bring it.
    size, points = generator.width, []
    for index in range(count):
        angle = 2 * math.pi * index / count + 0.4
        x, y = math.cos(angle), math.sin(angle)
        handle = (size * (0.5 + 0.15 * x), size * (0.5 + 0.15 * y))
        target = (size * (0.5 + 0.45 * x), size * (0.5 + 0.45 * y))
        points.append(DragPoint(str(index), handle, target, origin=handle))
    return points


def _seconds(
    generator: Generator, count: int, mask: Tensor | None, repeats: int
) -> tuple[float, float]:
    """Time both drags in turns and return their medians."""
    points = _pairs(generator, count)
    latent = generator.map(torch.randn(1, 512, generator=torch.Generator().manual_seed(1)))[0]
    # The pace that does the same work; the other one's steps are counted by the accuracy table.
    settings = DragSettings(stuck_after=10_000, step_limit=10_000, pace="paper")
    resolved = resolve(settings, generator)
    engine = Drag(generator, latent, [latent], points, mask, settings)
    oracle = OracleDrag(
        generator,
        latent,
        [latent],
        [OraclePoint(p.handle, p.target, p.origin) for p in points],
        mask,
        r1=resolved.r1,
        r2=resolved.r2,
        lambda_mask=resolved.lambda_mask,
        layer=resolved.feature_layer,
        movable=resolved.movable_rows,
        learning_rate=resolved.learning_rate,
    )
    for _ in range(_WARM_UP):
        engine.step()
        oracle.step()
    taken = [(_timed(engine.step), _timed(oracle.step)) for _ in range(repeats)]
    return statistics.median(e for e, _ in taken), statistics.median(o for _, o in taken)


def _timed(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="One step: engine and oracle, in turns")
    for heading in ("resolution", "points", "mask", "engine s", "oracle s", "ratio"):
        result.add_column(heading, justify="right")
    for row in found:
        result.add_row(
            str(row["resolution"]),
            str(row["points"]),
            "yes" if row["mask"] else "no",
            f"{row['engine_s']:.3f}",
            f"{row['oracle_s']:.3f}",
            f"{row['ratio']:.2f}",
        )
    return result


def main(
    resolutions: Annotated[str, typer.Option(help="Pixels a side, by commas.")] = "256,512,1024",
    points: Annotated[str, typer.Option(help="Numbers of points, by commas.")] = "1",
    repeats: Annotated[int, typer.Option(min=1, help="Timed steps; the median counts.")] = 3,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Time a step of the engine and of the oracle in one run."""
    found = list(rows(_numbers(resolutions), _numbers(points), repeats))
    Console().print(table(found))
    if json_file is not None:
        json_file.write_text(json.dumps({"rows": found}, indent=2) + "\n")


def _numbers(by_commas: str) -> list[int]:
    return [int(number) for number in by_commas.split(",")]


if __name__ == "__main__":
    typer.run(main)
