"""Messages on a stream of bytes: whole however they come, and refused before they take room."""

import io
import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_protocol.errors import (
    BAD_MESSAGE,
    TOO_LARGE,
    BadMessage,
    BridgeFailed,
    DaemonUnreachable,
    KeyRefused,
)
from tugline_protocol.packets import (
    END_BYTES,
    GREETING_BYTES,
    MESSAGE,
    MOST_BYTES,
    MOST_FRAMES,
    Packet,
    end_piece,
    greeting,
    message_pieces,
    read_greeting,
    read_packet,
    reason,
    write_all,
)

FRAMES = st.lists(st.binary(max_size=300), min_size=1, max_size=MOST_FRAMES)


class Pieces:
    """A stream that gives what it has in pieces of the given sizes, then byte by byte."""

    def __init__(self, data: bytes, sizes: Iterable[int] = ()) -> None:
        self._stream = io.BytesIO(data)
        self._sizes = iter(sizes)

    def readinto(self, buffer: memoryview) -> int:
        return self._stream.readinto(buffer[: next(self._sizes, 1)])

    @property
    def unread(self) -> bytes:
        return self._stream.read()


class Narrow:
    """A stream that takes at most so many bytes at once."""

    def __init__(self, width: int) -> None:
        self.data = b""
        self._width = width

    def write(self, data: bytes | bytearray | memoryview) -> int:
        taken = bytes(data[: self._width])
        self.data += taken
        return len(taken)


def packed(*frames: bytes) -> bytes:
    return b"".join(bytes(piece) for piece in message_pieces(frames))


def head(kind: bytes, *lengths: int) -> bytes:
    return struct.pack(f"<cB{len(lengths)}I", kind, len(lengths), *lengths)


def frames_of(packet: Packet | None) -> list[bytes]:
    assert packet is not None
    return [bytes(frame) for frame in packet.frames]


@given(st.lists(FRAMES, max_size=4), st.lists(st.integers(1, 400)))
def test_messages_come_as_they_went_however_the_stream_is_cut(
    messages: list[list[bytes]], sizes: list[int]
) -> None:
    stream = Pieces(b"".join(packed(*frames) for frames in messages), sizes)
    for frames in messages:
        assert frames_of(read_packet(stream)) == frames
    assert read_packet(stream) is None


def test_a_message_is_laid_out_as_the_specification_says() -> None:
    assert packed(b"id", b"", b"abc") == (
        b"M\x03\x02\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00" + b"idabc"
    )
    lost = b"E\x02\x04\x00\x00\x00\x05\x00\x00\x00lostGone."
    assert end_piece(DaemonUnreachable("Gone.")) == lost


@pytest.mark.parametrize("sizes", [(10, 100000, 200000, 5), (200000,), (5, 70000, 0, 0, 70000)])
def test_large_frames_are_passed_on_and_not_copied(sizes: tuple[int, ...]) -> None:
    frames = [bytearray(b"%d" % (size % 10) * size) for size in sizes]
    pieces = message_pieces(frames)
    for frame in frames:
        assert any(piece is frame for piece in pieces) == (len(frame) > 65536)
    whole = Pieces(b"".join(pieces), (1 << 20,) * 99)
    assert frames_of(read_packet(whole)) == [bytes(frame) for frame in frames]


def test_what_comes_cannot_be_changed_and_stays() -> None:
    stream = Pieces(packed(b"id", b"first") + packed(b"id", b"other"))
    first = read_packet(stream)
    read_packet(stream)
    assert first is not None
    assert frames_of(first) == [b"id", b"first"]
    assert all(frame.readonly for frame in first.frames)


def test_a_stream_that_ends_within_a_packet_is_cut_wherever_that_is() -> None:
    whole = packed(b"id", b"header", b"")
    for length in range(1, len(whole)):
        with pytest.raises(BadMessage, match="midst") as caught:
            read_packet(Pieces(whole[:length]))
        assert caught.value.code == BAD_MESSAGE


