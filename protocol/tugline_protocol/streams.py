"""The transport over standard streams: a bridge is started and spoken to (SPEC.md, "The bridge").

It is for an editor whose Python cannot load pyzmq. A thread reads from the bridge and another one
writes to it, on every system, so that nobody waits in ``send`` and ``receive``.
"""

import contextlib
import io
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import IO, Final, cast

from .codec import ID_BYTES, encode
from .errors import BadMessage, BridgeFailed, DaemonUnreachable
from .messages import Error
from .packets import END, message_pieces, read_greeting, read_packet, reason, write_all
from .values import Buffer

# Messages that may wait to be received, and messages and bytes that may wait to be sent.
MOST_RECEIVED: Final = 256
MOST_QUEUED: Final = 1000
MOST_QUEUED_BYTES: Final = 256 * 1024 * 1024

_TAIL_BYTES: Final = 4096
if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0


class StreamTransport:
    """A bridge in a process of its own, which ends with this connection.

    Like the ZeroMQ transport it never connects anew. There is no descriptor to watch.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start ``command``, a bridge, in ``environment`` (None = this process's).

        Takes some milliseconds and waits for nothing. Raises BridgeFailed where it cannot be
        started.
        """
        self._changed = threading.Condition()
        self._received: deque[list[memoryview]] = deque()
        self._queued: deque[list[Buffer]] = deque()
        self._queued_bytes = 0
        self._lost: DaemonUnreachable | None = None
        self._closed = False
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the thread that reads)
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                bufsize=0,
                cwd=Path(sys.executable).anchor or "/",
                env=environment,
                creationflags=_NO_WINDOW,
                start_new_session=True,
            )
        except OSError as error:
            self._complaints.close()
            raise BridgeFailed(
                f"The bridge to the daemon could not be started ({error.strerror or error}); "
                "install the plugin again."
            ) from error
        for work, name in ((self._read, "tugline-read"), (self._write, "tugline-write")):
            threading.Thread(target=work, name=name, daemon=True).start()

    def send(self, frames: Sequence[Buffer]) -> None:
        """Queue one message; its buffers must not change any more.

        One over the limits is answered as the daemon would, with the error ``too_large``.
        """
        try:
            pieces = message_pieces(frames)
        except BadMessage as error:
            with self._changed:
                self._received.append(_refusal(frames, error))
                self._changed.notify_all()
            return
        with self._changed:
            if self._lost:
                raise self._lost
            if len(self._queued) >= MOST_QUEUED or self._queued_bytes > MOST_QUEUED_BYTES:
                raise DaemonUnreachable(
                    "The Tugline daemon takes no more messages; start it again and go on from the "
                    "last picture."
                )
            self._queued.append(pieces)
            self._queued_bytes += sum(map(len, pieces))
            self._changed.notify_all()

    def receive(self) -> list[memoryview] | None:
        """Return the next message, or None; see ``Transport.receive``."""
        with self._changed:
            if self._received:
                self._changed.notify_all()
                return self._received.popleft()
            if self._lost:
                raise self._lost
            return None

    def wait(self, seconds: float) -> bool:
        """Wait for a message or for the loss of the connection; see ``Transport.wait``."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._received or self._lost), seconds)

    def fileno(self) -> int | None:
        """There is no descriptor: a pipe cannot be watched on every system."""
        return None

    def close(self) -> None:
        """End the bridge and both threads, without waiting for them."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._process.kill()

    # The thread that reads.

    def _read(self) -> None:
        """Receive until the bridge ends, and clean up after it."""
        error, fault = None, ""
        with cast(FileIO, self._process.stdout) as stream:
            try:
                error = self._receive_all(stream)
            except (BadMessage, OSError) as wrong:
                fault = str(wrong)
            self._process.kill()
            self._process.wait()
        with self._complaints, self._changed:
            why = _last_line(self._complaints) or fault
            self._lost = error or BridgeFailed(
                f"The bridge to the daemon failed ({why}); run `tugline doctor`."
            )
            self._changed.notify_all()

    def _receive_all(self, stream: FileIO) -> DaemonUnreachable:
        """Receive until the bridge says that it ends, and return why.

        Raises BadMessage where it ends without saying so, or says what cannot be read.
        """
        read_greeting(stream)
        while (packet := read_packet(stream)) is not None:
            if packet.kind == END:
                return reason(packet)
            self._keep(packet.frames)
        raise BadMessage("it ended without a word")

    def _keep(self, frames: list[memoryview]) -> None:
        """Keep a message until it is received, once there is room for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._received) < MOST_RECEIVED)
            self._received.append(frames)
            self._changed.notify_all()

    # The thread that writes.

    def _write(self) -> None:
        """Write what is queued; a bridge that takes nothing ends, which the other thread tells."""
        with cast(FileIO, self._process.stdin) as stream, contextlib.suppress(OSError):
            while (pieces := self._next_queued()) is not None:
                write_all(stream, pieces)

    def _next_queued(self) -> list[Buffer] | None:
        """Wait for what is to be written next; None where nothing is any more."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._queued or self._closed or self._lost))
            if self._closed or self._lost:
                return None
            pieces = self._queued.popleft()
            self._queued_bytes -= sum(map(len, pieces))
            return pieces


def _refusal(frames: Sequence[Buffer], error: BadMessage) -> list[memoryview]:
    """Return the answer to a message that is too large to be sent."""
    request_id = bytes(frames[0][:ID_BYTES]).decode(errors="replace")
    return [memoryview(frame) for frame in encode(Error(error.code, str(error)), request_id)]


def _last_line(complaints: IO[bytes]) -> str:
    """Return the last line that the bridge wrote on its standard error."""
    size = complaints.seek(0, io.SEEK_END)
    complaints.seek(max(0, size - _TAIL_BYTES))
    lines = complaints.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
