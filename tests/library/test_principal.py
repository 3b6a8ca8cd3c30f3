"""Principal directions lie beside the model; a file that cannot be trusted is made anew."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from tests.models import add_random_model
from tugline_daemon.generator import principal_directions
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.principal import FORMAT, load_components
from tugline_daemon.library.store import Model, Store

EYE = torch.eye(24)  # right in form, and no network's directions


def found(folder: Path) -> Model:
    return Store([folder]).find("tiny")


def load(folder: Path) -> Tensor:
    model = found(folder)
    return load_components(model, load_model(model, torch.device("cpu")))


def computed(folder: Path) -> Tensor:
    return principal_directions(load_model(found(folder), torch.device("cpu")))


def put(folder: Path, tensors: dict[str, Tensor], told: Mapping[str, str]) -> None:
    found(folder).principal_file.write_bytes(safetensors.torch.save(tensors, dict(told)))


def test_a_new_model_has_them_beside_it(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    assert (tmp_path / "tiny.principal").is_file()
    assert torch.allclose(load(tmp_path), computed(tmp_path), atol=0.05)


def test_the_file_of_these_weights_is_used(tmp_path: Path) -> None:
    card = add_random_model(tmp_path)
    put(tmp_path, {"components": EYE}, {"format": FORMAT, "weights": card.weights})
    assert torch.equal(load(tmp_path), EYE)


def test_a_model_without_them_gets_them_when_it_is_loaded(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    found(tmp_path).principal_file.unlink()
    assert torch.equal(load(tmp_path), computed(tmp_path))
    assert found(tmp_path).principal_file.is_file()


def test_those_of_replaced_weights_are_not_used(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    others = found(tmp_path).principal_file.read_bytes()
    add_random_model(tmp_path, seed=8)
    found(tmp_path).principal_file.write_bytes(others)
    assert torch.equal(load(tmp_path), computed(tmp_path))
    assert found(tmp_path).principal_file.read_bytes() != others


NOT_FINITE = EYE.clone()
NOT_FINITE[2, 2] = torch.nan
SKEWED = EYE + 0.01
UNSOUND: dict[str, tuple[dict[str, Tensor], dict[str, str]]] = {
    "another format": ({"components": EYE}, {"format": "other"}),
    "more told": ({"components": EYE}, {"more": "x"}),
    "another name": ({"directions": EYE}, {}),
    "more tensors": ({"components": EYE, "mean": EYE[0].clone()}, {}),
    "another type": ({"components": EYE.half()}, {}),
    "another size": ({"components": EYE[:20].contiguous()}, {}),
    "huge": ({"components": torch.eye(256)}, {}),
    "not finite": ({"components": NOT_FINITE}, {}),
    "not orthonormal": ({"components": SKEWED}, {}),
}


@pytest.mark.parametrize("what", UNSOUND)
def test_an_unsound_file_is_made_anew(what: str, tmp_path: Path) -> None:
    card = add_random_model(tmp_path)
    tensors, changed = UNSOUND[what]
    put(tmp_path, tensors, {"format": FORMAT, "weights": card.weights, **changed})
    expected = computed(tmp_path)
    assert torch.equal(load(tmp_path), expected)
    assert torch.equal(
        safetensors.torch.load_file(tmp_path / "tiny.principal")["components"], expected
    )


def test_a_file_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    path = found(tmp_path).principal_file
    path.write_bytes(path.read_bytes()[:-1])
    assert torch.equal(load(tmp_path), computed(tmp_path))


def test_a_place_that_cannot_be_written_keeps_nobody_from_them(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    found(tmp_path).principal_file.unlink()
    found(tmp_path).principal_file.mkdir()
    assert torch.equal(load(tmp_path), computed(tmp_path))
