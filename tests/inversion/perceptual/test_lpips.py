"""LPIPS of random weights, against its description written down once more."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion import InversionError
from tugline_daemon.inversion.perceptual import LpipsDistance

# Where torchvision's VGG16 has its convolutions, and what lies between them (None: pooling).
LAYERS = (64, 64, None, 128, 128, None, 256, 256, 256, None, 512, 512, 512, None, 512, 512, 512)
LAST_OF_A_BLOCK = (1, 3, 6, 9, 12)


@pytest.fixture(scope="module")
def weights() -> dict[str, Tensor]:
    """Random ones, by our names, of about the size that keeps features from fading."""
    chance = torch.Generator().manual_seed(1)
    found, given, block, place = {}, 3, 0, 0
    for made in LAYERS:
        if made is None:
            found[f"heads.{block}"] = torch.rand(given, generator=chance)
            block, place = block + 1, 0
            continue
        scale = (2 / (9 * given)) ** 0.5
        found[f"blocks.{block}.{place}.weight"] = scale * torch.randn(
            made, given, 3, 3, generator=chance
        )
        found[f"blocks.{block}.{place}.bias"] = 0.1 * torch.randn(made, generator=chance)
        given, place = made, place + 2
    found[f"heads.{block}"] = torch.rand(given, generator=chance)
    return found


def literal_lpips(weights: dict[str, Tensor], one: Tensor, other: Tensor) -> Tensor:
    """Pictures [3, H, W], -1 to 1: normalised for ImageNet, then block by block."""
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
    spread = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
    first, second = (((x + 1) / 2 - mean) / spread for x in (one, other))
    convolutions = [name.removesuffix(".weight") for name in weights if name.endswith(".weight")]
    total, count, block = torch.zeros(()), 0, 0
    for layer in LAYERS:
        if layer is None:
            first, second = (F.max_pool2d(x[None], 2, 2)[0] for x in (first, second))
            continue
        name = convolutions[count]
        kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        first, second = (
            F.conv2d(x[None], kernel, bias, padding=1)[0].clamp_min(0) for x in (first, second)
        )
        if count in LAST_OF_A_BLOCK:
            unit_first, unit_second = (x / (x.norm(dim=0) + 1e-10) for x in (first, second))
            apart = (unit_first - unit_second).square()
            total = total + (apart * weights[f"heads.{block}"][:, None, None]).sum(0).mean()
            block += 1
        count += 1
    return total


def pictures(height: int, width: int) -> Tensor:
    """Two pictures [2, 3, height, width]."""
    return torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(2)) * 2 - 1


@torch.no_grad()
def test_it_is_the_published_formula(weights: dict[str, Tensor]) -> None:
    one, other = pictures(48, 64)
    found = LpipsDistance(weights).to(one, torch.ones(48, 64))(torch.stack([one, other]))
    assert found[0] < 1e-9
    torch.testing.assert_close(found[1], literal_lpips(weights, one, other), rtol=1e-4, atol=0)


@torch.no_grad()
def test_what_does_not_count_changes_nothing(weights: dict[str, Tensor]) -> None:
    one, other = pictures(32, 32)
    weight = torch.zeros(32, 32)
    weight[:, 16:] = 1
    to = LpipsDistance(weights).to(one, weight)
    changed = torch.where(weight > 0, other, 5.0)
    assert to(changed[None]) == to(other[None]) > 0


def test_weights_that_are_not_whole_are_named(weights: dict[str, Tensor]) -> None:
    del (less := dict(weights))["heads.3"]
    with pytest.raises(InversionError, match="models get lpips"):
        LpipsDistance(less)
