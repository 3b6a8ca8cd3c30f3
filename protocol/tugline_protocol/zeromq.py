"""The ZeroMQ transport: a DEALER with CURVE. The only module of this package that needs pyzmq."""

from collections.abc import Sequence
from pathlib import Path

import zmq
import zmq.auth
from zmq.utils.monitor import recv_monitor_message

from .endpoint import Endpoint
from .errors import DaemonUnreachable, KeyRefused
from .values import Buffer

CONNECT_TIMEOUT_MS = 3000
HEARTBEAT_MS = 1000
HEARTBEAT_TIMEOUT_MS = 5000
COPY_BELOW = 4096

_LOST = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_CONNECT_RETRIED
    | zmq.EVENT_CLOSED
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
)
_REFUSED = zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL


class ZmqTransport:
    """A DEALER socket to one daemon, encrypted and authenticated by CURVE.

    It never reconnects by itself: a daemon that comes back has another port and forgot its
    sessions, so the owner reads the endpoint file again and connects anew. ``socket`` and
    ``monitor`` are for a poller; who receives from the socket itself asks for the ``loss``.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key_file: Path,
        *,
        high_water: int = 1000,
        silence_ms: int = HEARTBEAT_TIMEOUT_MS,
    ) -> None:
        """Connect to ``endpoint`` with the user's key; raises DaemonUnreachable without the key.

        ``high_water`` is how many messages may wait in the socket, each way. A daemon whose
        heartbeats are not heard for ``silence_ms`` is lost; they are not while the socket is full.
        """
        public, secret = _certificate(key_file)
        self._context = zmq.Context()
        self.socket = self._context.socket(zmq.DEALER)
        self._lost: DaemonUnreachable | None = None
        try:
            self.socket.linger = 0
            self.socket.set_hwm(high_water)
            self.socket.curve_publickey = public
            self.socket.curve_secretkey = secret
            self.socket.curve_serverkey = endpoint.server_key.encode()
            self.socket.setsockopt(zmq.RECONNECT_IVL, -1)
            self.socket.setsockopt(zmq.CONNECT_TIMEOUT, CONNECT_TIMEOUT_MS)
            self.socket.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
            self.socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, silence_ms)
            self.monitor = self.socket.get_monitor_socket(_LOST)
            self.socket.connect(endpoint.address)
        except (zmq.ZMQError, ValueError) as error:
            self._context.destroy(linger=0)
            raise DaemonUnreachable(
                f"The daemon's address {endpoint.address} cannot be used ({error}); "
                "start `tugline serve` again."
            ) from error

    def send(self, frames: Sequence[Buffer]) -> None:
        """Queue one message; large buffers are passed on without a copy."""
        if self._lost:
            raise self._lost
        try:
            for index, frame in enumerate(frames):
                more = zmq.SNDMORE if index < len(frames) - 1 else 0
                self.socket.send(frame, more | zmq.NOBLOCK, copy=len(frame) < COPY_BELOW)
        except zmq.Again:
            # What came before the loss can still be received, hence it is not noted as lost here.
            raise DaemonUnreachable(
                "The Tugline daemon takes no more messages; start it again and go on from the last "
                "picture."
            ) from None

    def receive(self) -> list[memoryview] | None:
        """Return the next message, or None; see ``Transport.receive``."""
        try:
            frames = self.socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            if lost := self.loss():
                raise lost from None
            return None
        return [memoryview(frame.buffer) for frame in frames]

    def wait(self, seconds: float) -> bool:
        """Wait for a message or for the loss of the connection; see ``Transport.wait``."""
        if self._lost:
            return True
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        poller.register(self.monitor, zmq.POLLIN)
        return bool(poller.poll(max(0, round(seconds * 1000))))

    def fileno(self) -> int:
        """Return the socket's edge-triggered descriptor; see ``Transport.fileno``."""
        return int(self.socket.fileno())

    def close(self) -> None:
        """Close both sockets and their context at once."""
        self._context.destroy(linger=0)

    def loss(self) -> DaemonUnreachable | None:
        """Return why the connection is lost, None as long as it is not.

        To be called when everything received is delivered.
        """
        while self._lost is None and self.monitor.poll(0):
            event = recv_monitor_message(self.monitor)["event"]
            if event & _REFUSED:
                self._lost = KeyRefused(
                    "The daemon does not accept this user's key; run `tugline doctor`."
                )
            else:
                self._lost = DaemonUnreachable(
                    "The Tugline daemon is gone; start it again and go on from the last picture."
                )
        return self._lost


def _certificate(key_file: Path) -> tuple[bytes, bytes]:
    try:
        public, secret = zmq.auth.load_certificate(str(key_file))
    except (OSError, ValueError) as error:
        raise DaemonUnreachable(
            f"The key file {key_file} is missing or damaged; run `tugline doctor`."
        ) from error
    if secret is None:
        raise DaemonUnreachable(f"The key file {key_file} holds no secret key.")
    return public, secret
