"""The network reproduces numbers that the StyleGAN2-ADA PyTorch reference computed."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from tugline_daemon.generator import Generator, build

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ("stylegan2_32_skip", "stylegan2_32_resnet", "stylegan2_32_clamp", "stylegan2_128_skip")


@dataclass(frozen=True)
class Reference:
    network: Generator
    expected: dict[str, Tensor]


@pytest.fixture(scope="module", params=NAMES)
def reference(request: pytest.FixtureRequest) -> Reference:
    path = FIXTURES / f"{request.param}.weights.safetensors"
    with safe_open(path, "pt") as file:
        init_kwargs = json.loads(file.metadata()["init_kwargs"])
    network = build("stylegan2", init_kwargs).requires_grad_(False)
    network.load_state_dict(load_file(path), strict=True)
    return Reference(network, load_file(FIXTURES / f"{request.param}.expected.safetensors"))


def relative_error(found: Tensor, expected: Tensor) -> float:
    assert found.shape == expected.shape
    return float((found - expected).abs().max() / expected.abs().max())


@pytest.mark.parametrize(
    ("name", "psi", "cutoff"),
    [("ws_psi1", 1.0, None), ("ws_psi07", 0.7, None), ("ws_psi05_cut4", 0.5, 4)],
)
def test_mapping_and_truncation(
    reference: Reference, name: str, psi: float, cutoff: int | None
) -> None:
    z, c = reference.expected["z"], reference.expected.get("c")
    ws = reference.network.map(z, c, truncation_psi=psi, truncation_cutoff=cutoff)
    assert relative_error(ws, reference.expected[name]) < 1e-5


def test_pictures(reference: Reference) -> None:
    ws = reference.expected["ws_psi07"]
    const = reference.network.synthesize(ws)
    without = reference.network.synthesize(ws, noise_mode="none")
    assert relative_error(const, reference.expected["image_const"]) < 1e-5
    assert relative_error(without, reference.expected["image_none"]) < 1e-5


def test_activations_that_leave_each_block(reference: Reference) -> None:
    ws = reference.expected["ws_psi07"]
    layers = [name for name in reference.expected if name.startswith("feature_")]
    assert {layer.replace("feature_", "b") for layer in layers} == set(
        reference.network.feature_layers
    )
    for layer in layers:
        features = reference.network.synthesize(ws, until=layer.replace("feature_", "b"))
        assert relative_error(features, reference.expected[layer]) < 1e-5, layer


def test_gradient_with_respect_to_the_latent(reference: Reference) -> None:
    ws = reference.expected["ws_psi07"].clone().requires_grad_()
    loss = (reference.network.synthesize(ws) * reference.expected["loss_weight"]).sum()
    (gradient,) = torch.autograd.grad(loss, ws)
    assert relative_error(gradient, reference.expected["grad_ws"]) < 1e-4
