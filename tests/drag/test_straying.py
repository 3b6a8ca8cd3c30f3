"""The mask's term and its gradient are those of the interpolated difference."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.drag import straying
from tugline_daemon.drag.straying import Strayed, strayed


def literal(features: Tensor, first: Tensor, weights: Tensor, down: int, across: int) -> Tensor:
    finer = F.interpolate(
        (features - first)[None],
        scale_factor=(down, across),
        mode="bilinear",
        align_corners=False,
    )[0]
    return (finer.abs().mean(0) * weights).sum()


@pytest.mark.parametrize(("down", "across"), [(2, 2), (2, 1), (1, 2), (1, 1)])
@pytest.mark.parametrize("at_once", [1, 200, 1 << 18])
def test_number_and_gradient(
    monkeypatch: pytest.MonkeyPatch, down: int, across: int, at_once: int
) -> None:
    monkeypatch.setattr(straying, "_AT_ONCE", at_once)
    monkeypatch.setattr(straying, "_GAP", 2)
    seeded = torch.Generator().manual_seed(0)
    features, first = torch.randn(2, 5, 7, 6, dtype=torch.float64, generator=seeded)
    features.requires_grad_()
    weights = torch.rand(7 * down, 6 * across, dtype=torch.float64, generator=seeded)
    weights[: 3 * down] = 0
    weights[5 * down :, across : 4 * across] = 0  # and a hole
    expected = literal(features, first, weights, down, across)
    found = Strayed.apply(features, first, weights, down, across)  # type: ignore[no-untyped-call]
    assert torch.isclose(found, expected)
    (gradient,) = torch.autograd.grad(2 * found, features)
    assert torch.allclose(gradient, torch.autograd.grad(2 * expected, features)[0])


def test_nothing_strays_from_itself() -> None:
    features = torch.randn(4, 4, 3)
    value, gradient = strayed(features, features, torch.ones(8, 8), 2, 2)
    assert value == 0
    assert not gradient.any()
