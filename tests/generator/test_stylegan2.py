"""Networks of the family that no fixture covers, and what the interface promises."""

import math

import pytest
import torch
from torch import Tensor

from tests.generator.literal import mapped, synthesized
from tests.generator.networks import small
from tugline_daemon.generator import FeatureGrid, Generator, GeneratorError, build

TAPS = (1.0, 3.0, 3.0, 1.0)


def latents(network: Generator, n: int = 2, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    c = torch.eye(network.c_dim)[:n] if network.c_dim else None
    return network.map(torch.randn(n, network.z_dim, generator=generator), c)


def close(found: Tensor, expected: Tensor) -> bool:
    return float((found - expected).abs().max() / expected.abs().max()) < 1e-5


@pytest.mark.parametrize(
    ("resolution", "c_dim", "synthesis"),
    [
        (4, 0, {}),
        (16, 3, {}),
        (64, 0, {"architecture": "resnet"}),
        (32, 2, {"architecture": "orig", "conv_clamp": 1.5}),
        (16, 0, {"use_noise": False}),
        (16, 0, {"resample_filter": [1, 2, 4, 1]}),
        (16, 0, {"resample_filter": [1, 2, 4, 7, 7, 4, 2, 1], "architecture": "resnet"}),
        (256, 0, {"channel_max": 4, "num_fp16_res": 4}),
    ],
)
def test_agrees_with_the_equations_written_out(
    resolution: int, c_dim: int, synthesis: dict[str, object]
) -> None:
    network = small(resolution, c_dim=c_dim, synthesis=synthesis)
    weights = {name: tensor.double() for name, tensor in network.state_dict().items()}
    z = torch.randn(2, network.z_dim, generator=torch.Generator().manual_seed(3))
    c = torch.eye(c_dim)[:2] if c_dim else None

    ws = network.map(z, c)
    w = mapped(weights, z.double(), None if c is None else c.double(), lr_multiplier=0.01)
    assert close(ws, w[:, None].expand_as(ws))

    rows = ws + 0.3 * torch.randn(ws.shape, generator=torch.Generator().manual_seed(4))
    taps = synthesis.get("resample_filter", TAPS)
    clamp = synthesis.get("conv_clamp", math.inf)
    assert isinstance(taps, list | tuple)
    assert isinstance(clamp, float)
    picture, features = synthesized(weights, rows.double(), taps=tuple(taps), clamp=clamp)
    assert close(network.synthesize(rows), picture)
    assert tuple(features) == network.feature_layers
    for layer, activations in features.items():
        assert close(network.synthesize(rows, until=layer), activations)


def test_a_batch_is_its_samples() -> None:
    network = small(32)
    ws = latents(network, 3)
    one_by_one = torch.cat([network.synthesize(ws[i : i + 1]) for i in range(3)])
    assert close(network.synthesize(ws), one_by_one)


def test_stopping_early_needs_only_the_rows_before() -> None:
    network = small(32)
    ws = latents(network)
    assert network.num_ws == 8
    whole = network.synthesize(ws, until="b16")
    assert torch.equal(network.synthesize(ws[:, :5], until="b16"), whole)
    with pytest.raises(GeneratorError, match=r"ws has shape \[2, 4, 24\]"):
        network.synthesize(ws[:, :4], until="b16")


def test_stopping_early_computes_nothing_behind_the_layer() -> None:
    network = small(32)
    ran: list[str] = []
    for name, module in network.named_modules():
        module.register_forward_hook(lambda *_, name=name: ran.append(name))
    network.synthesize(latents(network), until="b16")
    assert any("b16.conv1" in name for name in ran)
    assert not any("b32" in name or "torgb" in name for name in ran)


def test_a_draft_is_the_activations_and_the_colours_so_far() -> None:
    network = small(32)
    ws = latents(network)
    with torch.no_grad():
        whole, early = network.draft(ws, "b32"), network.draft(ws, "b8")
        assert torch.equal(whole[:, :-3], network.synthesize(ws, until="b32"))
        assert torch.equal(whole[:, -3:], network.synthesize(ws))
        assert torch.equal(early[:, :-3], network.synthesize(ws, until="b8"))
        assert early.shape[2:] == (8, 8)


def test_a_network_without_early_colours_drafts_by_its_activations() -> None:
    network = small(32, synthesis={"architecture": "resnet"})
    ws = latents(network)
    with torch.no_grad():
        assert torch.equal(network.draft(ws, "b16"), network.synthesize(ws, until="b16"))


def test_truncation_pulls_toward_the_mean_latent() -> None:
    network = small(32)
    z = torch.randn(2, network.z_dim, generator=torch.Generator().manual_seed(0))
    free = network.map(z)
    assert torch.allclose(network.map(z, truncation_psi=0.0), network.w_avg.expand_as(free))
    half = network.map(z, truncation_psi=0.5, truncation_cutoff=3)
    assert torch.allclose(half[:, :3], (free[:, :3] + network.w_avg) / 2, atol=1e-6)
    assert torch.equal(half[:, 3:], free[:, 3:])


def test_a_network_without_a_mean_latent_says_so() -> None:
    network = build(
        "stylegan2",
        {
            "z_dim": 4,
            "c_dim": 0,
            "w_dim": 4,
            "img_resolution": 8,
            "mapping_kwargs": {"w_avg_beta": None},
            "synthesis_kwargs": {"channel_max": 4},
        },
    )
    assert "mapping.w_avg" not in network.state_dict()
    with pytest.raises(GeneratorError, match="no mean latent"):
        network.map(torch.randn(1, 4), truncation_psi=0.5)


def test_random_noise_differs_and_the_other_modes_do_not() -> None:
    network = small(32)
    ws = latents(network)
    for mode in ("const", "none"):
        assert torch.equal(
            network.synthesize(ws, noise_mode=mode), network.synthesize(ws, noise_mode=mode)
        )
    random = network.synthesize(ws, noise_mode="random")
    assert not torch.equal(random, network.synthesize(ws, noise_mode="random"))


def test_grey_networks_give_three_equal_channels() -> None:
    network = build(
        "stylegan2",
        {
            "z_dim": 4,
            "c_dim": 0,
            "w_dim": 4,
            "img_resolution": 8,
            "img_channels": 1,
            "synthesis_kwargs": {"channel_max": 4},
        },
    )
    picture = network.synthesize(latents(network, 1))
    assert picture.shape == (1, 3, 8, 8)
    assert torch.equal(picture[:, 0], picture[:, 2])


@pytest.mark.parametrize(
    ("resolution", "layer", "rows"), [(8, "b8", 4), (128, "b128", 6), (256, "b128", 6)]
)
def test_defaults_for_a_drag(resolution: int, layer: str, rows: int) -> None:
    network = small(resolution, synthesis={"channel_max": 2})
    assert network.default_feature_layer == layer
    assert network.default_movable_rows == tuple(range(rows))


def test_the_grid_covers_the_picture() -> None:
    network = small(64)
    assert network.feature_grid("b16") == FeatureGrid(
        columns=16, rows=16, cell_width=4.0, cell_height=4.0, left=0.0, top=0.0
    )


def test_frozen_weights_that_change_are_seen() -> None:
    network, other = small(32), small(32, seed=7)
    ws = latents(network)
    assert not torch.equal(network.synthesize(ws), other.synthesize(ws))
    network.load_state_dict(other.state_dict())
    assert torch.equal(network.synthesize(ws), other.synthesize(ws))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1.5)
    assert not torch.equal(network.synthesize(ws), other.synthesize(ws))


