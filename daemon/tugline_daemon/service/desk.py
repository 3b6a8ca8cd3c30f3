"""The desk: each request of a client, answered at once or handed to whoever does it."""

import logging
import time
from collections.abc import Sequence

from tugline_daemon import __version__
from tugline_protocol.codec import decode_id
from tugline_protocol.errors import (
    BAD_MESSAGE,
    HELLO_FIRST,
    INTERNAL,
    SHUTTING_DOWN,
    TOO_MANY_REQUESTS,
    UNSUPPORTED,
    VERSION,
    BadMessage,
)
from tugline_protocol.messages import (
    AddModel,
    Align,
    Attach,
    Attached,
    DescribeModel,
    Error,
    Hello,
    Invert,
    ListModels,
    Message,
    ModelRemoved,
    ModelsChanged,
    NextFrame,
    Ping,
    Pong,
    RemoveModel,
    Retarget,
    StartDrag,
    Stop,
    Stopped,
    Terminal,
    Welcome,
)
from tugline_protocol.values import Buffer, Limits, ModelRef
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

from . import checks, door
from .admission import check_work
from .capabilities import NO_FACES, capabilities, finds_faces
from .catalogue import Catalogue
from .errors import Refused
from .failures import one_line
from .foreman import Foreman
from .gate import Arrival, Gate
from .ledger import Ledger
from .porter import Porter, without_query
from .post import Post
from .sessions import Session, Sessions
from .work import WORK, Work

_log = logging.getLogger(__name__)

Frames = Sequence[Buffer]


