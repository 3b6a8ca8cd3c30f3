"""The codec: what goes in comes out, old bytes stay readable, and no bytes do harm."""

import dataclasses
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.samples import LATENT, MODEL, SAMPLES, samples
from tugline_protocol import messages as m
from tugline_protocol.codec import decode, encode
from tugline_protocol.errors import BAD_FIELD, BAD_MESSAGE, TOO_LARGE, UNSUPPORTED, BadMessage
from tugline_protocol.values import Limits
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

KINDS = {**m.FROM_CLIENT, **m.FROM_DAEMON}
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("message", SAMPLES, ids=lambda message: type(message).__name__)
def test_every_message_comes_back_as_it_was_sent(message: m.Message) -> None:
    assert decode(encode(message, "r-1"), KINDS) == ("r-1", message)


def test_there_is_a_sample_of_every_message() -> None:
    assert {type(sample).__name__ for sample in SAMPLES} == set(KINDS)


def test_every_request_names_its_terminal_reply_in_its_type() -> None:
    for request, reply in m.TERMINAL.items():
        (base,) = vars(request)["__orig_bases__"]
        assert base.__args__[0] is reply


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.iterdir()))
def test_the_golden_bytes_of_each_version_are_still_read(version: str) -> None:
    for sample in samples(int(version.removeprefix("1."))):
        name = type(sample).__name__
        frames = [
            bytes.fromhex(frame)
            for frame in json.loads((GOLDEN / version / f"{name}.json").read_text())
        ]
        assert decode(frames, KINDS) == ("r-1", sample), name


def test_what_is_written_today_is_the_golden_bytes_of_this_version() -> None:
    this = GOLDEN / f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}"
    for sample in SAMPLES:
        golden = json.loads((this / f"{type(sample).__name__}.json").read_text())
        assert [bytes(frame).hex() for frame in encode(sample, "r-1")] == golden


def _frames(header: object, *buffers: bytes) -> list[bytes]:
    return [b"r-1", msgpack.packb(header), *buffers]


def _refused(frames: list[bytes], limits: Limits | None = None) -> BadMessage:
    with pytest.raises(BadMessage) as caught:
        decode(frames, KINDS, limits or Limits())
    return caught.value


def test_unknown_fields_are_ignored_and_missing_ones_take_their_default() -> None:
    frames = _frames(
        {"type": "Mix", "body": {"model": {"name": "a"}, "latent": _latent(), "later": 1}}, b""
    )
    _, message = decode(frames, KINDS)
    assert isinstance(message, m.Mix)
    assert message.amount == 1.0


def _latent() -> dict[str, int]:
    return {"num_ws": 1, "w_dim": 1, "data": 0}


def test_pairs_may_come_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """As older msgpack gives them where an editor has it in pure Python."""
    whole = msgpack.unpackb

    def lazily(
        frame: bytes,
        *,
        object_pairs_hook: Callable[[Iterator[object]], object],
        ext_hook: Callable[[int, bytes], object],
    ) -> object:
        return whole(
            frame, object_pairs_hook=lambda x: object_pairs_hook(iter(x)), ext_hook=ext_hook
        )

    monkeypatch.setattr(msgpack, "unpackb", lazily)
    assert decode(encode(m.Pong(1.0), "x"), KINDS) == ("x", m.Pong(1.0))


def test_an_unknown_type_is_unsupported() -> None:
    assert _refused(_frames({"type": "Paint", "body": {}})).code == UNSUPPORTED


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"drag": 5}, "drag"),
        ({}, "drag"),
        ({"drag": "r", "number": True}, "number"),
        ({"drag": "r", "number": 1, "targets": 3}, "targets"),
        (
            {"drag": "r", "number": 1, "targets": [{"id": "a", "target": [1.0]}]},
            "targets[0].target",
        ),
        (
            {"drag": "r", "number": 1, "targets": [{"id": "a", "target": [1, "b"]}]},
            "targets[0].target[1]",
        ),
        ({"drag": "r", "number": 1, "mask": {"width": 1, "height": 1, "data": 0}}, "mask.data"),
        ({"drag": "r", "number": 1, "mask": {"width": 1, "height": 1, "data": b"x"}}, "mask.data"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(body: dict[str, object], field: str) -> None:
    error = _refused(_frames({"type": "Retarget", "body": body}))
    assert (error.code, error.field) == (BAD_FIELD, field)
    assert field in str(error)


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b"x" * 65, b"\x80"],
        [b"\xff\xfe", b"\x80"],
        [b"r-1"],
        [b"r-1", b""],
        [b"r-1", b"\x93"],
        [b"r-1", b"\xc1"],
        [b"r-1", msgpack.packb([1])],
        [b"r-1", msgpack.packb({"type": 3})],
        [b"r-1", msgpack.packb({"type": "Ping", "body": 3})],
        [b"r-1", msgpack.packb(msgpack.ExtType(5, b"x"))],
        [b"r-1", msgpack.packb(msgpack.Timestamp(2**40))],
        [b"r-1", b"\x82\xa4type\xa4Ping\xa4type\xa4Stop"],
        [b"r-1", b"\x91" * 60000],
        [b"r-1", b"\x81\x90\x90"],
    ],
)
def test_frames_that_are_no_message_are_refused_in_a_sentence(frames: list[bytes]) -> None:
    error = _refused(frames)
    assert error.code == BAD_MESSAGE
    assert str(error).endswith(".")


def test_limits_are_checked_before_the_header_is_unpacked() -> None:
    limits = Limits(header_bytes=100, message_bytes=1000, frames=4)
    assert _refused([b"r", b"\xdd\xff\xff\xff\xff" + b"x" * 100], limits).code == TOO_LARGE
    assert _refused([b"r", b"\x80", b"x" * 1000], limits).code == TOO_LARGE
    assert _refused([b"r", b"\x80", b"", b"", b""], limits).code == TOO_LARGE


def test_buffers_are_not_copied() -> None:
    data = bytearray(struct.pack("<6f", *range(6)))
    frames = encode(m.Generated(MODEL, dataclasses.replace(LATENT, data=data)), "r")
    assert frames[2] is data
    _, back = decode(frames, KINDS)
    assert isinstance(back, m.Generated)
    data[0:4] = struct.pack("<f", 9.0)
    assert bytes(back.latent.data)[:4] == struct.pack("<f", 9.0)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_are_a_message_or_a_refusal(frames: list[bytes]) -> None:
    try:
        decode(frames, KINDS)
    except BadMessage as error:
        _require(str(error))


def _require(text: str) -> None:
    assert text


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_any_body_is_a_message_or_a_refusal_that_names_a_field(
    name: str, data: st.DataObject
) -> None:
    fields = [field.name for field in dataclasses.fields(KINDS[name])]
    body = data.draw(st.dictionaries(st.sampled_from([*fields, "x"]), _JUNK, max_size=9))
    try:
        decode(_frames({"type": name, "body": body}, b"12"), KINDS)
    except BadMessage as error:
        _require(error.field)
