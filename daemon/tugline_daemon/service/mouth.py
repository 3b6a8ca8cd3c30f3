"""The worker's end of the link: how it hears the broker and what it says."""

from collections.abc import Sequence

import zmq

from tugline_protocol.codec import encode
from tugline_protocol.messages import DragFrame, InversionFrame, Progress, Terminal
from tugline_protocol.pieces import cut
from tugline_protocol.values import Buffer, ModelRef, Readiness

from . import link

COPY_BELOW = 4096
HEARTBEAT_MS = 1000


class Mouth:
    """A connection to the broker that started this worker."""

    def __init__(self, assignment: link.Assignment) -> None:
        """Connect as the assignment says."""
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = self._context.socket(zmq.PAIR)
        self.socket.linger = 0
        self.socket.set_hwm(0)
        self._encrypted = assignment.keys is not None
        if assignment.keys is not None:
            self.socket.curve_publickey = assignment.keys.public.encode()
            self.socket.curve_secretkey = assignment.keys.secret.encode()
            self.socket.curve_serverkey = assignment.keys.server.encode()
        self.socket.connect(assignment.address)

    def hear(self) -> tuple[bytes, link.Order] | None:
        """Return the broker's next order without waiting, or None: the request's key and it."""
        try:
            parts = self.socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return None
        return link.read_order([part.buffer for part in parts])

    def ready(self, device: str) -> None:
        """Say that requests are taken, on ``device``."""
        self._report(b"", link.WorkerReady(device))

    def refuse(self, text: str) -> None:
        """Say that this worker cannot work at all, and wait until that has left."""
        self.socket.linger = -1
        self._report(b"", link.WorkerRefused(text))
        self.socket.close()
        self._context.term()

    def begun(self, key: bytes) -> None:
        """Say that a request has begun."""
        self._report(key, link.Begun())

    def step_taken(self, key: bytes, step: int, retarget: int, done: float) -> None:
        """Say how far a drag or an inversion is."""
        self._report(key, link.StepTaken(step, retarget, done))

    def followed(self, key: bytes, number: int, text: str = "") -> None:
        """Say that a drag took a Retarget over, or with ``text`` why it could not."""
        self._report(key, link.Followed(number, text))

    def model_state(self, model: ModelRef, readiness: Readiness, text: str = "") -> None:
        """Say how a model is."""
        self._report(b"", link.ModelState(model, readiness, text))

    def event(self, key: bytes, progress: Progress) -> None:
        """Send an event that may be lost."""
        self._send([link.EVENT, *encode(progress, key.decode())])

    def frame(self, key: bytes, frame: DragFrame | InversionFrame) -> None:
        """Send the frame that a credit asked for."""
        self._send([link.FRAME, *encode(frame, key.decode())])

    def terminal(self, key: bytes, terminal: Terminal) -> None:
        """Send a request's terminal reply."""
        self._send([link.TERMINAL, *encode(terminal, key.decode())])

    def _report(self, key: bytes, report: link.Report) -> None:
        self._send([link.REPORT, *link.pack(report, key)])

    def _send(self, frames: Sequence[Buffer]) -> None:
        if self._encrypted:
            frames = cut(frames)
        for index, frame in enumerate(frames):
            more = zmq.SNDMORE if index < len(frames) - 1 else 0
            self.socket.send(frame, more, copy=len(frame) < COPY_BELOW)
