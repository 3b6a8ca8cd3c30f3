"""The ROUTER socket to the clients: CURVE, the list of keys, limits, and who is still there."""

import enum
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils.monitor import recv_monitor_message

from tugline_protocol.values import Buffer, Limits

from .errors import AddressUnusable
from .keys import KeyPair

_log = logging.getLogger(__name__)

DOMAIN = "tugline"
# Long, because a busy machine (a model is being loaded, say) takes its time to shake hands, and
# whoever is cut off meanwhile takes the daemon for gone.
HANDSHAKE_MS = 3000
HEARTBEAT_MS = 1000
# Long, because a client that reads nothing while its queue is full does not answer these either.
HEARTBEAT_TIMEOUT_MS = 15000
# Replies that may wait in the socket for one slow reader; what comes after waits in its session.
REPLIES_IN_SOCKET = 16
COPY_BELOW = 4096

_WATCHED = (
    zmq.EVENT_ACCEPTED
    | zmq.EVENT_DISCONNECTED
    | zmq.EVENT_CLOSED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)
_OVER = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED


class Delivery(enum.Enum):
    """What became of a message to a client."""

    SENT = enum.auto()
    FULL = enum.auto()
    GONE = enum.auto()


@dataclass(frozen=True)
class Arrival:
    """A message from a client: its connection, its authenticated key (Z85), its frames."""

    connection: bytes
    user: str
    frames: list[memoryview]


class Gate:
    """The socket that clients connect to. ``socket`` and ``monitor`` are for the broker's poller.

    MANDATORY, so that a message to a client that is gone is an error and not a silence; HANDOVER
    stays off, so that nobody takes over another's connection.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], keys: KeyPair, limits: Limits
    ) -> None:
        """Make the socket, not listening yet."""
        self._limits = limits
        self._open: set[int] = set()
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN.encode())
        self.socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        self.socket.curve_server = True
        self.socket.curve_publickey = keys.public
        self.socket.curve_secretkey = keys.secret
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self.socket.setsockopt(zmq.MAXMSGSIZE, limits.message_bytes)
        self.socket.setsockopt(zmq.HANDSHAKE_IVL, HANDSHAKE_MS)
        self.socket.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
        self.socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS)
        self.socket.setsockopt(zmq.SNDHWM, REPLIES_IN_SOCKET)
        # Never full: libzmq 4.3 ends the process where a client leaves whose input it has stopped
        # for that, at the next heartbeat ("Assertion failed: !_io_error").
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.monitor = self.socket.get_monitor_socket(_WATCHED)

    def listen(self, bind: str) -> str:
        """Listen on ``bind`` (HOST:PORT) and return the address that clients on this machine use.

        Raises AddressUnusable.
        """
        try:
            self.socket.setsockopt(zmq.IPV6, int(bind.startswith("[")))
            self.socket.bind(f"tcp://{bind}")
        except zmq.ZMQError as error:
            raise AddressUnusable(
                f"The daemon cannot listen on {bind} ({error.strerror}); "
                "choose another address or port with --bind."
            ) from error
        address = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

    @staticmethod
    def named_itself(connection: bytes) -> bool:
        """Say whether a client chose its own routing id; those that ZeroMQ makes begin with 0.

        Such an id could be taken up by another user once it is free, and what waits for the first
        would go to the second.
        """
        return not connection.startswith(b"\0")

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def receive(self) -> Arrival | None:
        """Return the next message without waiting, or None.

        Frames beyond the limit are let go as they come: one more than allowed is kept, for the door
        to refuse.
        """
        try:
            connection = self.socket.recv(zmq.NOBLOCK)
        except zmq.Again:
            return None
        frames: list[memoryview] = []
        user = ""
        while self.socket.getsockopt(zmq.RCVMORE):
            frame = self.socket.recv(copy=False)
            user = str(frame.get("User-Id"))
            if len(frames) <= self._limits.frames:
                frames.append(frame.buffer)
        return Arrival(connection, user, frames)

    def send(self, connection: bytes, frames: Sequence[Buffer]) -> Delivery:
        """Send to one client without waiting; large buffers are passed on without a copy."""
        try:
            self.socket.send(connection, zmq.SNDMORE | zmq.NOBLOCK)
            for index, frame in enumerate(frames):
                more = zmq.SNDMORE if index < len(frames) - 1 else 0
                self.socket.send(frame, more | zmq.NOBLOCK, copy=len(frame) < COPY_BELOW)
        except zmq.Again:
            return Delivery.FULL
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            return Delivery.GONE
        return Delivery.SENT

    def somebody_left(self) -> bool:
        """Read what the monitor reports and say whether a connection was closed."""
        left = False
        while self.monitor.poll(0):
            event = recv_monitor_message(self.monitor)
            if event["event"] == zmq.EVENT_ACCEPTED:
                self._open.add(event["value"])
            elif event["event"] & _OVER:
                left = True
                self._open.discard(event["value"])
            else:
                _log.info("refused a connection that did not show a listed key")
        return left

    def close(self) -> None:
        """Close the socket and its monitor."""
        self.socket.disable_monitor()
        self.monitor.close(linger=0)
        self.socket.close()


class Guard:
    """pyzmq's authenticator with the two lists: clients on one domain, the worker on another.

    Its thread is watched: were it to end, the enforced domains would let nobody in any more.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], providers: dict[str, object]
    ) -> None:
        """Start to answer for ``providers``: domain -> whom to ask about a key."""
        self._context = context
        self._providers = providers
        self._authenticator = self._start()

    def watch(self) -> None:
        """Start the authenticator again if its thread ended."""
        if not self._authenticator.is_alive():
            _log.error("the authenticator's thread ended and is started again")
            self._authenticator.stop()
            self._authenticator = self._start()

    def stop(self) -> None:
        """End the thread."""
        self._authenticator.stop()

    def _start(self) -> ThreadAuthenticator:
        authenticator = ThreadAuthenticator(self._context)
        for domain, provider in self._providers.items():
            authenticator.configure_curve_callback(domain, provider)
        authenticator.start()
        return authenticator
