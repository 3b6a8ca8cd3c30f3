"""Seconds of a whole drag, from its points to its end, in the pace that artists get.

The packaged model drags the first of the accuracy table's pairs to their own end. The networks of
the usual widths, whose random weights show nothing to pull, make a fixed number of steps.
"""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from rich.table import Table
from torch import Tensor

from benchmarks.accuracy.__main__ import FIRST_SEED
from benchmarks.accuracy.bench import Bench, Plan, newest_packaged
from benchmarks.accuracy.ground import Pair, Points
from benchmarks.accuracy.methods import pulls
from benchmarks.clock import seconds
from benchmarks.report import Row
from benchmarks.step import half_mask, network, outward
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.generator import Generator
from tugline_daemon.library.store import packaged_folder

PAIRS = 6
RESOLUTIONS = (512, 1024)
STEPS = 10

_COLUMNS: tuple[Points, ...] = ("1", "5")
_STEP_LIMIT = 300


@dataclass(frozen=True)
class Pull:
    """What is dragged where; the arguments of `Drag`."""

    latent: Tensor
    points: Sequence[DragPoint]
    mask: Tensor | None

    @classmethod
    def of(cls, pair: Pair, points: Points, *, masked: bool) -> Self:
        """Drag the first landmarks of a pair to where the second picture has them."""
        found = [DragPoint(name, here, there, here) for name, here, there in pulls(pair, points)]
        return cls(pair.start, found, pair.mask if masked else None)


@dataclass(frozen=True)
class Timed:
    """One drag that has ended.

    Attributes:
        first_s: seconds until its first update was done, and the first picture looked at.
        whole_s: seconds until its end.
        last: its last step.
    """

    first_s: float
    whole_s: float
    last: DragStep

    @property
    def left_px(self) -> float:
        """How far the handles are from their targets, on average; what tracking says of it."""
        return statistics.fmean(point.distance for point in self.last.points)


def timed(generator: Generator, pull: Pull, settings: DragSettings, device: torch.device) -> Timed:
    """Drag to the end; ``device`` is the generator's."""
    latent = pull.latent.to(device)
    mask = None if pull.mask is None else pull.mask.to(device)
    drag = Drag(generator, latent, [latent], pull.points, mask, settings)
    steps: list[DragStep] = []
    first_s = seconds(lambda: steps.append(drag.step()), device)
    others_s = seconds(lambda: steps.extend(drag), device)
    return Timed(first_s, first_s + others_s, steps[-1])


def rows(device: torch.device, pairs: int = PAIRS) -> Iterator[Row]:
    """Yield a row for each number of points, without and with a mask, of each model.

    Seconds, steps and distances are medians over the drags of a row.
    """
    yield from packaged(device, pairs)
    for resolution in RESOLUTIONS:
        yield from fixed(network(resolution).to(device), device)


def packaged(device: torch.device, count: int) -> Iterator[Row]:
    """Yield the rows of the packaged model; each of ``count`` pairs is dragged to its own end."""
    bench = Bench(Plan(newest_packaged(), packaged_folder(), _STEP_LIMIT, _COLUMNS))
    found = (bench.ground.pair(facts.seed) for facts in bench.pairs(FIRST_SEED, count))
    pairs = [pair for pair in found if pair is not None]
    generator = bench.generator.to(device)
    timed(generator, Pull.of(pairs[0], "1", masked=True), bench.settings, device)  # a warm-up
    for points in _COLUMNS:
        for masked in (False, True):
            drags = [
                timed(generator, Pull.of(pair, points, masked=masked), bench.settings, device)
                for pair in pairs
            ]
            yield _row(bench.plan.model, generator.width, int(points), drags, masked=masked)


def fixed(generator: Generator, device: torch.device, steps: int = STEPS) -> Iterator[Row]:
    """Yield the rows of a network of random weights, of one point and so many steps each."""
    z = torch.randn(1, generator.z_dim, generator=torch.Generator().manual_seed(1))
    latent = generator.map(z.to(device))[0]
    for masked in (False, True):
        mask = half_mask(generator.width) if masked else None
        pull = Pull(latent, outward(generator, 1), mask)
        drags = [timed(generator, pull, DragSettings(step_limit=steps), device)]
        yield _row("random weights", generator.width, 1, drags, masked=masked)


def _row(model: str, resolution: int, points: int, drags: Sequence[Timed], *, masked: bool) -> Row:
    return {
        "case": "drag",
        "model": model,
        "resolution": resolution,
        "points": points,
        "mask": masked,
        "drags": len(drags),
        "whole_s": statistics.median(drag.whole_s for drag in drags),
        "first_s": statistics.median(drag.first_s for drag in drags),
        "steps": statistics.median(drag.last.number for drag in drags),
        "left_px": statistics.median(drag.left_px for drag in drags),
        "ended": dict(Counter(drag.last.ended for drag in drags)),
    }


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="Whole drags, the default pace")
    result.add_column("model")
    for heading in ("px", "points", "mask", "drags", "seconds", "of them first step", "steps"):
        result.add_column(heading, justify="right")
    result.add_column("px left", justify="right")
    result.add_column("ended")
    for row in found:
        result.add_row(
            row["model"],
            str(row["resolution"]),
            str(row["points"]),
            "yes" if row["mask"] else "no",
            str(row["drags"]),
            f"{row['whole_s']:.3g}",
            f"{row['first_s']:.3g}",
            f"{row['steps']:.0f}",
            f"{row['left_px']:.1f}",
            ", ".join(f"{count} {reason}" for reason, count in row["ended"].items()),
        )
    return result