def test_a_picture_without_gradients_leaves_the_way_open_for_them() -> None:
    network = small(32)
    with torch.inference_mode():
        network.synthesize(latents(network))
    ws = latents(network).requires_grad_()
    (gradient,) = torch.autograd.grad(network.synthesize(ws).sum(), ws)
    assert bool(gradient.abs().sum() > 0)


def test_half_precision_training_runs_without_a_break() -> None:
    network = small(32).requires_grad_(True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        picture = network.synthesize(latents(network, 4), noise_mode="random")
        loss = picture.float().square().mean()
    gradients = torch.autograd.grad(loss, list(network.parameters()))
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)


def test_errors_name_what_does_not_fit() -> None:
    network = small(16, c_dim=3)
    z, ws = torch.randn(2, network.z_dim), torch.randn(2, network.num_ws, network.w_dim)
    with pytest.raises(GeneratorError, match="z has shape"):
        network.map(z[:, 1:])
    with pytest.raises(GeneratorError, match=r"c must be \[2, 3\]"):
        network.map(z)
    with pytest.raises(GeneratorError, match="'b32' is not in this network"):
        network.synthesize(ws, until="b32")
    with pytest.raises(GeneratorError, match="'b5' is not in this network"):
        network.feature_grid("b5")
    with pytest.raises(GeneratorError, match="noise_mode"):
        network.synthesize(ws, noise_mode="loud")  # type: ignore[arg-type]
