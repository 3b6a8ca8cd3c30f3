"""A picture made in stripes is the one that is made whole."""

import pytest
import torch

from tests.generator.networks import small
from tugline_daemon.generator import Generator, NoiseMode, stripes
from tugline_daemon.generator.layers import SynthesisLayer


def stripe_of(rows: int) -> int:
    """Return the bytes of so many rows of the last block of a network of 64 pixels, 2 pictures."""
    return rows * 2 * 16 * 64 * 4


def both(network: Generator, ws: torch.Tensor, mode: NoiseMode) -> tuple[torch.Tensor, ...]:
    """Return the picture as a drag's gradients need it, whole, and as a frame does."""
    whole = network.synthesize(ws, noise_mode=mode)
    with torch.no_grad():
        return whole, network.synthesize(ws, noise_mode=mode)


@pytest.mark.parametrize("rows", [4, 13, 24])
@pytest.mark.parametrize(
    "synthesis",
    [
        {},
        {"architecture": "orig"},
        {"architecture": "resnet"},
        {"use_noise": False, "conv_clamp": 0.5},
        {"resample_filter": [1]},
        {"resample_filter": [1, 2, 1]},
        {"resample_filter": [1, 2, 4, 7, 7, 4, 2, 1]},
    ],
    ids=str,
)
def test_stripes_join_to_the_whole_picture(
    rows: int, synthesis: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripes, "_STRIPE_BYTES", stripe_of(rows))
    network = small(64, synthesis=synthesis)
    ws = torch.randn(2, network.num_ws, network.w_dim, generator=torch.Generator().manual_seed(1))
    for mode in ("const", "none"):
        whole, striped = both(network, ws, mode)
        assert float((whole - striped).abs().max() / whole.abs().max()) < 1e-6


def test_a_picture_of_drawn_noise_is_made_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripes, "_STRIPE_BYTES", stripe_of(8))
    network = small(64)
    ws = torch.randn(1, network.num_ws, network.w_dim)
    pictures = []
    for grad in (True, False):
        torch.manual_seed(2)
        with torch.set_grad_enabled(grad):
            pictures.append(network.synthesize(ws, noise_mode="random"))
    assert torch.equal(*pictures)


def test_only_what_is_large_is_made_in_stripes() -> None:
    network = small(64)
    last = network.get_submodule("synthesis.b64.conv1")
    assert isinstance(last, SynthesisLayer)
    small_one, large_one = torch.empty(1, 16, 32, 32), torch.empty(1, 16, 512, 512)
    with torch.no_grad():
        assert not stripes.worth_stripes(small_one, last, "const")
        assert stripes.worth_stripes(large_one, last, "const")
    assert not stripes.worth_stripes(large_one, last, "const")
