"""One side of a conversation: typed messages over any Transport, nothing that waits.

A plugin drives it from its event loop: ``send`` returns at once with the request's id, ``receive``
gives the next reply or event, or None.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import cast

from .codec import decode, encode
from .errors import UNSUPPORTED, BadMessage
from .messages import FROM_DAEMON, Event, Hello, Notice, Request, Terminal
from .transport import Transport


@dataclass(frozen=True)
class Reply:
    """What came from the daemon, under the id of the request that it belongs to ("" = none)."""

    id: str
    message: Event | Terminal


class Client:
    """A client of one daemon, owned by one thread.

    ``client_id`` is kept across reconnections: with the user's key it names the session, and Attach
    finds again what ran for it.
    """

    def __init__(
        self, transport: Transport, *, name: str, version: str, client_id: str | None = None
    ) -> None:
        """Take over ``transport``; ``name`` and ``version`` are the program's ("krita", "5.2")."""
        self.transport = transport
        self.name = name
        self.version = version
        self.client_id = client_id or secrets.token_hex(8)
        self._ids = (f"{secrets.token_hex(4)}-{number}" for number in count(1))

    def hello(self) -> str:
        """Send Hello, which has to come first on every connection; return its request id."""
        return self.send(Hello(self.name, self.version, self.client_id))

    def send(self, message: Request | Notice) -> str:
        """Send ``message`` and return its id; raises DaemonUnreachable on a lost connection."""
        request_id = next(self._ids)
        self.transport.send(encode(message, request_id))
        return request_id

    def receive(self) -> Reply | None:
        """Return the next reply or event, or None when there is none at present.

        Raises DaemonUnreachable when the connection is lost, BadMessage when the daemon sends what
        this side cannot read. Events of a type that this side does not know are passed over.
        """
        while (frames := self.transport.receive()) is not None:
            reply = _known(frames)
            if reply is not None:
                return reply
        return None

    def pending(self) -> Iterator[Reply]:
        """Yield replies and events until there are none at present."""
        while (reply := self.receive()) is not None:
            yield reply

    def close(self) -> None:
        """Close the transport at once."""
        self.transport.close()


def _known(frames: list[memoryview]) -> Reply | None:
    """Return the reply in ``frames``, or None for an event of a newer minor version."""
    try:
        request_id, message = decode(frames, FROM_DAEMON)
    except BadMessage as error:
        if error.code == UNSUPPORTED:
            return None
        raise
    return Reply(request_id, cast("Event | Terminal", message))
