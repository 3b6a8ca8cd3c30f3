"""Models that are tuned to a picture: named, given, fetched, and used by every request."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.service.drags import TINY, generated, short_drag
from tests.service.tunings import tuning_bytes
from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.checkpoint.tuning_file import read_tuning
from tugline_daemon.generator import tuned
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_daemon.service.pictures import draw, to_tensor
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    FetchTuning,
    Generate,
    KeepTuning,
    LoadModel,
    Mix,
    Render,
    StartDrag,
    TuningKept,
)
from tugline_protocol.values import ModelRef, PictureFormat

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def made(models: Path) -> tuple[ModelRef, bytes]:
    return tuning_bytes(models, "tiny")


@pytest.fixture
def kept(talk: Conversation, made: tuple[ModelRef, bytes]) -> ModelRef:
    """A tuned model that the daemon has."""
    model, data = made
    assert talk.call(KeepTuning(model, data)) == TuningKept(model)
    return model


def refusal(talk: Conversation, request: object) -> RequestFailed:
    with pytest.raises(RequestFailed) as failed:
        talk.call(request)  # type: ignore[arg-type]
    return failed.value


def test_a_picture_is_drawn_by_the_tuned_weights(
    talk: Conversation, models: Path, kept: ModelRef, made: tuple[ModelRef, bytes]
) -> None:
    latent = generated(talk).latent
    generator = tuned(load_model(Store([models]).find("tiny"), CPU), read_tuning(made[1])[0])
    meant = draw(generator, to_tensor(latent, CPU), PictureFormat())
    drawn = talk.call(Render(kept, latent)).image
    assert bytes(drawn.data) == bytes(meant.data)
    assert bytes(talk.call(Render(TINY, latent)).image.data) != bytes(drawn.data)


def test_every_request_takes_a_tuned_model_and_names_it(talk: Conversation, kept: ModelRef) -> None:
    loaded = talk.call(LoadModel(replace(kept, weights="")))
    assert loaded.model == kept
    made = talk.call(Generate(kept, seed=3, picture=PictureFormat()))
    assert made.model == kept
    plain = talk.call(Generate(TINY, seed=3, picture=PictureFormat()))
    assert made.image is not None
    assert plain.image is not None
    assert bytes(made.image.data) != bytes(plain.image.data)
    mixed = talk.call(Mix(kept, made.latent, picture=PictureFormat()))
    assert mixed.image == made.image


def test_a_drag_works_on_the_tuned_weights(talk: Conversation, kept: ModelRef) -> None:
    start: StartDrag = short_drag(generated(talk))
    ended = talk.call(replace(start, model=kept))
    assert ended.image == talk.call(Render(kept, ended.latent)).image


def test_an_unknown_tuning_is_given_and_then_known(talk: Conversation, models: Path) -> None:
    model, data = tuning_bytes(models, "tiny", seed=2)
    latent = generated(talk).latent
    for request in (Render(model, latent), FetchTuning(model)):
        error = refusal(talk, request)
        assert (error.code, error.field) == ("unknown_tuning", "model.tuned")
        assert str(error).endswith(".")
    talk.call(KeepTuning(model, data))
    assert talk.call(LoadModel(model)).model == model
    fetched = talk.call(FetchTuning(replace(model, weights="")))
    assert fetched.model == model
    assert bytes(fetched.data) == data


def test_bytes_that_are_not_the_tuning_are_refused(
    talk: Conversation, models: Path, made: tuple[ModelRef, bytes]
) -> None:
    model, data = made
    other, others_data = tuning_bytes(models, "spare")
    for request in (
        KeepTuning(model, data[:-1]),
        KeepTuning(replace(model, tuned=tuning_hash(b"junk")), b"junk"),
        KeepTuning(replace(model, tuned=other.tuned), others_data),
    ):
        error = refusal(talk, request)
        assert (error.code, error.field) == ("bad_field", "data")
    error = refusal(talk, LoadModel(replace(model, tuned=other.tuned)))
    assert error.code == "unknown_tuning"


def test_a_tuning_of_another_model_is_not_used(talk: Conversation, models: Path) -> None:
    other, data = tuning_bytes(models, "spare", seed=4)
    talk.call(KeepTuning(other, data))
    error = refusal(talk, LoadModel(replace(TINY, tuned=other.tuned)))
    assert (error.code, error.field) == ("bad_field", "model.tuned")
    assert "tiny" in str(error)
