"""What a pass in shorter numbers costs in accuracy: ``python -m benchmarks.precision``.

The packaged model drags the pairs of ``benchmarks.accuracy`` in each precision through the same
code, and the ruler says how far from their targets the landmarks end. A second table says how far
features and gradients are off those in fp32.

On a CPU bf16 and fp16 are torch's own kernels, which store these formats and sum in float32, as
tensor cores do. TF32 is not there: both factors of each of a pass's products are rounded to its 10
bits of mantissa, and the products summed in float32.
"""

import copy
import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, cast

import torch
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.accuracy.__main__ import FIRST_SEED
from benchmarks.accuracy.bench import Bench, Plan, newest_packaged
from benchmarks.accuracy.counting import CountedGenerator
from benchmarks.accuracy.ground import Pair, Points
from benchmarks.accuracy.methods import Ending, drag_by_engine
from benchmarks.accuracy.trial import Meter, Outcome
from benchmarks.report import markdown
from tugline_daemon.drag.settings import Pace, resolve
from tugline_daemon.generator import (
    PRECISIONS,
    FeaturePass,
    Generator,
    Precision,
    Windows,
    principal_directions,
)
from tugline_daemon.library.store import packaged_folder
from tugline_daemon.service.devices import use_precision

COLUMNS: tuple[Points, ...] = ("1", "5")
STEP_LIMIT = 300
_MOVED = 0.05
"""How far, in each number of a row, the latent whose gradients are compared is from the start."""
_AROUND = 2
"""Cells beside a handle, on each side, that the compared gradient is of."""


