"""The interface through which a client speaks: multipart messages to one daemon and back."""

from collections.abc import Sequence
from typing import Protocol

from .values import Buffer


class Transport(Protocol):
    """A connection to one daemon, owned by one thread.

    It can be driven by any event loop: watch ``fileno()`` for reading and, whenever it fires (and
    once after each ``send``, and on a timer), call ``receive()`` until it returns None. Where there
    is no descriptor, receive on a quick timer alone, every 20 milliseconds or so.
    """

    def send(self, frames: Sequence[Buffer]) -> None:
        """Queue one message. Raises DaemonUnreachable when the connection is known to be lost."""

    def receive(self) -> list[memoryview] | None:
        """Return the next message without waiting, or None when there is none.

        Raises DaemonUnreachable when the connection is lost and everything that came is delivered.
        """

    def wait(self, seconds: float) -> bool:
        """Wait until ``receive`` may have something, ``seconds`` at most; say whether it may."""

    def fileno(self) -> int | None:
        """Return a descriptor that becomes readable when something may have arrived, if it has one.

        It may be edge-triggered: after it fired, receive until None. It need not fire where nobody
        answers at all (a daemon that was killed left its endpoint file): besides watching it,
        receive on a timer, every second or so.
        """

    def close(self) -> None:
        """Close the connection at once; what was not sent yet is dropped."""
