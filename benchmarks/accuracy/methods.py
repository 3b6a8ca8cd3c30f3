"""Who drags: nobody, the paper's equations, and the engine."""

import math
import time
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from torch import Tensor

from benchmarks.accuracy.counting import CountedGenerator
from benchmarks.accuracy.ground import Pair, Points
from tests.oracle import OracleDrag, OraclePoint
from tugline_daemon.drag import Drag, DragPoint, DragSettings
from tugline_daemon.generator import Generator, principal_directions

MethodName = Literal["no edit", "oracle", "oracle-tuned", "tugline"]
METHODS: tuple[MethodName, ...] = ("no edit", "oracle", "oracle-tuned", "tugline")

MARKS = frozenset(
    [*range(13), 14, 16, 18, 20, 23, 26, 30, 35, 40, 46, 53, 60, 70, 80, 95, 110, 130, 150]
).union(range(175, 1001, 25))
"""The updates after which the engine's pictures are looked at on the way."""


@dataclass(frozen=True)
class Mark:
    """Where a drag was after some updates: passes so far, and the latent [num_ws, w_dim]."""

    steps: int
    passes: int
    latent: Tensor


@dataclass(frozen=True)
class Ending:
    """What came of a drag.

    Attributes:
        latent: [num_ws, w_dim].
        steps: updates made.
        passes: runs of the generator up to the drag's layer; forward and backward count one each.
        seconds: of the clock on the wall.
        reason: why it ended.
        marks: what was noted on the way, from the start on; empty where nobody looks.
    """

    latent: Tensor
    steps: int
    passes: int
    seconds: float
    reason: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class OracleSettings:
    """What the oracle is set to; lengths in image pixels."""

    r1: float
    r2: float
    stop_distance: float
    lambda_mask: float
    learning_rate: float
    layer: str
    movable: tuple[int, ...]

    @staticmethod
    def of_paper(generator: Generator) -> "OracleSettings":
        """The paper's: its section 4, and of the authors' code the stop distance and lambda.

        Lengths are the paper's at 512 pixels, scaled, but never below what ``drag/settings.py``
        allows either: half the paper's r1, a third of its r2 and half the stop distance.
        """
        scale = math.sqrt(generator.width * generator.height) / 512
        return OracleSettings(
            r1=max(3.0 * scale, 1.5),
            r2=max(12.0 * scale, 4.0),
            stop_distance=max(2.0 * scale, 1.0),
            lambda_mask=10.0,
            learning_rate=2e-3,
            layer=generator.default_feature_layer,
            movable=generator.default_movable_rows,
        )

    def tuned(self, card: DragSettings) -> "OracleSettings":
        """The same with whatever a model's card says of layer, rows, rate and lengths."""
        return OracleSettings(
            r1=card.r1 or self.r1,
            r2=card.r2 or self.r2,
            stop_distance=card.stop_distance or self.stop_distance,
            lambda_mask=card.lambda_mask,
            learning_rate=card.learning_rate,
            layer=card.feature_layer or self.layer,
            movable=card.movable_rows or self.movable,
        )


class Method(Protocol):
    """One way to drag a pair's first landmarks."""

    def __call__(self, pair: Pair, points: Points) -> Ending:
        """Drag as many landmarks as ``points`` says."""


def methods(
    generator: Generator, settings: DragSettings, step_limit: int
) -> dict[MethodName, Method]:
    """Return every method for one generator; ``settings`` are what its card asks for.

    "oracle" has the paper's settings and the generator's default layer and rows; "oracle-tuned"
    has the layer, rows, lengths and learning rate that the engine is given by the card.
    """
    paper = OracleSettings.of_paper(generator)
    tuned = paper.tuned(settings)
    components = None if settings.principal is None else principal_directions(generator)

    def no_edit(pair: Pair, points: Points) -> Ending:  # noqa: ARG001
        return Ending(pair.start, steps=0, passes=0, seconds=0.0, reason="no edit")

    def oracle(pair: Pair, points: Points) -> Ending:
        return drag_by_oracle(generator, pair, points, paper, step_limit)

    def oracle_tuned(pair: Pair, points: Points) -> Ending:
        return drag_by_oracle(generator, pair, points, tuned, step_limit)

    def tugline(pair: Pair, points: Points) -> Ending:
        limited = replace(settings, step_limit=step_limit)
        return drag_by_engine(generator, pair, points, limited, components)

    return {
        "no edit": no_edit,
        "oracle": oracle,
        "oracle-tuned": oracle_tuned,
        "tugline": tugline,
    }


def settings_behind(name: MethodName, generator: Generator, settings: DragSettings) -> str:
    """Write what a method's drags are set to, by name."""
    if name == "no edit":
        return ""
    if name == "tugline":
        return repr(settings)
    paper = OracleSettings.of_paper(generator)
    return repr(paper if name == "oracle" else paper.tuned(settings))


def drag_by_oracle(
    generator: Generator, pair: Pair, points: Points, settings: OracleSettings, step_limit: int
) -> Ending:
    """Follow the paper's equations until all handles are near their targets, or steps run out."""
    counted = CountedGenerator(generator)
    begun = time.perf_counter()
    drag = OracleDrag(
        counted,
        pair.start,
        [pair.start],
        [OraclePoint(handle, target, handle) for _, handle, target in pulls(pair, points)],
        pair.mask,
        r1=settings.r1,
        r2=settings.r2,
        lambda_mask=settings.lambda_mask,
        layer=settings.layer,
        movable=settings.movable,
        learning_rate=settings.learning_rate,
    )
    while not _arrived(drag, settings.stop_distance) and drag.steps < step_limit:
        drag.step()
    seconds = time.perf_counter() - begun
    reason = "arrived" if _arrived(drag, settings.stop_distance) else "step_limit"
    return Ending(drag.latent().detach(), drag.steps, counted.passes, seconds, reason)


def _arrived(drag: OracleDrag, stop_distance: float) -> bool:
    return all(
        math.dist(handle, point.target) <= stop_distance
        for handle, point in zip(drag.handles, drag.points, strict=True)
    )


def drag_by_engine(
    generator: Generator,
    pair: Pair,
    points: Points,
    settings: DragSettings,
    components: Tensor | None,
) -> Ending:
    """Let the engine drag to its own end; ``components`` as it takes them."""
    counted = CountedGenerator(generator)
    marks = [Mark(0, 0, pair.start)]
    begun = time.perf_counter()
    drag = Drag(
        counted,
        pair.start,
        [pair.start],
        [DragPoint(name, handle, target, handle) for name, handle, target in pulls(pair, points)],
        pair.mask,
        settings,
        components=components,
    )
    step = drag.step()
    while True:
        if step.number in MARKS:
            marks.append(Mark(step.number, counted.passes, step.latent))
        if step.ended is not None:
            break
        step = drag.step()
    seconds = time.perf_counter() - begun
    marks.append(Mark(step.number, counted.passes, step.latent))
    return Ending(step.latent, step.number, counted.passes, seconds, step.ended, tuple(marks))


def pulls(pair: Pair, points: Points) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    """The name, handle and target of each landmark that a column drags."""
    count = pair.count(points)
    return [
        (name, (float(x), float(y)), (float(to_x), float(to_y)))
        for name, (x, y), (to_x, to_y) in zip(
            pair.names[:count],
            pair.handles[:count].tolist(),
            pair.targets[:count].tolist(),
            strict=True,
        )
    ]
