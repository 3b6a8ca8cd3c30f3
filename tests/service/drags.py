"""What the tests of drags have in common: a latent to begin with, a point, options that work."""

from dataclasses import replace

from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import DragFrame, Generate, Generated, StartDrag
from tugline_protocol.values import DragOptions, DragPoint, ModelRef, PictureFormat

TINY = ModelRef("tiny")
LARGE = ModelRef("large")
BRISK = DragOptions(learning_rate=0.02)


def generated(talk: Conversation, model: ModelRef = TINY, seed: int = 0) -> Generated:
    """Return a latent of ``model`` to begin with."""
    return talk.call(Generate(model, seed=seed))


def short_drag(made: Generated) -> StartDrag:
    """Return a drag of "tiny" that arrives within some ten steps (seed 0)."""
    points = (DragPoint("a", (12.0, 12.0), (16.0, 12.0)),)
    return StartDrag(made.model, made.latent, points, options=BRISK)


def endless_drag(made: Generated, *, frames: PictureFormat | None = None) -> StartDrag:
    """Return a drag of "large" that runs for many seconds unless it is ended."""
    points = (DragPoint("a", (40.0, 40.0), (250.0, 250.0)),)
    options = DragOptions(learning_rate=1e-4, step_limit=10000)
    return StartDrag(made.model, made.latent, points, options=options, frames=frames)


def resumed(start: StartDrag, frame: DragFrame) -> StartDrag:
    """Return the same drag from ``frame`` on: its latent and handles, all else as before."""
    handles = {point.id: point.handle for point in frame.points}
    points = tuple(
        replace(point, handle=handles[point.id], origin=point.origin or point.handle)
        for point in start.points
    )
    references = start.references or (start.latent,)
    return replace(start, latent=frame.latent, points=points, references=references)
