"""What a drag came to, as ``tugline drag --json`` prints it and the demo writes it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import dist
from pathlib import Path

from tugline_protocol.messages import DragEnded
from tugline_protocol.values import DragPoint, ModelCard

from .arguments import Pull


@dataclass(frozen=True)
class PointReport:
    """One point; places and distances in image pixels, ``final`` where the handle came to lie."""

    handle: tuple[float, float]
    target: tuple[float, float]
    final: tuple[float, float]
    distance_before: float
    distance_after: float


@dataclass(frozen=True)
class DragReport:
    """A drag: the model and its picture's width, how long it took, why it ended, its points.

    ``ended`` is the protocol's reason, ``latent`` the path of the saved latent, if it was saved.
    """

    model: str
    resolution: int
    steps: int
    seconds: float
    ended: str
    latent: str | None
    points: tuple[PointReport, ...]

    def to_plain(self) -> dict[str, object]:
        """Return the report in JSON's own types."""
        return asdict(self)


def drag_points(pulls: Sequence[Pull]) -> tuple[DragPoint, ...]:
    """Return the pulls as StartDrag takes them, their ids counted from 1."""
    return tuple(
        DragPoint(str(number), pull.handle, pull.target) for number, pull in enumerate(pulls, 1)
    )


def make_report(
    card: ModelCard,
    pulls: Sequence[Pull],
    ended: DragEnded,
    seconds: float,
    latent: Path | None,
) -> DragReport:
    """Put together what is reported of a drag whose points were made by ``drag_points(pulls)``."""
    final = {point.id: point.handle for point in ended.points}
    return DragReport(
        model=card.name,
        resolution=card.width,
        steps=ended.step,
        seconds=round(seconds, 3),
        ended=ended.reason,
        latent=None if latent is None else str(latent),
        points=tuple(
            PointReport(
                handle=pull.handle,
                target=pull.target,
                final=final[point.id],
                distance_before=dist(pull.handle, pull.target),
                distance_after=dist(final[point.id], pull.target),
            )
            for pull, point in zip(pulls, drag_points(pulls), strict=True)
        ),
    )
