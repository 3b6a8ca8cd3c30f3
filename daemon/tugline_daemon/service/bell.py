"""A bell that any thread or signal handler may ring, and that a poller hears."""

import contextlib
import socket


class Bell:
    """A pair of sockets: ``ring`` writes a byte, whoever polls ``fileno()`` wakes up."""

    def __init__(self) -> None:
        """Make the pair; neither end ever waits."""
        self._hear, self._pull = socket.socketpair()
        self._hear.setblocking(False)
        self._pull.setblocking(False)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the bell was rung."""
        return self._hear.fileno()

    def ring(self) -> None:
        """Wake the listener; a bell that was rung already, or is put away, stays as it is."""
        with contextlib.suppress(OSError):
            self._pull.send(b"!")

    def quiet(self) -> None:
        """Take back all rings so far."""
        with contextlib.suppress(BlockingIOError):
            while self._hear.recv(4096):
                pass

    def close(self) -> None:
        """Put the bell away."""
        self._hear.close()
        self._pull.close()
