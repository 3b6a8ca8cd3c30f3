"""``principal`` over the real socket: where a drag may go, and what an older client gets."""

import re
from dataclasses import replace
from pathlib import Path

import msgpack
import numpy as np
import numpy.typing as npt
import pytest
import safetensors.numpy

from tests.service.drags import BRISK, generated, short_drag
from tests.service.running import Bare, Daemon
from tugline_protocol.blocking import Conversation
from tugline_protocol.codec import encode
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    DragEnded,
    Generated,
    Hello,
    ListModels,
    Retarget,
    StartDrag,
    Welcome,
)
from tugline_protocol.values import DragOptions, Latent, PointTarget

SPEC = (Path(__file__).parents[2] / "protocol" / "SPEC.md").read_text(encoding="utf-8")
W_DIM = 24
DIRECTIONS = 5


def values(latent: Latent) -> npt.NDArray[np.float64]:
    return np.frombuffer(latent.data, "<f4").reshape(latent.num_ws, latent.w_dim).astype(float)


def off(models: Path, movement: npt.NDArray[np.float64], count: int) -> float:
    """Return the part of a movement [num_ws, w_dim] that the first ``count`` directions lack."""
    kept = safetensors.numpy.load_file(models / "tiny.principal")["components"][:count].astype(
        float
    )
    return float(np.linalg.norm(movement - movement @ kept.T @ kept) / np.linalg.norm(movement))


def narrow(made: Generated, principal: int) -> StartDrag:
    start = short_drag(made)
    return replace(start, options=replace(start.options, principal=principal))


@pytest.mark.parametrize("learning_rate", [None, 0.02])
def test_a_drag_moves_within_the_directions_it_may_use(
    talk: Conversation, models: Path, learning_rate: float | None
) -> None:
    made = generated(talk)
    options = DragOptions(principal=DIRECTIONS, learning_rate=learning_rate)
    drag = talk.begin(replace(short_drag(made), options=options))
    latents = [frame.latent for frame in drag.frames()] + [drag.result().latent]
    moved = [values(latent) - values(made.latent) for latent in latents]
    assert all(off(models, movement, DIRECTIONS) < 1e-3 for movement in moved)
    assert off(models, moved[-1], DIRECTIONS - 1) > 0.01


def test_without_it_all_of_w_plus_is_used(talk: Conversation, models: Path) -> None:
    made = generated(talk)
    ended = talk.call(short_drag(made))
    assert off(models, values(ended.latent) - values(made.latent), DIRECTIONS) > 0.1


def test_as_many_as_there_are_leave_a_drag_as_it_is(talk: Conversation) -> None:
    made = generated(talk)
    free, all_of_them = talk.call(short_drag(made)), talk.call(narrow(made, W_DIM))
    assert (all_of_them.reason, all_of_them.step) == (free.reason, free.step)
    assert np.allclose(values(all_of_them.latent), values(free.latent), atol=1e-3)


def test_a_retarget_can_ask_for_it(talk: Conversation, models: Path) -> None:
    drag = talk.begin(replace(short_drag(generated(talk)), options=replace(BRISK, hold=True)))
    there = next(frame for frame in drag.frames() if frame.points[0].state == "reached")
    target = PointTarget("a", (12.0, 16.0))
    talk.call(Retarget(drag.id, 1, (target,), options=replace(BRISK, principal=DIRECTIONS)))
    ended = drag.result()
    assert ended.step > there.step
    assert off(models, values(ended.latent) - values(there.latent), DIRECTIONS) < 1e-3


@pytest.mark.parametrize("number", [0, 4097])
def test_a_number_out_of_all_range_is_refused(talk: Conversation, number: int) -> None:
    with pytest.raises(RequestFailed, match=r"options\.principal has to be at (least 1|most 4096)"):
        talk.call(narrow(generated(talk), number))


def test_more_than_the_model_has_are_refused_in_the_words_of_the_specification(
    talk: Conversation,
) -> None:
    sentence = re.search(r'"(There are W principal .*?)"', SPEC)
    assert sentence
    told = sentence[1].replace("W", "24", 1).replace("1 to W", "1 to 24")
    told = told.replace("NAME", "tiny").replace("K", "25")
    with pytest.raises(RequestFailed) as failed:
        talk.call(narrow(generated(talk), W_DIM + 1))
    assert (failed.value.code, failed.value.field) == ("bad_field", "options.principal")
    assert str(failed.value) == told
    drag = talk.begin(replace(short_drag(generated(talk)), options=replace(BRISK, hold=True)))
    with pytest.raises(RequestFailed, match=re.escape(told)):
        talk.call(Retarget(drag.id, 1, options=DragOptions(hold=True, principal=W_DIM + 1)))
    drag.stop()


def test_the_daemon_announces_it_and_tells_the_models_own(talk: Conversation) -> None:
    assert "principal" in talk.welcome.capabilities
    assert (talk.welcome.major, talk.welcome.minor) >= (1, 1)
    cards = talk.call(ListModels(thumbnails=False)).models
    assert next(card for card in cards if card.name == "tiny").drag_defaults.principal is None


def without_the_field(start: StartDrag) -> list[bytes]:
    """Return what a client of version 1.0 sends."""
    request_id, header, *buffers = map(bytes, encode(start, "drag"))
    said = msgpack.unpackb(header)
    del said["body"]["options"]["principal"]
    return [request_id, msgpack.packb(said), *buffers]


def test_a_client_of_the_version_before_is_understood(daemon: Daemon, talk: Conversation) -> None:
    start = replace(short_drag(generated(talk)), frames=None)
    with Bare(daemon) as older:
        welcome = older.ask(Hello("older", "1", "older", 1, 0), "hello")
        assert isinstance(welcome, Welcome)
        assert (welcome.major, welcome.minor) == (1, 0)
        older.transport.send(without_the_field(start))
        ended = older.terminal("drag")
    assert isinstance(ended, DragEnded)
    assert ended.reason == "arrived"
    assert bytes(ended.latent.data) == bytes(talk.call(start).latent.data)
