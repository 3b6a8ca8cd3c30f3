"""Seconds a step, the engine's and the oracle's, side by side.

All drag the same network (random weights of the usual widths: channel_base 32768, channel_max 512)
and take turns, so that whatever else the machine does falls on all of them. The paper's pace does
the work that the oracle does; the adaptive one, which artists get, makes fewer and dearer steps.
"""

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from rich.table import Table
from torch import Tensor

from benchmarks.clock import seconds
from benchmarks.report import Row
from benchmarks.work import multiply_adds
from tests.oracle import OracleDrag, OraclePoint
from tugline_daemon.drag import Drag, DragPoint, DragSettings
from tugline_daemon.drag.settings import Pace, resolve
from tugline_daemon.generator import Generator, build

RESOLUTIONS = (256, 512, 1024)
POINTS = (1, 5)

_CPU = torch.device("cpu")
_ENGINE_STEPS = 2
"""Steps of each pace for one of the oracle's, which is far slower."""


def rows(
    resolutions: Sequence[int] = RESOLUTIONS,
    points: Sequence[int] = POINTS,
    repeats: int = 3,
    *,
    peak: float | None = None,
    device: torch.device = _CPU,
) -> Iterator[Row]:
    """Yield a row for each resolution and number of points, without and with a mask.

    Medians over ``repeats`` steps of the oracle and twice as many of each pace, with the least of
    them beside. ``peak``, operations a second, is what the share is of; None leaves it out.
    """
    for resolution in resolutions:
        generator = network(resolution).to(device)
        for count in points:
            for mask in (None, half_mask(resolution).to(device)):
                scene = Scene(generator, outward(generator, count), mask)
                yield {
                    "case": "step",
                    "resolution": resolution,
                    "points": count,
                    "mask": mask is not None,
                    **_measured(scene, repeats, peak, device),
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


def outward(generator: Generator, count: int) -> list[DragPoint]:
    """Place handles on a circle, each pulled outward farther than a run will bring it."""
    size, points = generator.width, []
    for index in range(count):
        angle = 2 * math.pi * index / count + 0.4
        x, y = math.cos(angle), math.sin(angle)
        handle = (size * (0.5 + 0.15 * x), size * (0.5 + 0.15 * y))
        target = (size * (0.5 + 0.45 * x), size * (0.5 + 0.45 * y))
        points.append(DragPoint(str(index), handle, target, origin=handle))
    return points


@dataclass(frozen=True)
class Scene:
    """What all of them drag."""

    generator: Generator
    points: Sequence[DragPoint]
    mask: Tensor | None

    def engine(self, pace: Pace) -> Drag:
        """Begin the engine's drag; it gives up as late as can be."""
        settings = DragSettings(stuck_after=10_000, step_limit=10_000, pace=pace)
        latent = self._latent()
        return Drag(self.generator, latent, [latent], self.points, self.mask, settings)

    def oracle(self) -> OracleDrag:
        """Begin the oracle's drag, with what the engine's settings come to."""
        settings = resolve(DragSettings(pace="paper"), self.generator)
        latent = self._latent()
        return OracleDrag(
            self.generator,
            latent,
            [latent],
            [OraclePoint(p.handle, p.target, p.origin) for p in self.points],
            self.mask,
            r1=settings.r1,
            r2=settings.r2,
            lambda_mask=settings.lambda_mask,
            layer=settings.feature_layer,
            movable=settings.movable_rows,
            learning_rate=settings.learning_rate,
        )

    def _latent(self) -> Tensor:
        z = torch.randn(1, self.generator.z_dim, generator=torch.Generator().manual_seed(1))
        return self.generator.map(z.to(next(self.generator.parameters())))[0]


class Endless:
    """Timed steps of a drag that is begun anew where it ends: each one is a real update."""

    def __init__(self, begin: Callable[[], Drag], device: torch.device) -> None:
        """Begin, and do the first step, which also looks at the first picture."""
        self._begin = begin
        self._device = device
        self.first_s = self._begin_anew()

    def timed(self) -> float:
        """Return the seconds of one more step that is not a drag's first.

        Raises DragOverError for a drag that is over after its first.
        """
        if self._drag.ended is not None:
            self._begin_anew()
        return seconds(self._drag.step, self._device)

    def _begin_anew(self) -> float:
        self._drag = self._begin()
        return seconds(self._drag.step, self._device)


def _measured(scene: Scene, repeats: int, peak: float | None, device: torch.device) -> Row:
    oracle = scene.oracle()
    oracle.step()
    paper = Endless(lambda: scene.engine("paper"), device)
    adaptive = Endless(lambda: scene.engine("adaptive"), device)
    of_oracle: list[float] = []
    of_paper: list[float] = []
    of_adaptive: list[float] = []
    for _ in range(repeats):
        of_oracle.append(seconds(oracle.step, device))
        of_paper.extend(paper.timed() for _ in range(_ENGINE_STEPS))
        of_adaptive.extend(adaptive.timed() for _ in range(_ENGINE_STEPS))
    engine_s, oracle_s = statistics.median(of_paper), statistics.median(of_oracle)
    nominal = 2 * multiply_adds(scene.generator, oracle.layer)
    return {
        "engine_s": engine_s,
        "engine_least_s": min(of_paper),
        "oracle_s": oracle_s,
        "oracle_least_s": min(of_oracle),
        "ratio": oracle_s / engine_s,
        "nominal_multiply_adds": nominal,
        "peak_share": None if peak is None else 2 * nominal / peak / engine_s,
        "adaptive_s": statistics.median(of_adaptive),
        "adaptive_least_s": min(of_adaptive),
        "adaptive_first_s": adaptive.first_s,
    }


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="Seconds a step")
    headings = (
        *("px", "points", "mask", "oracle", "engine", "ratio", "share of peak"),
        *("adaptive", "its first"),
    )
    for heading in headings:
        result.add_column(heading, justify="right")
    for row in found:
        share = row["peak_share"]
        result.add_row(
            str(row["resolution"]),
            str(row["points"]),
            "yes" if row["mask"] else "no",
            f"{row['oracle_s']:.3g}",
            f"{row['engine_s']:.3g}",
            f"{row['ratio']:.1f}",
            "" if share is None else f"{share:.0%}",
            f"{row['adaptive_s']:.3g}",
            f"{row['adaptive_first_s']:.3g}",
        )
    return result
