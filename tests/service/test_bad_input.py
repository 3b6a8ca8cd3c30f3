"""Bad input: one sentence that names the field, and the daemon goes on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest
import zmq.auth

from tests.service.drags import TINY, generated, short_drag
from tests.service.running import Bare, Daemon
from tugline_protocol.blocking import Conversation
from tugline_protocol.codec import encode
from tugline_protocol.errors import KeyRefused, RequestFailed
from tugline_protocol.messages import (
    DescribeModel,
    Error,
    FetchTuning,
    Generate,
    Generated,
    Hello,
    KeepTuning,
    LoadModel,
    Mix,
    Ping,
    Pong,
    RemoveModel,
    Render,
    StartDrag,
    Welcome,
)
from tugline_protocol.values import (
    DragOptions,
    DragPoint,
    Latent,
    Mask,
    ModelRef,
    PictureFormat,
    Rect,
    Vector,
)
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

NAN, INF = float("nan"), float("inf")
POINT = DragPoint("a", (1.0, 1.0), (2.0, 2.0))


@pytest.fixture
def start(talk: Conversation) -> StartDrag:
    return short_drag(generated(talk))


@pytest.fixture
def bare(daemon: Daemon) -> Iterator[Bare]:
    with Bare(daemon) as connection:
        connection.hello()
        yield connection


def refusal(talk: Conversation, request: object) -> RequestFailed:
    """Return how the daemon refuses ``request``; afterwards it has to be alive."""
    with pytest.raises(RequestFailed) as failed:
        talk.call(request)  # type: ignore[arg-type]
    assert talk.call(Ping()).uptime > 0
    text = str(failed.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert "Traceback" not in text
    return failed.value


@pytest.mark.parametrize(
    ("point", "field"),
    [
        (replace(POINT, handle=(NAN, 1.0)), "points[0].handle[0]"),
        (replace(POINT, target=(1.0, INF)), "points[0].target[1]"),
        (replace(POINT, origin=(1.0, -INF)), "points[0].origin[1]"),
        (replace(POINT, target=(33.0, 1.0)), "points[0].target[0]"),
        (replace(POINT, handle=(1.0, -0.5)), "points[0].handle[1]"),
        (replace(POINT, handle=(1e300, 1.0)), "points[0].handle[0]"),
        (replace(POINT, reference=1), "points[0].reference"),
        (replace(POINT, id=""), "points[0].id"),
    ],
)
def test_a_point_that_cannot_be(
    talk: Conversation, start: StartDrag, point: DragPoint, field: str
) -> None:
    error = refusal(talk, replace(start, points=(point,)))
    assert (error.code, error.field) == ("bad_field", field)
    assert field in str(error) or "reference" in field


def test_no_points(talk: Conversation, start: StartDrag) -> None:
    error = refusal(talk, replace(start, points=()))
    assert (error.code, error.field) == ("bad_field", "points")


def test_two_points_of_one_id(talk: Conversation, start: StartDrag) -> None:
    error = refusal(talk, replace(start, points=(POINT, POINT)))
    assert error.field == "points[1].id"


def test_129_points(talk: Conversation, start: StartDrag) -> None:
    many = tuple(replace(POINT, id=str(number)) for number in range(129))
    error = refusal(talk, replace(start, points=many))
    assert (error.code, error.field) == ("too_large", "points")
    assert "128" in str(error)


def test_ten_thousand_points(talk: Conversation, start: StartDrag) -> None:
    many = tuple(replace(POINT, id=str(number)) for number in range(10_000))
    error = refusal(talk, replace(start, points=many))
    assert (error.code, error.field) == ("too_large", "header")
    assert "points" in str(error)


@pytest.mark.parametrize("mask", [Mask(31, 32, bytes(31 * 32)), Mask(32, 32, bytes(1000))])
def test_a_mask_of_another_size(talk: Conversation, start: StartDrag, mask: Mask) -> None:
    error = refusal(talk, replace(start, mask=mask))
    assert error.code == "bad_field"
    assert error.field.startswith("mask")


def test_a_latent_of_another_models_shape(talk: Conversation, start: StartDrag) -> None:
    other = generated(talk, ModelRef("wide"))
    error = refusal(talk, replace(start, latent=other.latent))
    assert (error.code, error.field) == ("bad_field", "latent")
    assert "tiny" in str(error)


def test_a_latent_of_other_weights(talk: Conversation, start: StartDrag) -> None:
    other = generated(talk, ModelRef("wide"))
    error = refusal(talk, replace(start, model=ModelRef("tiny", other.model.weights)))
    assert (error.code, error.field) == ("wrong_weights", "model.weights")


def test_a_latent_with_numbers_that_are_none(talk: Conversation, start: StartDrag) -> None:
    latent = start.latent
    broken = replace(latent, data=b"\xff" * (4 * latent.num_ws * latent.w_dim))
    assert refusal(talk, replace(start, latent=broken)).field == "latent.data"
    short = replace(latent, data=bytes(latent.data)[:-4])
    assert refusal(talk, replace(start, latent=short)).field == "latent.data"
    assert refusal(talk, replace(start, references=(latent, short))).field == "references[1].data"


@pytest.mark.parametrize(
    "request_", [Generate(ModelRef("nobody"), seed=1), LoadModel(ModelRef("x"))]
)
def test_an_unknown_model(talk: Conversation, request_: object) -> None:
    error = refusal(talk, request_)
    assert (error.code, error.field) == ("unknown_model", "model.name")
    assert "tiny" in str(error)


@pytest.mark.parametrize(
    "request_",
    [
        LoadModel(ModelRef("tiny", tuned="x")),
        Render(ModelRef("tiny", tuned="AB" * 32), Latent(8, 24, bytes(4 * 8 * 24))),
        DescribeModel(ModelRef("tiny", tuned="ab" * 32)),
        RemoveModel(ModelRef("tiny", tuned="ab" * 32)),
        FetchTuning(TINY),
        KeepTuning(TINY, b""),
    ],
    ids=lambda request_: type(request_).__name__,
)
def test_a_tuning_is_named_by_a_hash_and_where_one_makes_a_difference(
    talk: Conversation, request_: object
) -> None:
    error = refusal(talk, request_)
    assert (error.code, error.field) == ("bad_field", "model.tuned")


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Generate(TINY), "seed"),
        (Generate(TINY, seed=1, z=Vector(20, bytes(80))), "seed"),
        (Generate(TINY, seed=-1), "seed"),
        (Generate(TINY, z=Vector(19, bytes(76))), "z.dim"),
        (Generate(TINY, z=Vector(20, b"\xff" * 80)), "z.data"),
        (Generate(TINY, seed=1, label=0), "label"),
        (Generate(ModelRef("classes"), seed=1, label=3), "label"),
        (Generate(TINY, seed=1, truncation_psi=NAN), "truncation_psi"),
        (Generate(TINY, seed=1, picture=PictureFormat(width=0)), "picture.width"),
        (Generate(TINY, seed=1, picture=PictureFormat(filter="best")), "picture.filter"),  # type: ignore[arg-type]
        (Generate(TINY, seed=1, picture=PictureFormat(rect=Rect(30, 0, 3, 1))), "picture.rect"),
        (Generate(TINY, seed=1, picture=PictureFormat(8192, 8192)), "picture"),
    ],
)
def test_a_picture_that_cannot_be_made(talk: Conversation, request_: object, field: str) -> None:
    assert refusal(talk, request_).field == field


def test_what_does_not_fit_together(talk: Conversation, start: StartDrag) -> None:
    latent = start.latent
    mask = Mask(32, 32, bytes(32 * 32))
    composite = DragOptions(composite=True)
    assert refusal(talk, Render(TINY, latent, mask=mask)).field == "picture.order"
    assert refusal(talk, Mix(TINY, latent, rows=(0,))).field == "other"
    assert refusal(talk, Mix(TINY, latent, latent, rows=(99,))).field == "rows[0]"
    with_mask = replace(start, mask=mask, options=composite)
    assert refusal(talk, with_mask).field == "frames.order"
    outside = replace(start, frames=PictureFormat(rect=Rect(30, 0, 3, 1)))
    assert refusal(talk, outside).field == "frames.rect"
    assert refusal(talk, replace(start, frames=PictureFormat(8192, 8192))).field == "frames"
    without = replace(start, frames=PictureFormat(order="RGBA"), options=composite)
    assert refusal(talk, without).field == "mask"
    layer = replace(start, options=DragOptions(feature_layer="b7"))
    assert refusal(talk, layer).field == "options.feature_layer"


def test_an_unknown_message_type_is_unsupported(bare: Bare) -> None:
    bare.transport.send([b"x", msgpack.packb({"type": "Sing", "body": {}})])
    error = bare.terminal("x")
    assert isinstance(error, Error)
    assert (error.code, error.field) == ("unsupported", "type")


def test_a_reserved_name_is_told_to_be_yet_to_come(bare: Bare) -> None:
    bare.transport.send([b"x", msgpack.packb({"type": "Pair", "body": {}})])
    error = bare.terminal("x")
    assert isinstance(error, Error)
    assert error.code == "unsupported"
    assert "Pair" in error.text


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_truncated_message(bare: Bare, start: StartDrag, frames: int) -> None:
    """Cut after the id, within the header, after the first of two buffers."""
    whole = encode(replace(start, references=(start.latent,)), "x")[:frames]
    if frames == 2:
        whole[1] = bytes(whole[1])[:-10]
    bare.transport.send(whole)
    error = bare.terminal("x")
    assert isinstance(error, Error)
    assert error.code in ("bad_message", "bad_field")
    assert "truncated" in error.text
    assert isinstance(bare.ask(Ping()), Pong)


def test_a_header_over_its_limit(bare: Bare) -> None:
    bare.transport.send([b"x", bytes(65537)])
    error = bare.terminal("x")
    assert isinstance(error, Error)
    assert (error.code, error.field) == ("too_large", "header")
    assert "65536" in error.text


def test_more_buffers_than_allowed(bare: Bare) -> None:
    bare.transport.send([*encode(Ping(), "x"), *[b"y"] * 5000])
    error = bare.terminal("x")
    assert isinstance(error, Error)
    assert error.code == "too_large"


def test_a_message_of_just_the_limit_is_taken(bare: Bare) -> None:
    """Also by the worker, where the id is replaced by a key that may be longer than it."""
    for number in range(10):
        bare.ask(Generate(TINY, seed=number), str(number))
    whole = encode(Generate(TINY, seed=1), "x")
    bare.transport.send([*whole, bytes(64 * 1024 * 1024 - sum(map(len, whole)))])
    assert isinstance(bare.terminal("x"), Generated)


def test_a_message_without_an_id(bare: Bare) -> None:
    bare.transport.send([b"x" * 65, b""])
    found, error = bare.receive()
    assert found == ""
    assert isinstance(error, Error)
    assert error.field == "id"
    assert isinstance(bare.ask(Ping()), Pong)


def test_an_id_that_is_taken(bare: Bare, talk: Conversation) -> None:
    start = replace(short_drag(generated(talk)), options=DragOptions(hold=True))
    bare.send(start, "drag")
    bare.send(start, "drag")
    error = bare.terminal("drag")
    assert isinstance(error, Error)
    assert error.code == "duplicate_id"


def test_too_many_requests(bare: Bare, talk: Conversation) -> None:
    start = replace(short_drag(generated(talk)), options=DragOptions(hold=True))
    for number in range(17):
        bare.send(start, f"drag {number}")
    error = bare.terminal("drag 16")
    assert isinstance(error, Error)
    assert error.code == "too_many_requests"


def test_hello_comes_first(daemon: Daemon) -> None:
    with Bare(daemon) as stranger:
        error = stranger.ask(Ping())
        assert isinstance(error, Error)
        assert error.code == "hello_first"
        assert isinstance(stranger.hello(), Welcome)


def test_another_major_version_is_refused_with_both_named(daemon: Daemon) -> None:
    with Bare(daemon) as stranger:
        error = stranger.ask(Hello("bare", "1", "x", major=2, minor=5))
        assert isinstance(error, Error)
        assert error.code == "version"
        assert "2.5" in error.text
        assert f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}" in error.text


def test_an_unlisted_key_gets_nothing_in(daemon: Daemon, tmp_path: Path) -> None:
    _, secret = zmq.auth.create_certificates(tmp_path, "stranger")
    with Bare(daemon, Path(secret)) as stranger:
        stranger.send(Ping(), "x")
        with pytest.raises(KeyRefused):
            stranger.receive()
    with daemon.conversation() as talk:
        assert talk.call(Ping()).uptime > 0
