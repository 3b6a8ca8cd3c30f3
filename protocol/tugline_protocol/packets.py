"""Multipart messages on a stream of bytes: what a bridge reads and writes (SPEC.md, "The bridge").

Each side reads from a stream that waits, so a packet may come in any pieces. All lengths stand
before the contents and are checked before anything is allocated.
"""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from .errors import TOO_LARGE, BadMessage, BridgeFailed, DaemonUnreachable, KeyRefused
from .values import Buffer, Limits
from .version import PROTOCOL_MAJOR, PROTOCOL_MINOR

MESSAGE: Final = b"M"
END: Final = b"E"

LOST: Final = "lost"
REFUSED: Final = "refused"
FAILED: Final = "failed"

MOST_FRAMES: Final = Limits().frames
MOST_BYTES: Final = Limits().message_bytes
END_BYTES: Final = 4096
GREETING_BYTES: Final = 32

_GREETING: Final = re.compile(rb"tugline bridge \d{1,5}\.\d{1,5}\n")
_JOINED_BELOW: Final = 65536


class Source(Protocol):
    """A stream to read from, which waits for at least a byte; a raw file is one."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the beginning of ``buffer`` and return how many bytes that were, 0 at the end."""


class Sink(Protocol):
    """A stream to write to, which may take less than it is given; a raw file is one."""

    def write(self, data: Buffer, /) -> int | None:
        """Write the beginning of ``data`` and return how many bytes that were."""


@dataclass(frozen=True)
class Packet:
    """What came in one piece: a MESSAGE's frames, or an END's word and sentence."""

    kind: bytes
    frames: list[memoryview]


def greeting() -> bytes:
    """Return the line with which a bridge begins."""
    return f"tugline bridge {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}\n".encode()


def read_greeting(source: Source) -> None:
    """Read a bridge's first line, of whatever version. Raises BadMessage where it is another's."""
    line = b""
    while not line.endswith(b"\n") and len(line) < GREETING_BYTES:
        byte = _read(source, 1)
        if not byte:
            break
        line += byte
    if not _GREETING.fullmatch(line):
        raise BadMessage(f"What was started as the bridge is none: it said {line!r} first.")


def message_pieces(frames: Sequence[Buffer]) -> list[Buffer]:
    """Return what has to be written for a message; large frames are passed on, not copied.

    Raises BadMessage with the code ``too_large`` over the limits.
    """
    lengths = [len(frame) for frame in frames]
    if len(lengths) > MOST_FRAMES or sum(lengths) > MOST_BYTES:
        raise BadMessage(
            f"The message is larger than the limit of {MOST_BYTES} bytes in {MOST_FRAMES} frames; "
            "send less at a time.",
            code=TOO_LARGE,
        )
    return _joined([_head(MESSAGE, lengths), *frames])


def end_piece(error: DaemonUnreachable) -> bytes:
    """Return what has to be written as the last, for a reason to end."""
    word = LOST
    if isinstance(error, KeyRefused):
        word = REFUSED
    elif isinstance(error, BridgeFailed):
        word = FAILED
    frames = [word.encode(), str(error).encode()[: END_BYTES - len(word)]]
    return b"".join([_head(END, list(map(len, frames))), *frames])


def reason(packet: Packet) -> DaemonUnreachable:
    """Return the reason that an END tells; one of an unknown word is taken for a loss."""
    word, sentence = (bytes(frame).decode(errors="replace") for frame in packet.frames)
    kinds: dict[str, type[DaemonUnreachable]] = {REFUSED: KeyRefused, FAILED: BridgeFailed}
    return kinds.get(word, DaemonUnreachable)(sentence)


def read_packet(source: Source) -> Packet | None:
    """Read one packet, waiting for it; None where the stream ends between two.

    Its frames share one buffer that belongs to them. Raises BadMessage for what is no packet, over
    a limit, or cut; nothing that follows can be read then.
    """
    head = _read(source, 2)
    if not head:
        return None
    if len(head) < 2:
        raise _cut()
    kind, count = bytes(head[:1]), head[1]
    most_bytes = _check_head(kind, count)
    table = _read(source, 4 * count)
    if len(table) < 4 * count:
        raise _cut()
    lengths = struct.unpack(f"<{count}I", table)
    size = sum(lengths)
    if size > most_bytes:
        raise BadMessage(
            f"A packet of {size} bytes came and may have {most_bytes}.", code=TOO_LARGE
        )
    contents = _read(source, size)
    if len(contents) < size:
        raise _cut()
    return Packet(kind, _parts(contents, lengths))


def write_all(sink: Sink, pieces: Iterable[Buffer]) -> None:
    """Write all of ``pieces``, waiting as long as that takes; raises OSError as ``sink`` does."""
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[sink.write(left) or 0 :]


def _check_head(kind: bytes, count: int) -> int:
    """Return how many bytes such a packet may have."""
    if kind == MESSAGE and 1 <= count <= MOST_FRAMES:
        return MOST_BYTES
    if kind == END and count == 2:
        return END_BYTES
    if kind == MESSAGE:
        raise BadMessage(
            f"A message of {count} frames came and may have 1 to {MOST_FRAMES}.", code=TOO_LARGE
        )
    raise BadMessage(f"What came is no packet: it begins with {kind!r} and {count}.")


def _parts(contents: memoryview, lengths: Sequence[int]) -> list[memoryview]:
    parts, begin = [], 0
    for length in lengths:
        parts.append(contents[begin : begin + length])
        begin += length
    return parts


def _head(kind: bytes, lengths: Sequence[int]) -> bytes:
    return struct.pack(f"<cB{len(lengths)}I", kind, len(lengths), *lengths)


def _joined(pieces: Sequence[Buffer]) -> list[Buffer]:
    """Return ``pieces`` with neighbours that are small as one, to be written at once."""
    joined: list[Buffer] = []
    small: list[Buffer] = []
    for piece in pieces:
        if len(piece) < _JOINED_BELOW:
            small.append(piece)
        else:
            joined += [b"".join(small), piece]
            small = []
    return [*joined, b"".join(small)]


def _read(source: Source, size: int) -> memoryview:
    """Return the next ``size`` bytes, fewer at the end of the stream; not to be written to."""
    buffer = memoryview(bytearray(size))
    filled = 0
    while filled < size:
        count = source.readinto(buffer[filled:])
        if not count:
            break
        filled += count
    return buffer[:filled].toreadonly()


def _cut() -> BadMessage:
    return BadMessage("The stream ended in the midst of a packet.")