class Desk:
    """Takes what arrived at the gate. ``closing`` refuses new work while the daemon ends."""

    def __init__(
        self,
        limits: Limits,
        sessions: Sessions,
        ledger: Ledger,
        catalogue: Catalogue,
        foreman: Foreman,
        porter: Porter,
        post: Post,
    ) -> None:
        """Answer with the help of the others."""
        self._limits = limits
        self._sessions = sessions
        self._ledger = ledger
        self._catalogue = catalogue
        self._foreman = foreman
        self._porter = porter
        self._post = post
        self._born = time.monotonic()
        self.closing = False

    def take(self, arrival: Arrival) -> None:
        """Answer one message; whatever is wrong with it is told to its sender alone."""
        try:
            request_id = decode_id(arrival.frames)
        except BadMessage as error:
            self._post.tell_stranger(
                arrival.connection, "", Error(error.code, str(error), error.field)
            )
            return
        session = self._sessions.of(arrival.connection, arrival.user)
        try:
            answer = self._answer(arrival, session)
        except (Refused, BadMessage) as error:
            answer = Error(error.code, str(error), error.field)
        except Exception as error:  # noqa: BLE001 (told to the client and the log; others go on)
            _log.error("a request failed inside the broker: %s", one_line(error))
            answer = Error(
                INTERNAL,
                "The daemon failed on this request, the others go on; see its log.",
                detail=one_line(error),
            )
        if isinstance(answer, Error):
            _log.info("refused %s: %s", request_id, answer.text)
        session = session or self._sessions.of(arrival.connection, arrival.user)
        if answer is None:
            return
        if session is None:
            self._post.tell_stranger(arrival.connection, request_id, answer)
        else:
            self._post.answer(session, arrival.connection, request_id, answer)
        if isinstance(answer, Attached) and session is not None:
            self._post.hand_over(session, arrival.connection)

    def _answer(self, arrival: Arrival, session: Session | None) -> Terminal | None:
        request_id, message = door.read(arrival.frames, self._limits)
        if isinstance(message, Hello):
            return self._hello(arrival, message)
        if session is None:
            raise Refused("The first message of a connection has to be Hello.", code=HELLO_FIRST)
        if isinstance(message, WORK):
            self._work(session, arrival, request_id, message)
            return None
        if isinstance(message, AddModel):
            self._add(session, arrival, request_id, message)
            return None
        return self._at_once(session, arrival, message)

    def _at_once(self, session: Session, arrival: Arrival, message: Message) -> Terminal | None:
        match message:
            case Ping():
                return Pong(time.monotonic() - self._born, (self._foreman.device,))
            case ListModels() | DescribeModel() | RemoveModel():
                return self._about_models(message)
            case Retarget():
                self._retarget(session, arrival, message)
                return None
            case NextFrame():
                self._next_frame(session, message, arrival.frames[1:])
                return None
            case Stop():
                return self._stop(session, message)
            case Attach():
                return self._attach(session, arrival.connection)
        raise TypeError(type(message))

    def _hello(self, arrival: Arrival, hello: Hello) -> Welcome:
        if hello.major != PROTOCOL_MAJOR:
            raise Refused(
                f"The client speaks version {hello.major}.{hello.minor} of the protocol and the "
                f"daemon {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}; update the older of the two.",
                field="major",
                code=VERSION,
            )
        if Gate.named_itself(arrival.connection):
            raise Refused(
                "The connection has a routing id of its own choice; leave that to ZeroMQ.",
                code=BAD_MESSAGE,
            )
        if self._sessions.full:
            self._find_the_gone()
        busy = frozenset(request.session for request in self._ledger)
        self._sessions.greet(
            arrival.connection, arrival.user, hello.client_id, hello.client, hello.minor, busy
        )
        _log.info("%s %s says hello", hello.client, hello.client_version)
        return Welcome(
            daemon_version=__version__,
            major=PROTOCOL_MAJOR,
            minor=min(hello.minor, PROTOCOL_MINOR),
            capabilities=capabilities(),
            limits=self._limits,
            devices=(self._foreman.device,),
        )

    def _find_the_gone(self) -> None:
        """Tell all clients something harmless; those that are gone are found out by it."""
        self._post.tell_all(ModelsChanged())
        for connection in self._post.lost:
            self._sessions.forget_connection(connection)

    def _work(self, session: Session, arrival: Arrival, request_id: str, message: Work) -> None:
        """Check a request for the worker, enter it in the ledger and hand it over."""
        self._check_open()
        if isinstance(message, Align) and not finds_faces():
            raise Refused(NO_FACES, code=UNSUPPORTED)
        self._ledger.admit(session, request_id)
        card = self._catalogue.card(message.model)
        drag = check_work(message, card, self._limits)
        request = self._ledger.enter(
            session=session,
            connection=arrival.connection,
            request_id=request_id,
            kind=type(message).__name__,
            model=message.model,
            doer=self._foreman,
            frames=arrival.frames[1:],
            drag=drag,
        )
        trace = message.trace_id if isinstance(message, (StartDrag, Invert)) else ""
        _log.info("%s %s of %s%s", request.kind, request_id, session.client, trace and f" {trace}")
        self._foreman.begin(request)

    def _add(self, session: Session, arrival: Arrival, request_id: str, message: AddModel) -> None:
        """Check an AddModel, enter it in the ledger and hand it to the porter."""
        self._check_open()
        self._ledger.admit(session, request_id)
        order = self._porter.check(message)
        source = without_query(message.source)
        request = self._ledger.enter(
            session=session,
            connection=arrival.connection,
            request_id=request_id,
            kind=type(message).__name__,
            model=ModelRef(message.name or source[-128:]),
            doer=self._porter,
        )
        _log.info("%s %s of %s: %s", request.kind, request_id, session.client, source)
        self._porter.begin(request, order)

    def _about_models(self, message: ListModels | DescribeModel | RemoveModel) -> Terminal:
        match message:
            case ListModels(thumbnails):
                return self._catalogue.listing(self._limits, thumbnails=thumbnails)
            case DescribeModel(model):
                return self._catalogue.described(model, self._limits)
            case RemoveModel(model):
                self._porter.remove(model)
                return ModelRemoved(model)

    def _check_open(self) -> None:
        if self.closing:
            raise Refused("The daemon is ending; start it again.", code=SHUTTING_DOWN)

    def _retarget(self, session: Session, arrival: Arrival, message: Retarget) -> None:
        """Check a Retarget and hand it to the worker, which answers before its next step."""
        request, drag = self._ledger.drag(session, message.drag)
        if len(drag.pending) >= self._limits.requests:
            raise Refused(
                f"The drag has {len(drag.pending)} Retargets to take over yet; wait for one.",
                code=TOO_MANY_REQUESTS,
            )
        checks.check_retarget(message, drag, self._limits)
        drag.accept(message, decode_id(arrival.frames), arrival.connection)
        self._foreman.follow(request, arrival.frames[1:])

    def _next_frame(self, session: Session, message: NextFrame, frames: Frames) -> None:
        """Pass on a credit, unless one is owed already; of what has ended it is void."""
        request = self._ledger.find(session, message.drag)
        if request is not None and request.has_frames and not request.credit:
            request.credit = True
            self._foreman.follow(request, frames)

    def _stop(self, session: Session, message: Stop) -> Stopped:
        request = self._ledger.find(session, message.request)
        if request is None:
            return Stopped(found=False)
        request.doer.end(request, "stopped")
        return Stopped(found=True)

    def _attach(self, session: Session, connection: bytes) -> Attached:
        running = self._ledger.of(session)
        for request in running:
            request.move_to(connection)
        return Attached(tuple(request.as_running() for request in running))
