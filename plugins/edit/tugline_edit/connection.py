"""One connection to a daemon, from Hello to its loss; the link opens another one then."""

import secrets
from collections.abc import Callable
from itertools import count
from typing import Final

from tugline_protocol.client import Client, Reply
from tugline_protocol.codec import encode
from tugline_protocol.errors import BadMessage, DaemonUnreachable
from tugline_protocol.messages import Hello, Notice, Ping, Request
from tugline_protocol.transport import Transport

HELLO_SECONDS: Final = 5.0
SILENCE_SECONDS: Final = 3.0
PONG_SECONDS: Final = 7.0


class Connection:
    """A transport, greeted, and asked now and then whether anybody is still there.

    Sending never fails: ``receive`` tells of a loss, when all that had arrived is taken.
    """

    def __init__(self, transport: Transport, hello: Hello, clock: Callable[[], float]) -> None:
        """Take over ``transport`` and say ``hello``; ``clock`` counts seconds."""
        self._transport = transport
        self._client = Client(transport, name=hello.client, version=hello.client_version)
        self._hello = hello
        self._clock = clock
        self._ids = (f"{secrets.token_hex(4)}-{number}" for number in count(1))
        self._lost: DaemonUnreachable | None = None
        self._heard = clock()
        self._greeting = ""
        self._ping = ""
        self._asked = 0.0
        self.greet()

    def greet(self) -> None:
        """Say Hello, unless that is under way."""
        if not self._greeting:
            self._greeting = self.send(self._hello)
            self._asked = self._clock()

    def greeted_by(self, reply: Reply) -> bool:
        """Say whether ``reply`` is the answer to Hello, which is over with it."""
        if not self._greeting or reply.id != self._greeting:
            return False
        self._greeting = ""
        return True

    def send(self, message: Request | Notice) -> str:
        """Send a message and return its id."""
        message_id = next(self._ids)
        self.send_as(message_id, message)
        return message_id

    def send_as(self, message_id: str, message: Request | Notice) -> None:
        """Send a message under an id of before: the daemon did not take it then."""
        try:
            self._transport.send(encode(message, message_id))
        except DaemonUnreachable as error:
            self._lost = error

    def receive(self) -> Reply | None:
        """Return what came next for the link, None where there is nothing at present.

        Raises DaemonUnreachable where the connection is lost, again at each call; a daemon whose
        messages cannot be read is lost as well.
        """
        while (reply := self._decoded()) is not None:
            self._heard = self._clock()
            if not self._ping or reply.id != self._ping:
                return reply
            self._ping = ""
        if self._lost is not None:
            raise self._lost
        return None

    def _decoded(self) -> Reply | None:
        try:
            return self._client.receive()
        except BadMessage as error:
            self._lost = DaemonUnreachable(f"What the daemon said cannot be read: {error}")
            raise self._lost from error

    def ask_if_silent(self) -> None:
        """Ping a daemon that has said nothing for a while. Call it after ``receive``."""
        silent = self._clock() - self._heard > SILENCE_SECONDS
        if silent and not self._ping and not self._greeting:
            self._ping = self.send(Ping())
            self._asked = self._clock()

    @property
    def overdue(self) -> bool:
        """Whether Hello or a Ping has been without an answer for too long.

        It counts from when that was sent: an editor that stood still for a minute itself does not
        blame the daemon.
        """
        waited = self._clock() - self._asked
        if self._greeting:
            return waited > HELLO_SECONDS
        return bool(self._ping) and waited > PONG_SECONDS

    def fileno(self) -> int | None:
        """Return the descriptor to watch, see ``Transport.fileno``; None where there is none."""
        return self._transport.fileno()

    def close(self) -> None:
        """Close the transport at once."""
        self._transport.close()
