"""What the tests of drags have in common: a latent to begin with, a point, options that work."""

from dataclasses import replace

from tests.service.running import Bare, Daemon
from tugline_protocol.blocking import Conversation, Pending
from tugline_protocol.messages import (
    DragEnded,
    DragFrame,
    Generate,
    Generated,
    NextFrame,
    Ping,
    StartDrag,
)
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
    """Return a drag of "large" that never ends by itself.

    It makes more than thirty steps, and where it cannot get nearer it is held there.
    """
    points = (DragPoint("a", (40.0, 40.0), (250.0, 250.0)),)
    options = DragOptions(learning_rate=1e-4, step_limit=10000, hold=True)
    return StartDrag(made.model, made.latent, points, options=options, frames=frames)


def begin_seen(daemon: Daemon, talk: Conversation, start: StartDrag) -> Pending[DragEnded]:
    """Begin a drag of which a frame is asked for before its first step.

    Otherwise one of few steps may be over before anybody has asked to see it.
    """
    with daemon.worker_held():
        drag = talk.begin(start)
        talk.notify(NextFrame(drag.id))
        talk.call(Ping())
    return drag


def send_seen(daemon: Daemon, bare: Bare, start: StartDrag, request_id: str) -> DragFrame:
    """Begin a drag as ``begin_seen`` does, and return its first frame."""
    with daemon.worker_held():
        bare.send(start, request_id)
        bare.send(NextFrame(request_id), "credit")
        bare.ask(Ping(), "passed on")
    frame = bare.terminal(request_id)
    assert isinstance(frame, DragFrame)
    return frame


def resumed(start: StartDrag, frame: DragFrame) -> StartDrag:
    """Return the same drag from ``frame`` on: its latent and handles, all else as before."""
    handles = {point.id: point.handle for point in frame.points}
    points = tuple(
        replace(point, handle=handles[point.id], origin=point.origin or point.handle)
        for point in start.points
    )
    references = start.references or (start.latent,)
    return replace(start, latent=frame.latent, points=points, references=references)