class _RoundedProducts(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Rounds both factors of convolutions and of those matrix products that stand for them."""

    _PRODUCTS = (torch.ops.aten.convolution.default, torch.ops.aten.mm.default)

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Compute ``func`` of rounded arguments where it is a product."""
        if func in self._PRODUCTS:
            args = (rounded(args[0]), rounded(args[1]), *args[2:])
        return func(*args, **(kwargs or {}))


def rounded(x: Tensor) -> Tensor:
    """Round float32 to TF32: to the nearest number with 10 bits of mantissa, ties to even."""
    bits = x.contiguous().view(torch.int32)
    nearest = bits + 0xFFF + (bits >> 13 & 1)
    return (nearest & ~0x1FFF).view(torch.float32).view_as(x)


class _RoundedPass(FeaturePass):
    """A pass whose products are those of TF32."""

    def __init__(self, inner: FeaturePass) -> None:
        self._inner = inner

    def worth(self, windows: Windows) -> Windows | None:
        return self._inner.worth(windows)

    def forward(self, rows: Tensor, windows: Windows | None = None) -> Tensor:
        with _RoundedProducts():  # type: ignore[no-untyped-call]
            return self._inner.forward(rows, windows)

    def back(self, gradients: Tensor) -> Tensor:
        with _RoundedProducts():  # type: ignore[no-untyped-call]
            return self._inner.back(gradients)

    def rest(self) -> None:
        self._inner.rest()


class _Rounding(CountedGenerator):
    """A generator whose passes are in TF32 where no device does that."""

    def feature_pass(self, layer: str, latent: Tensor, movable_rows: Sequence[int]) -> FeaturePass:
        """Go through the inner generator in rounded products."""
        return _RoundedPass(self.inner.feature_pass(layer, latent, movable_rows))


@dataclass(frozen=True)
class Compared:
    """One precision's drags, a pair each, and how far features and gradients are off fp32's."""

    precision: Precision
    outcomes: dict[Points, list[Outcome]]
    features: list[float]
    gradients: list[float]


class Bed:
    """The packaged model, its pairs, and a copy of it on the device that drags."""

    def __init__(
        self, device: torch.device, pace: Pace = "adaptive", step_limit: int = STEP_LIMIT
    ) -> None:
        """Load the model; drags go at ``pace`` and make so many steps at most."""
        self.bench = Bench(Plan(newest_packaged(), packaged_folder(), step_limit, COLUMNS))
        self._device = device
        self._generator = copy.deepcopy(self.bench.generator).to(device)
        settings = self.bench.settings
        self._settings = replace(settings, step_limit=step_limit, pace=pace)
        self._components = None
        if settings.principal is not None:
            self._components = principal_directions(self.bench.generator)

    def pairs(self, count: int, first_seed: int = FIRST_SEED) -> Iterator[Pair]:
        """Yield pairs of the table in docs/accuracy.md, from a seed on."""
        for facts in self.bench.pairs(first_seed, count):
            yield cast(Pair, self.bench.ground.pair(facts.seed))  # it was one a moment ago

    def dragged(self, pair: Pair, precision: Precision) -> tuple[Outcome, ...]:
        """Drag a pair's landmarks, a column each, and measure where they end."""
        generator = self._in(precision)

        def method(pair: Pair, points: Points) -> Ending:
            there = replace(
                pair, start=pair.start.to(self._device), mask=pair.mask.to(self._device)
            )
            ending = drag_by_engine(generator, there, points, self._settings, self._components)
            return replace(ending, latent=ending.latent.cpu(), marks=())

        meter = Meter(self.bench.generator, self.bench.ground, pair)
        return meter.trial("tugline", method, COLUMNS).outcomes

    def seen(self, pair: Pair, precision: Precision) -> tuple[Tensor, Tensor]:
        """Return features near a pair's start, and the gradient of some around its first handle."""
        resolved = resolve(self._settings, self._generator)
        layer, movable = resolved.feature_layer, resolved.movable_rows
        random = torch.Generator().manual_seed(pair.seed)
        latent = pair.start.to(self._device)
        rows = latent[list(movable)]
        rows = rows + _MOVED * torch.randn(rows.shape, generator=random).to(rows)
        through = self._in(precision).feature_pass(layer, latent, movable)
        features = through.forward(rows)
        grid = self._generator.feature_grid(layer)
        x, y = pair.handles[0].tolist()
        column, row = int(x / grid.cell_width), int(y / grid.cell_height)
        there = torch.zeros(features.shape[1:])
        reach = slice(max(0, row - _AROUND), row + _AROUND + 1)
        there[reach, max(0, column - _AROUND) : column + _AROUND + 1] = 1
        signs = torch.randn(features.shape, generator=random).sign() * there
        return features, through.back(signs[None].to(features))[0]

    def _in(self, precision: Precision) -> Generator:
        use_precision(precision, self._device)
        self._generator.precision = precision
        emulated = precision == "tf32" and self._device.type != "cuda"
        return _Rounding(self._generator) if emulated else self._generator


def compared(bed: Bed, pairs: Sequence[Pair], precisions: Sequence[Precision]) -> list[Compared]:
    """Drag all pairs in each precision; "fp32" is what features and gradients are held to."""
    found = [Compared(precision, {c: [] for c in COLUMNS}, [], []) for precision in precisions]
    for pair in track(pairs, "dragging", console=Console(stderr=True)):
        features, gradient = bed.seen(pair, "fp32")
        for one in found:
            near, back = bed.seen(pair, one.precision)
            one.features.append(_off(near, features))
            one.gradients.append(_off(back, gradient))
            for outcome in bed.dragged(pair, one.precision):
                one.outcomes[outcome.points].append(outcome)
    return found


def _off(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


def drags_table(found: Sequence[Compared]) -> Table:
    """Lay out where the drags end."""
    result = Table(title="Where drags end, in each precision")
    for heading in ("points", "precision"):
        result.add_column(heading)
    for heading in ("pairs", "mean px", "median px", "beside fp32", "arrived", "steps"):
        result.add_column(heading, justify="right")
    baseline = next((one for one in found if one.precision == "fp32"), None)
    for points in COLUMNS:
        for one in found:
            outcomes = one.outcomes[points]
            distances = [outcome.distance_px for outcome in outcomes]
            beside = ""
            if baseline is not None and baseline is not one:
                beside = _difference(distances, [o.distance_px for o in baseline.outcomes[points]])
            arrived = sum(outcome.reason == "arrived" for outcome in outcomes)
            result.add_row(
                points,
                one.precision,
                str(len(outcomes)),
                f"{statistics.fmean(distances):.2f}",
                f"{statistics.median(distances):.2f}",
                beside,
                f"{arrived / len(outcomes):.0%}",
                f"{statistics.fmean(outcome.steps for outcome in outcomes):.1f}",
            )
    return result


def _difference(distances: Sequence[float], others: Sequence[float]) -> str:
    """Say by how much the mean is larger, with the 95 % interval of the pairs' differences."""
    apart = [one - other for one, other in zip(distances, others, strict=True)]
    if len(apart) < 2:
        return f"{apart[0]:+.2f}"
    interval = 1.96 * statistics.stdev(apart) / math.sqrt(len(apart))
    return f"{statistics.fmean(apart):+.2f} ± {interval:.2f}"


def errors_table(found: Sequence[Compared]) -> Table:
    """Lay out how far one pass is off."""
    result = Table(title="One pass beside fp32, relative errors, the median over the pairs")
    result.add_column("precision")
    for heading in ("features", "gradient", "worst gradient"):
        result.add_column(heading, justify="right")
    for one in found:
        result.add_row(
            one.precision,
            f"{statistics.median(one.features):.1e}",
            f"{statistics.median(one.gradients):.1e}",
            f"{max(one.gradients):.1e}",
        )
    return result


def main(
    pairs: Annotated[int, typer.Option(min=1, help="Pairs that are dragged.")] = 24,
    precisions: Annotated[str, typer.Option(help="Precisions, by commas.")] = ",".join(PRECISIONS),
    device: Annotated[str, typer.Option(help="What drags: cpu or cuda.")] = "cpu",
    paper: Annotated[
        bool, typer.Option("--paper", help="Take the paper's steps, some hundreds a drag.")
    ] = False,
    step_limit: Annotated[int, typer.Option(min=1, help="Steps of a drag at most.")] = STEP_LIMIT,
    seed: Annotated[int, typer.Option(help="The first pair's seed.")] = FIRST_SEED,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Write the tables here, for a document.")
    ] = None,
) -> None:
    """Drag the same pairs in each precision, and say where they end."""
    torch.set_num_threads(1)
    known = {precision: precision for precision in PRECISIONS}
    chosen = [name for name in precisions.split(",") if name in known]
    if chosen != precisions.split(","):
        raise typer.BadParameter(f"There are {', '.join(PRECISIONS)}.")
    bed = Bed(torch.device(device), "paper" if paper else "adaptive", step_limit)
    found = compared(bed, list(bed.pairs(pairs, seed)), [known[name] for name in chosen])
    tables: list[Callable[[Sequence[Compared]], Table]] = [drags_table, errors_table]
    for make in tables:
        Console().print(make(found))
    if markdown_file is not None:
        text = "\n\n".join(markdown(make(found)) for make in tables)
        markdown_file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
