"""A ZeroMQ connection to another computer. Not to be imported where pyzmq cannot be loaded."""

import threading

from tugline_protocol.zeromq import ZmqTransport


class ClosedAside(ZmqTransport):
    """A connection that is closed in a thread of its own.

    ZeroMQ looks up the host's name in a thread, and its close waits for that: ten seconds where a
    name server does not answer.
    """

    def close(self) -> None:
        """Hand the connection to a thread that closes it, and return at once."""
        threading.Thread(target=super().close, name="tugline-close", daemon=True).start()
