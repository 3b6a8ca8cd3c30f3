"""The ledger: every request that takes time, until its terminal reply."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol

from tugline_daemon.library.cards import Card
from tugline_protocol.errors import DRAG_OVER, DUPLICATE_ID, TOO_MANY_REQUESTS
from tugline_protocol.messages import Error, Invert, Progress, Retarget, StartDrag
from tugline_protocol.values import Buffer, ModelRef, PictureFormat, Running

from .errors import Refused
from .link import StepTaken
from .sessions import Session

# The requests whose last frame can be gone on from.
WITH_FRAMES = frozenset({StartDrag.__name__, Invert.__name__})
DRAG_IS_OVER = "The drag has ended; start it again from its last picture."


@dataclass(frozen=True)
class PendingRetarget:
    """A Retarget that the worker has not answered yet; ``before``: the points' ids without it."""

    number: int
    id: str
    connection: bytes
    before: frozenset[str]


@dataclass
class DragState:
    """What the broker knows of a running drag: its points' ids, and the last Retarget's number.

    ``card`` is its model's, which may be removed meanwhile. ``frames`` says how its frames are
    wanted, ``composite`` whether they carry the mask. ``pending`` are the Retargets that the worker
    has not answered yet, in their order.
    """

    card: Card
    points: set[str]
    frames: PictureFormat | None
    composite: bool
    retarget: int = 0
    pending: deque[PendingRetarget] = field(default_factory=deque)

    def accept(self, retarget: Retarget, request_id: str, connection: bytes) -> None:
        """Take over what ``retarget`` says of points and number; it has been checked."""
        before = frozenset(self.points)
        self.pending.append(PendingRetarget(retarget.number, request_id, connection, before))
        self.retarget = retarget.number
        self.points -= set(retarget.removed)
        self.points |= {point.id for point in retarget.added}


class Doer(Protocol):
    """Who does a request: the foreman with the worker, the porter with an import's process."""

    def end(self, request: "RunningRequest", reason: str) -> None:
        """See to it that ``request`` ends, for ``reason`` "stopped" or "client_gone"."""

    def close(self, request: "RunningRequest", error: Error) -> None:
        """End ``request`` with ``error`` now, whatever is done for it."""


@dataclass(eq=False)
class RunningRequest:
    """A request under way.

    ``key`` is its name between broker and worker. ``doer`` does it. ``connection`` is where its
    replies go. ``messages`` holds its frames, and those of all that followed it, until the worker
    has begun: what a worker that died had not begun goes to the next one. ``told`` is what the
    worker reported last, ``progress`` what the client is told now and then. ``credit`` says that a
    frame is owed. ``ending`` is the reason for which it was told to end, "" while it was not.
    """

    key: bytes
    id: str
    kind: str
    model: ModelRef
    doer: Doer
    session: Session
    connection: bytes
    messages: list[Sequence[Buffer]]
    drag: DragState | None = None
    begun: bool = False
    forwarded: bool = False
    told: StepTaken = StepTaken(0, 0, 0.0)  # noqa: RUF009 (frozen)
    progress: Progress = Progress("Waiting for the device.", 0.0)  # noqa: RUF009 (frozen)
    credit: bool = False
    ending: str = ""

    @property
    def has_frames(self) -> bool:
        """Whether credits for frames are taken."""
        return self.kind in WITH_FRAMES

    def move_to(self, connection: bytes) -> None:
        """Send its replies, and the answers to its Retargets under way, to ``connection``."""
        self.connection = connection
        if self.drag:
            waiting = [replace(one, connection=connection) for one in self.drag.pending]
            self.drag.pending = deque(waiting)

    def as_running(self) -> Running:
        """Return how Attached lists it."""
        return Running(self.id, self.kind, self.model, self.told.step, self.told.retarget)


class Ledger:
    """The running requests, by their key and by session and id."""

    def __init__(self, most_per_session: int) -> None:
        """Begin empty; a session may have ``most_per_session`` requests at once."""
        self._most = most_per_session
        self._keys = count(1)
        self._by_key: dict[bytes, RunningRequest] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[RunningRequest]:
        return iter(tuple(self._by_key.values()))

    def get(self, key: bytes) -> RunningRequest | None:
        """Return the request of that key, or None where it has ended."""
        return self._by_key.get(key)

    def done_by(self, doer: Doer) -> list[RunningRequest]:
        """Return the running requests that ``doer`` does, oldest first."""
        return [one for one in self._by_key.values() if one.doer is doer]

    def find(self, session: Session, request_id: str) -> RunningRequest | None:
        """Return the session's request of that id, or None."""
        return next((one for one in self.of(session) if one.id == request_id), None)

    def of(self, session: Session) -> list[RunningRequest]:
        """Return the session's running requests, oldest first."""
        return [one for one in self._by_key.values() if one.session is session]

    def drag(self, session: Session, request_id: str) -> tuple[RunningRequest, DragState]:
        """Return the session's running drag of that id; raises Refused where there is none."""
        found = self.find(session, request_id)
        if found is None or found.drag is None:
            raise Refused(DRAG_IS_OVER, field="drag", code=DRAG_OVER)
        return found, found.drag

    def admit(self, session: Session, request_id: str) -> None:
        """Check that the session may begin a request of that id; raises Refused."""
        running = self.of(session)
        if any(one.id == request_id for one in running):
            raise Refused(
                f"A request with the id {request_id} is still running; choose another id.",
                field="id",
                code=DUPLICATE_ID,
            )
        if len(running) + session.unread >= self._most:
            raise Refused(
                f"This client has {self._most} requests running or their replies unread; wait for "
                "one to end.",
                code=TOO_MANY_REQUESTS,
            )

    def enter(
        self,
        session: Session,
        connection: bytes,
        request_id: str,
        kind: str,
        model: ModelRef,
        doer: Doer,
        frames: Sequence[Buffer] = (),
        drag: DragState | None = None,
    ) -> RunningRequest:
        """Enter a request that was admitted and checked."""
        key = b"%d" % next(self._keys)
        entered = RunningRequest(
            key, request_id, kind, model, doer, session, connection, [frames], drag
        )
        self._by_key[key] = entered
        return entered

    def strike(self, request: RunningRequest) -> None:
        """Take out a request that has ended."""
        self._by_key.pop(request.key, None)