@pytest.mark.parametrize(
    ("beginning", "code"),
    [
        (head(MESSAGE), TOO_LARGE),
        (head(MESSAGE, *[0] * (MOST_FRAMES + 1)), TOO_LARGE),
        (head(MESSAGE, *[0] * 255), TOO_LARGE),
        (head(MESSAGE, MOST_BYTES + 1), TOO_LARGE),
        (head(MESSAGE, MOST_BYTES, 1), TOO_LARGE),
        (head(MESSAGE, *[2**32 - 1] * MOST_FRAMES), TOO_LARGE),
        (head(b"E", 4, END_BYTES), TOO_LARGE),
        (head(b"E", 4), BAD_MESSAGE),
        (head(b"E", 4, 4, 4), BAD_MESSAGE),
        (head(b"m", 4), BAD_MESSAGE),
        (b"\x00\x00", BAD_MESSAGE),
        (b"Traceback (most recent call last)", BAD_MESSAGE),
    ],
)
def test_what_may_not_be_is_refused_before_its_contents_are_read(
    beginning: bytes, code: str
) -> None:
    stream = Pieces(beginning + b"contents")
    with pytest.raises(BadMessage) as caught:
        read_packet(stream)
    assert caught.value.code == code
    assert stream.unread.endswith(b"contents")


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_to_be_refused(data: bytes) -> None:
    stream = Pieces(data)
    try:
        while read_packet(stream) is not None:
            pass
    except BadMessage:
        pass


def test_a_message_over_the_limits_is_not_written() -> None:
    pieces = message_pieces([bytes(MOST_BYTES // MOST_FRAMES)] * MOST_FRAMES)
    assert sum(map(len, pieces)) > MOST_BYTES // 2
    for frames in ([b""] * (MOST_FRAMES + 1), [bytes(MOST_BYTES), b"x"]):
        with pytest.raises(BadMessage) as caught:
            message_pieces(frames)
        assert caught.value.code == TOO_LARGE


@pytest.mark.parametrize("width", [1, 3, 1000])
def test_a_stream_that_takes_little_gets_all(width: int) -> None:
    sink = Narrow(width)
    write_all(sink, [b"one", b"", bytearray(b"two"), memoryview(b"three")])
    assert sink.data == b"onetwothree"


@pytest.mark.parametrize("kind", [DaemonUnreachable, KeyRefused, BridgeFailed])
def test_the_reason_for_an_end_comes_as_it_went(kind: type[DaemonUnreachable]) -> None:
    told = read_packet(Pieces(end_piece(kind("Das wäre: das Ende."))))
    assert told is not None
    error = reason(told)
    assert (type(error), str(error)) == (kind, "Das wäre: das Ende.")


def test_a_sentence_without_end_is_shortened() -> None:
    told = read_packet(Pieces(end_piece(KeyRefused("é" * END_BYTES))))
    assert told is not None
    assert 1000 < len(str(reason(told))) < END_BYTES


def test_an_unknown_reason_is_a_loss() -> None:
    told = Packet(b"E", [memoryview(b"tired"), memoryview(b"Later.")])
    assert type(reason(told)) is DaemonUnreachable


@pytest.mark.parametrize("line", [greeting(), b"tugline bridge 2.13\n"])
def test_a_bridge_of_any_version_is_known_by_its_first_line(line: bytes) -> None:
    stream = Pieces(line + b"M")
    read_greeting(stream)
    assert stream.unread == b"M"


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"tugline bridge 1", b"Python 3.11\n", b"x" * 1000, b"tugline bridge 1.1 "]
)
def test_another_first_line_is_no_bridges(line: bytes) -> None:
    stream = Pieces(line)
    with pytest.raises(BadMessage, match="is none"):
        read_greeting(stream)
    assert len(line) - len(stream.unread) <= GREETING_BYTES
