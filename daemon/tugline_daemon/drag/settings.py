"""What can be set for a drag, and what it comes to for one network."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from tugline_daemon.generator import Generator

from .errors import InvalidDragError

# "Drag Your GAN" states its lengths for pictures of 512 pixels (r1 and r2 in section 4; the stop
# distance is that of the authors' code): (length at 512, never below).
_R1 = (3.0, 1.5)
_R2 = (12.0, 4.0)
_STOP_DISTANCE = (2.0, 1.0)
# The adaptive pace ends between pixels.
_FINE_STOP_DISTANCE = (1.0, 0.5)
_STATED_AT = 512

Pace = Literal["adaptive", "paper"]

_RANGES = {
    # A disc of 0.75 holds a pixel's centre wherever it lies.
    "r1": (0.75, 64.0),
    "r2": (1.0, 256.0),
    "stop_distance": (0.1, 256.0),
    "lambda_mask": (0.0, 1000.0),
    "step_limit": (1, 10_000),
    "learning_rate": (1e-6, 1.0),
    "stuck_after": (1, 10_000),
    "principal": (1, 65_536),
}


@dataclass(frozen=True)
class DragSettings:
    """How a drag goes; lengths are in image pixels, None takes the default of picture or network.

    `r1` is the radius of motion supervision, `r2` that of point tracking; a handle within
    `stop_distance` of its target has arrived. `lambda_mask` weighs what holds the rest still
    (10 as in the authors' later code, whose means replace the paper's sums); in the adaptive pace
    it is how firmly movements that change the rest are avoided, 300 being hard. `step_limit` counts
    updates since the start or the last retarget. `learning_rate` is Adam's, 2e-3 in the paper.
    A drag whose handles came no nearer to their targets on average for `stuck_after` updates is
    stuck, and sooner where its pace knows that no update will. With `hold` a drag that has arrived,
    is stuck or has used up its steps waits for a retarget instead of ending. `principal` is how
    many of the components given to the drag its latent may move along, None for all of W+.

    `pace` is how a step finds its latent: "adaptive" moves each handle as far as tracking can see
    and takes back what led away from the targets; "paper" follows equation 1 with Adam to the
    letter, handles in whole pixels. `learning_rate` counts in the paper's pace alone.

    Raises InvalidDragError, naming the field, for a number out of range.
    """

    r1: float | None = None
    r2: float | None = None
    stop_distance: float | None = None
    lambda_mask: float = 10.0
    step_limit: int = 200
    feature_layer: str | None = None
    movable_rows: tuple[int, ...] | None = None
    learning_rate: float = 2e-3
    stuck_after: int = 30
    hold: bool = False
    principal: int | None = None
    pace: Pace = "adaptive"

    def __post_init__(self) -> None:
        values = {
            "r1": self.r1,
            "r2": self.r2,
            "stop_distance": self.stop_distance,
            "lambda_mask": self.lambda_mask,
            "step_limit": self.step_limit,
            "learning_rate": self.learning_rate,
            "stuck_after": self.stuck_after,
            "principal": self.principal,
        }
        for name, value in values.items():
            low, high = _RANGES[name]
            if value is not None and not low <= value <= high:
                raise InvalidDragError(f"{name} is {value:g}; it must be from {low:g} to {high:g}.")
        if self.pace not in get_args(Pace):
            raise InvalidDragError(
                f"pace is {str(self.pace)[:40]!r}; it must be one of {', '.join(get_args(Pace))}."
            )


@dataclass(frozen=True)
class Resolved:
    """Settings with every default filled in for one network."""

    r1: float
    r2: float
    stop_distance: float
    lambda_mask: float
    step_limit: int
    feature_layer: str
    movable_rows: tuple[int, ...]
    learning_rate: float
    stuck_after: int
    hold: bool
    principal: int | None
    pace: Pace


def resolve(settings: DragSettings, generator: Generator) -> Resolved:
    """Fill in the defaults; InvalidDragError for a layer or rows that the network lacks."""
    layer = settings.feature_layer or generator.default_feature_layer
    if layer not in generator.feature_layers:
        raise InvalidDragError(
            f"feature_layer is {layer[:40]!r}; this network has "
            f"{', '.join(generator.feature_layers)}."
        )
    rows = settings.movable_rows
    rows = generator.default_movable_rows if rows is None else rows
    if not rows or len(set(rows)) != len(rows) or not all(0 <= r < generator.num_ws for r in rows):
        raise InvalidDragError(
            f"movable_rows must name one or more distinct rows from 0 to {generator.num_ws - 1}."
        )
    stop_distance = _FINE_STOP_DISTANCE if settings.pace == "adaptive" else _STOP_DISTANCE
    scale = math.sqrt(generator.width * generator.height) / _STATED_AT

    def length(given: float | None, default: tuple[float, float]) -> float:
        return max(default[0] * scale, default[1]) if given is None else given

    return Resolved(
        r1=length(settings.r1, _R1),
        r2=length(settings.r2, _R2),
        stop_distance=length(settings.stop_distance, stop_distance),
        lambda_mask=settings.lambda_mask,
        step_limit=settings.step_limit,
        feature_layer=layer,
        movable_rows=tuple(sorted(rows)),
        learning_rate=settings.learning_rate,
        stuck_after=settings.stuck_after,
        hold=settings.hold,
        principal=settings.principal,
        pace=settings.pace,
    )
