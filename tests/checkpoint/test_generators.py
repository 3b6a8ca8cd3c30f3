"""A file becomes a generator only if it is, tensor for tensor, the one that was asked for."""

from pathlib import Path
from typing import Any

import pytest
import torch

from tugline_daemon.checkpoint.errors import UnfitWeights, UnreadableFile, WrongWeights
from tugline_daemon.checkpoint.generators import load_generator
from tugline_daemon.checkpoint.weights import write_weights
from tugline_daemon.generator import build

CPU = torch.device("cpu")
KWARGS: dict[str, Any] = {
    "z_dim": 8,
    "c_dim": 0,
    "w_dim": 8,
    "img_resolution": 16,
    "img_channels": 3,
    "mapping_kwargs": {"num_layers": 1},
    "synthesis_kwargs": {"channel_base": 64, "channel_max": 8},
}


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return build("stylegan2", KWARGS).state_dict()


def test_half_weights_are_computed_with_in_full(
    state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "g.safetensors"
    halves = {name: tensor.half() for name, tensor in state.items()}
    generator = load_generator("stylegan2", KWARGS, path, CPU, write_weights(path, halves))
    loaded = generator.state_dict()
    assert all(torch.equal(loaded[name], halves[name].float()) for name in halves)
    assert {tensor.dtype for tensor in loaded.values()} == {torch.float32}
    assert not any(parameter.requires_grad for parameter in generator.parameters())
    assert generator.synthesize(generator.map(torch.zeros(1, 8))).shape == (1, 3, 16, 16)


def test_other_weights_than_expected_are_refused(
    state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "g.safetensors"
    write_weights(path, state)
    with pytest.raises(WrongWeights, match=r"g\.safetensors holds other weights"):
        load_generator("stylegan2", KWARGS, path, CPU, "0" * 64)


def test_tensors_of_another_network_are_refused_by_name(
    state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "g.safetensors"
    name = "mapping.fc0.weight"
    cases = {
        f"{name} is missing": {key: state[key] for key in state if key != name},
        "stranger does not belong": {**state, "stranger": torch.ones(1)},
        f"{name} has the shape": {**state, name: torch.ones(8, 9)},
    }
    for sentence, tensors in cases.items():
        expected = write_weights(path, tensors)
        with pytest.raises(UnfitWeights, match=sentence):
            load_generator("stylegan2", KWARGS, path, CPU, expected)


def test_arguments_that_describe_no_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.safetensors"
    with pytest.raises(UnfitWeights, match="img_resolution"):
        load_generator("stylegan2", {**KWARGS, "img_resolution": 7}, path, CPU, "0" * 64)
    with pytest.raises(UnfitWeights, match="kind"):
        load_generator("os.system", KWARGS, path, CPU, "0" * 64)


def test_weights_that_are_not_finite_are_refused(
    state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "g.safetensors"
    expected = write_weights(path, {**state, "mapping.w_avg": torch.full((8,), torch.nan)})
    with pytest.raises(UnreadableFile, match=r"mapping\.w_avg has values that are not finite"):
        load_generator("stylegan2", KWARGS, path, CPU, expected)
