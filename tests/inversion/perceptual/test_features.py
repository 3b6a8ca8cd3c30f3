"""The distance of a network's features: its formula, and what holds for any weights."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion import InversionError
from tugline_daemon.inversion.perceptual import FeatureDistance, make_distance
from tugline_daemon.inversion.perceptual.features import FeatureNetwork


@pytest.fixture(scope="module")
def weights() -> dict[str, Tensor]:
    """Random ones."""
    torch.manual_seed(1)
    return FeatureNetwork().state_dict()


def pictures(height: int, width: int) -> Tensor:
    """Two pictures [2, 3, height, width]."""
    return torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(2)) * 2 - 1


def literal_distance(
    weights: dict[str, Tensor], one: Tensor, other: Tensor, weight: Tensor
) -> Tensor:
    """Level by level: two convolutions, unit length, squared differences, their mean."""
    first, second = one[None], other[None]
    total = torch.zeros(())
    for level in range(5):
        if level:
            first, second = F.avg_pool2d(first, 2), F.avg_pool2d(second, 2)
            weight = F.avg_pool2d(weight[None], 2)[0]
        for name in (f"first.{level}", f"second.{level}"):
            kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
            first = F.leaky_relu(F.conv2d(first, kernel, bias, padding=1), 0.2)
            second = F.leaky_relu(F.conv2d(second, kernel, bias, padding=1), 0.2)
        unit_first, unit_second = (
            x[0] / (x[0].square().mean(0) + 0.01).sqrt() for x in (first, second)
        )
        head = weights[f"heads.{level}"][:, None, None]
        apart = ((unit_first - unit_second).square() * head).sum(0)
        total = total + (apart * weight).sum() / weight.sum()
    return total


@torch.no_grad()
def test_it_is_the_formula(weights: dict[str, Tensor]) -> None:
    one, other = pictures(50, 34)
    weight = torch.rand(50, 34, generator=torch.Generator().manual_seed(3)).round()
    found = FeatureDistance(weights).to(one, weight)(torch.stack([one, other]))
    assert found[0] < 1e-9
    composed = torch.where(weight > 0, other, one)
    wanted = literal_distance(weights, one, composed, weight)
    torch.testing.assert_close(found[1], wanted, rtol=1e-4, atol=0)


@torch.no_grad()
def test_what_does_not_count_changes_nothing(weights: dict[str, Tensor]) -> None:
    one, other = pictures(32, 32)
    weight = torch.zeros(32, 32)
    weight[:, 16:] = 1
    to = FeatureDistance(weights).to(one, weight)
    changed = torch.where(weight > 0, other, 5.0)
    assert to(changed[None]) == to(other[None]) > 0


@torch.no_grad()
def test_large_pictures_are_compared_at_256(weights: dict[str, Tensor]) -> None:
    one, other = pictures(256, 256)
    large_one, large_other = (F.interpolate(x[None], scale_factor=2)[0] for x in (one, other))
    features = FeatureDistance(weights)
    small = features.to(one, torch.ones(256, 256))(other[None])
    large = features.to(large_one, torch.ones(512, 512))(large_other[None])
    torch.testing.assert_close(large, small)


@torch.no_grad()
def test_a_picture_of_few_pixels_has_fewer_levels(weights: dict[str, Tensor]) -> None:
    one, other = pictures(5, 4)
    assert FeatureDistance(weights).to(one, torch.ones(5, 4))(other[None]) > 0


def test_its_slope_leads_to_what_counts_alone(weights: dict[str, Tensor]) -> None:
    one, other = pictures(32, 32)
    weight = torch.zeros(32, 32)
    weight[:, 16:] = 1
    shown = other[None].requires_grad_()
    distance = FeatureDistance(weights)
    torch.autograd.backward(distance.to(one, weight)(shown).sum())
    assert shown.grad is not None
    slope = shown.grad.abs().sum((0, 1))
    assert bool((slope[:, :16] == 0).all())
    assert bool((slope[:, 16:] > 0).all())


def test_weights_of_another_network_are_refused(weights: dict[str, Tensor]) -> None:
    fewer = {name: value for name, value in weights.items() if name != "heads.4"}
    with pytest.raises(InversionError, match="not those of this version"):
        FeatureDistance(fewer)


@torch.no_grad()
def test_joined_with_the_pyramid_it_is_the_sum(weights: dict[str, Tensor]) -> None:
    one, other = pictures(32, 32)
    weight = torch.ones(32, 32)
    joined = make_distance(weights, None)
    assert joined.name == "features + pyramid"
    features, pyramid = FeatureDistance(weights), make_distance(None, None)
    wanted = features.to(one, weight)(other[None]) + 10 * pyramid.to(one, weight)(other[None])
    torch.testing.assert_close(joined.to(one, weight)(other[None]), wanted)
