"""The link to the daemon: found, kept, lost and regained; requests with callbacks; no waiting.

It lives in an editor's event loop, on one thread. The loop watches ``fileno`` and calls ``drain``
when it fires (again and again where the link is ``polled``), and calls ``tick`` about twice a
second: the descriptor never fires where a connection is refused, as it is when a daemon was killed
and left its endpoint file.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final, TypeVar, cast

from tugline_protocol.client import Reply
from tugline_protocol.endpoint import Endpoint
from tugline_protocol.errors import (
    HELLO_FIRST,
    UNKNOWN_TUNING,
    VERSION,
    BridgeFailed,
    DaemonUnreachable,
    KeyRefused,
)
from tugline_protocol.messages import (
    Answered,
    Error,
    Event,
    Hello,
    Invert,
    ModelsChanged,
    NextFrame,
    Request,
    StartDrag,
    Stop,
    Welcome,
)
from tugline_protocol.values import ModelCard
from tugline_protocol.version import PROTOCOL_MAJOR

from . import wording
from .attempts import Attempts
from .connection import Connection
from .model_list import ModelList
from .places import LocalAddress, RemoteAddress, other_version
from .reading import RecordError
from .requests import LOST, Asked, Requests
from .supplying import Tunings, no_tunings, supply
from .ways import Way

__all__ = ["LOST", "Link", "LinkState", "RemoteAddress"]

ReplyT = TypeVar("ReplyT")

CONNECTING: Final = "Connecting to the Tugline daemon."
NO_ANSWER: Final = "The Tugline daemon does not answer; end it and start it again."
STARTED_ANEW: Final = "The Tugline daemon was started anew."


class LinkState(Enum):
    """How the link is.

    ABSENT: there is no daemon. CONNECTING: one was found and is greeted. READY: requests can be
    sent. REFUSED: it does not accept the user's key. VERSION: it speaks another major version of
    the protocol. LOST: it was there and is gone.
    """

    ABSENT = "absent"
    CONNECTING = "connecting"
    READY = "ready"
    REFUSED = "refused"
    VERSION = "version"
    LOST = "lost"


class Link:
    """One link to one daemon, over as many connections as it takes; owned by one thread.

    ``state`` and ``sentence`` (for the artist) say how it is, ``welcome`` and ``models`` what the
    daemon said last. ``on_change`` is called after each change of these and of ``fileno``. All
    callbacks come from ``drain``, ``tick`` and ``reconnect``, one after the other, never from
    ``ask``; but ``on_waiting`` comes from there, where something arrived while sending, which uses
    up the descriptor's edge: call ``drain`` from the event loop soon. Without that it waits for the
    next reply or ``tick``.
    """

    def __init__(
        self,
        *,
        name: str,
        version: str,
        on_change: Callable[[], None],
        on_waiting: Callable[[], None] = lambda: None,
        remote: RemoteAddress | None = None,
        bridge: tuple[str, ...] | None = None,
        tunings: Tunings = no_tunings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; the first ``tick`` connects.

        ``name`` and ``version`` are the editor's ("krita", "5.2.9"). Without ``remote`` it is the
        user's own daemon. ``bridge`` is the command of the bridge, for where pyzmq cannot load.
        ``tunings`` has those that the document carries, for a daemon without them. ``clock`` counts
        seconds.
        """
        self._place = remote or LocalAddress()
        self._way = Way(name, bridge)
        self.state = LinkState.ABSENT
        self.sentence = self._place.silence
        self.welcome: Welcome | None = None
        self._hello = Hello(name, version, client_id=secrets.token_hex(8))
        self._on_change = on_change
        self._on_waiting = on_waiting
        self._clock = clock
        self._tunings = tunings

        self._connection: Connection | None = None
        self._endpoint: Endpoint | None = None
        self._attempts = Attempts(clock)
        self._requests = Requests()
        self._inbox: deque[Reply] = deque()
        self._draining = False
        self._models = ModelList(self.ask, on_change)

    @property
    def ready(self) -> bool:
        """Whether requests can be sent."""
        return self.state is LinkState.READY

    @property
    def startable(self) -> bool:
        """Whether starting a daemon on this computer is what would help."""
        absent = self.state in (LinkState.ABSENT, LinkState.LOST)
        return self._place.startable and absent and not self._way.hindrance

    @property
    def models(self) -> tuple[ModelCard, ...]:
        """The models' cards as they were when the daemon told them last."""
        return self._models.cards

    @property
    def client_id(self) -> str:
        """What tells this client's session from others with the same key; kept for good."""
        return self._hello.client_id

    @property
    def daemon_version(self) -> str:
        """Tugline's version on the daemon's side, "" while it is not known."""
        if self.welcome is not None:
            return self.welcome.daemon_version
        return self._endpoint.version if self._endpoint else ""

    def fileno(self) -> int | None:
        """Return the descriptor to watch for reading, None without a connection.

        Between two connections it is None for a ``tick``; they may have the same number.
        """
        return self._connection.fileno() if self._connection else None

    @property
    def polled(self) -> bool:
        """Whether there is a connection without a descriptor: call ``drain`` again and again."""
        return self._connection is not None and self._connection.fileno() is None

    # Requests.

    def ask(
        self,
        request: Answered[ReplyT],
        *,
        on_reply: Callable[[ReplyT], None],
        on_error: Callable[[Error], None],
        on_event: Callable[[Event], None] | None = None,
    ) -> str:
        """Send ``request`` and return its id.

        Later, one of ``on_reply`` and ``on_error`` is called, once; where the connection is lost
        that is ``on_error`` with the code "lost". ``on_event`` gets what comes before. The buffers
        in what is handed over are memoryviews that own what they show: they can be kept. Raises
        DaemonUnreachable unless the link is ready.
        """
        if not self.ready or self._connection is None:
            raise DaemonUnreachable(self.sentence)
        sent = cast(Request, request)
        self._note_stop(sent)
        request_id = self._connection.send(sent)
        told = cast("Callable[[object], None]", on_reply)
        self._requests.enter(request_id, Asked(sent, told, on_error, on_event))
        self._look()
        return request_id

    def notify(self, notice: NextFrame) -> None:
        """Send a notice; unless the link is ready it is void."""
        if self.ready and self._connection is not None:
            self._connection.send(notice)
            self._look()

    def forget(self, request_id: str) -> None:
        """Tell nobody what becomes of a request."""
        self._requests.forget(request_id)

    # The event loop.

    def drain(self) -> None:
        """Take all that has arrived and call whom it concerns; the descriptor fired.

        From within a callback it does nothing: the call that is under way goes on.
        """
        if self._draining:
            return
        self._draining = True
        try:
            while (reply := self._next()) is not None:
                self._take(reply)
        finally:
            self._draining = False

    def tick(self) -> None:
        """Do what is due: receive, connect where a daemon is, ask a silent one whether it lives."""
        if self._draining:
            return
        connected = self._connection is not None
        self.drain()
        if connected:
            self._keep()
        else:
            self._find()
        self.drain()

    def reconnect(self) -> None:
        """Give up the connection, if there is one, and connect anew with the next ``tick``."""
        self._endpoint = None
        if self._connection is not None:
            self._disconnect(LinkState.LOST, self._place.silence)
        self.drain()

    def close(self) -> None:
        """End the link for good, in a millisecond; nobody is told anything any more."""
        connection, self._connection = self._connection, None
        self._requests.clear()
        self._inbox.clear()
        self.state, self.sentence = LinkState.ABSENT, self._place.silence
        if connection is not None:
            connection.close()

    # Finding and losing.

    def _find(self) -> None:
        """Connect to a daemon that is new, or that it is time to try again."""
        endpoint, silence = self._announced()
        if endpoint is None:
            self._endpoint = None
            self._become(self._gone, silence)
        elif endpoint != self._endpoint:
            self._attempts.begin()
            self._become(LinkState.CONNECTING, CONNECTING)
            self._connect(endpoint)
        elif self._attempts.due:
            self._connect(endpoint)

    def _keep(self) -> None:
        """Give up a connection to a daemon that says nothing, or that has a successor."""
        if self._connection is None:
            return
        self._connection.ask_if_silent()
        endpoint, _ = self._announced()
        if endpoint is not None and endpoint != self._endpoint:
            self._disconnect(LinkState.LOST, STARTED_ANEW)
        elif self._connection.overdue:
            self._attempts.failed()
            self._disconnect(self._gone, NO_ANSWER)

    def _announced(self) -> tuple[Endpoint | None, str]:
        """Return where the daemon says it is, and the sentence for when it cannot be reached."""
        if hindrance := self._way.hindrance:
            return None, hindrance
        try:
            return self._place.endpoint(), self._place.silence
        except DaemonUnreachable as error:
            return None, str(error)

    def _connect(self, endpoint: Endpoint) -> None:
        """Open a connection and greet; the state stays what it was until there is an answer."""
        self._endpoint = endpoint
        try:
            transport = self._place.connect(endpoint, self._way)
        except DaemonUnreachable as error:
            self._attempts.failed()
            self._become(self._gone, str(error))
        else:
            self._connection = Connection(transport, self._hello, self._clock)
            self._on_change()

    def _lose(self, error: DaemonUnreachable) -> None:
        """Take the end of a connection: it was lost, or there never was anybody."""
        if isinstance(error, KeyRefused):
            self._attempts.refused()
            self._disconnect(LinkState.REFUSED, str(error))
        elif self.ready:
            self._attempts.lost()
            self._disconnect(LinkState.LOST, str(error))
        else:
            self._attempts.failed()
            told = str(error) if isinstance(error, BridgeFailed) else self._place.silence
            self._disconnect(self._gone, told)

    @property
    def _gone(self) -> LinkState:
        """The state without a daemon."""
        return LinkState.ABSENT if self.welcome is None else LinkState.LOST

    def _disconnect(self, state: LinkState, sentence: str) -> None:
        """Close the connection; all that was asked over it ends as lost, at the next drain."""
        connection, self._connection = self._connection, None
        self._inbox.extend(self._requests.losses(sentence))
        self.state, self.sentence = state, sentence
        self._on_change()
        if connection is not None:
            connection.close()

    def _become(self, state: LinkState, sentence: str) -> None:
        if (state, sentence) != (self.state, self.sentence):
            self.state, self.sentence = state, sentence
            self._on_change()

    # What the daemon says.

    def _next(self) -> Reply | None:
        """Return what is to be handed over next, None where there is nothing."""
        if not self._inbox and self._connection is not None:
            try:
                return self._connection.receive()
            except DaemonUnreachable as error:
                self._lose(error)
        return self._inbox.popleft() if self._inbox else None

    def _look(self) -> None:
        """Receive after sending, outside of ``drain``: sending may have used up the edge.

        A loss is told again to ``drain``, so that nobody hears of it in the midst of sending.
        """
        if self._draining or self._connection is None:
            return
        try:
            while (reply := self._connection.receive()) is not None:
                self._inbox.append(reply)
        except DaemonUnreachable:
            self._on_waiting()
        else:
            if self._inbox:
                self._on_waiting()

    def _take(self, reply: Reply) -> None:
        message, connection = reply.message, self._connection
        if connection is not None and connection.greeted_by(reply):
            self._welcomed(connection, message)
        elif isinstance(message, ModelsChanged):
            if self.ready:
                self._models.refresh()
        elif isinstance(message, Error) and message.code == HELLO_FIRST and connection is not None:
            self._requests.refuse(reply.id)
            connection.greet()
        elif isinstance(message, Error) and message.code == UNKNOWN_TUNING:
            self._supply(reply.id)
        else:
            self._requests.tell(reply)

    def _supply(self, request_id: str) -> None:
        """Give the daemon the tuning that a request names, once, and ask again under its id."""
        asked = self._requests.get(request_id)
        if asked is None:
            return
        keep, sentence = None, wording.TUNING_LOST
        try:
            keep = supply(asked.request, self._tunings) if not asked.supplied else None
        except RecordError as damage:
            sentence = str(damage)
        if keep is None:
            self._requests.tell(Reply(request_id, Error(UNKNOWN_TUNING, sentence)))
            return
        asked.supplied = True
        self.ask(
            keep,
            on_reply=lambda _kept: self._ask_again(request_id),
            on_error=lambda error: self._requests.tell(Reply(request_id, error)),
        )

    def _ask_again(self, request_id: str) -> None:
        """Send a request again that is still wanted, and what was said of it meanwhile."""
        asked, connection = self._requests.get(request_id), self._connection
        if asked is None or connection is None:
            return
        connection.send_as(request_id, asked.request)
        if isinstance(asked.request, StartDrag | Invert):
            connection.send(NextFrame(request_id))
        if asked.stopped:
            connection.send(Stop(request_id))

    def _note_stop(self, request: Request) -> None:
        """Know that a request is to stop, for where it is sent again."""
        asked = self._requests.get(request.request) if isinstance(request, Stop) else None
        if asked is not None:
            asked.stopped = True

    def _welcomed(self, connection: Connection, answer: object) -> None:
        """Take the answer to Hello."""
        if isinstance(answer, Welcome) and answer.major == PROTOCOL_MAJOR:
            self.welcome = answer
            self._attempts.succeeded()
            for request_id, request in self._requests.take_refused():
                connection.send_as(request_id, request)
            self._become(LinkState.READY, f"Connected to Tugline {answer.daemon_version}.")
            self._models.refresh()
            return
        self._attempts.refused()
        if isinstance(answer, Error) and answer.code != VERSION:
            self._disconnect(LinkState.REFUSED, answer.text)
        else:
            sentence = other_version(self._endpoint, self._hello.client, answer)
            self._disconnect(LinkState.VERSION, sentence)
