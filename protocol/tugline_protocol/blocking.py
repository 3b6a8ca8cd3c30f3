"""The convenience for scripts: requests that wait for their reply.

::

    with Conversation(connect(), name="script", version="1") as conversation:
        made = conversation.call(Generate(ModelRef("critters-2"), seed=7))
        drag = conversation.begin(StartDrag(made.model, made.latent, points))
        for frame in drag.frames():
            ...
        ended = drag.result()
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, TypeVar, cast

from .client import Client, Reply
from .errors import DaemonUnreachable, RequestFailed
from .messages import (
    Answered,
    DragFrame,
    Error,
    Event,
    InversionFrame,
    NextFrame,
    Ping,
    Progress,
    Request,
    Stop,
    Stopped,
    Welcome,
)
from .transport import Transport

ReplyT = TypeVar("ReplyT")
FrameT = TypeVar("FrameT", DragFrame, InversionFrame)

SILENCE_SECONDS = 3.0
PATIENCE_SECONDS = 10.0


class Conversation:
    """A blocking conversation with one daemon: says Hello, then calls; close it, or use ``with``.

    Raises DaemonUnreachable from every method once the daemon is gone or silent.
    """

    def __init__(
        self, transport: Transport, *, name: str, version: str, client_id: str | None = None
    ) -> None:
        """Open the conversation over ``transport``, which is closed if Hello fails."""
        self.client = Client(transport, name=name, version=version, client_id=client_id)
        self._waiting: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._asked: set[str] = set()
        self._heard = 0.0
        try:
            hello: Pending[Welcome] = Pending(self, self._note(self.client.hello()))
            self.welcome = hello.result()
        except BaseException:
            transport.close()
            raise

    def __enter__(self) -> "Conversation":  # noqa: PYI034 (Self is Python 3.11's)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; what still runs for it is stopped by the daemon."""
        self.client.close()

    def begin(self, request: Answered[ReplyT]) -> "Pending[ReplyT]":
        """Send ``request`` and return at once with what is pending."""
        return Pending(self, self._note(self.client.send(cast(Request, request))))

    def call(
        self, request: Answered[ReplyT], on_event: Callable[[Event], None] | None = None
    ) -> ReplyT:
        """Send ``request``, hand its events to ``on_event``, and return its terminal reply.

        Raises RequestFailed where that reply is an Error.
        """
        pending = self.begin(request)
        for event in pending.events():
            if on_event:
                on_event(event)
        return pending.result()

    def notify(self, notice: NextFrame) -> None:
        """Send a notice; it has no reply."""
        self.client.send(notice)

    def next_of(self, request_id: str) -> Event | object:
        """Wait for the next reply or event under ``request_id``; others are kept for their turn."""
        self._heard = time.monotonic()
        while not self._waiting[request_id]:
            self._receive_one()
        return self._waiting[request_id].popleft().message

    def forget(self, request_id: str) -> None:
        """Take no more replies under ``request_id``: it ended."""
        self._asked.discard(request_id)
        self._waiting.pop(request_id, None)

    def _note(self, request_id: str) -> str:
        self._asked.add(request_id)
        return request_id

    def _receive_one(self) -> None:
        """Take one reply from the wire, or find out that the daemon is silent."""
        reply = self.client.receive()
        if reply is not None:
            self._heard = time.monotonic()
            if reply.id in self._asked:
                self._waiting[reply.id].append(reply)
            return
        before = time.monotonic() - self._heard
        self.client.transport.wait(SILENCE_SECONDS)
        silent = time.monotonic() - self._heard
        if before < SILENCE_SECONDS <= silent:
            self.client.send(Ping())
        if silent > PATIENCE_SECONDS:
            raise DaemonUnreachable(
                f"The Tugline daemon has not answered for {PATIENCE_SECONDS:.0f} seconds; "
                "start it again and go on from the last picture."
            )


class Pending(Generic[ReplyT]):
    """A request under way: its events, then its result."""

    def __init__(self, conversation: Conversation, request_id: str) -> None:
        """Stand for the request ``request_id`` of ``conversation``."""
        self.id = request_id
        self._conversation = conversation
        self._terminal: object | None = None

    def events(self) -> Iterator[Event]:
        """Yield the events of the request until its terminal reply has come."""
        while self._terminal is None:
            message = self._conversation.next_of(self.id)
            if isinstance(message, (Progress, DragFrame, InversionFrame)):
                yield message
            else:
                self._terminal = message
                self._conversation.forget(self.id)

    def frames(self) -> Iterator[DragFrame]:
        """Yield a drag's frames, each asked for when the one before was taken."""
        return self._asked_for(DragFrame)

    def inversion_frames(self) -> Iterator[InversionFrame]:
        """Yield an inversion's frames, each asked for when the one before was taken."""
        return self._asked_for(InversionFrame)

    def _asked_for(self, kind: type[FrameT]) -> Iterator[FrameT]:
        self._conversation.notify(NextFrame(self.id))
        for event in self.events():
            if isinstance(event, kind):
                yield event
                self._conversation.notify(NextFrame(self.id))

    def stop(self) -> Stopped:
        """Ask the daemon to stop the request; it still ends in its own terminal reply."""
        return self._conversation.call(Stop(self.id))

    def result(self) -> ReplyT:
        """Wait for the terminal reply, events passed over; raises RequestFailed for an Error."""
        for _ in self.events():
            pass
        if isinstance(self._terminal, Error):
            error = self._terminal
            raise RequestFailed(error.text, code=error.code, field=error.field, detail=error.detail)
        return cast(ReplyT, self._terminal)
