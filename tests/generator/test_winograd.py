"""Winograd's algorithm computes torch's convolution, both ways, at any size."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.generator import winograd
from tugline_daemon.generator.winograd import Algorithm, Winograd

# Sizes that are a multiple of a tile and not, of one tile, of fewer cells, of several pictures.
SIZES = [(1, 8, 8), (1, 16, 12), (1, 7, 9), (3, 6, 5), (2, 4, 4), (2, 1, 2), (1, 13, 33)]


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def ahead(x: Tensor, weight: Tensor) -> Tensor:
    """What the convolution of [N, H, W, C] is, in float64."""
    x = x.double().permute(0, 3, 1, 2)
    return F.conv2d(x, weight.double(), padding=1).permute(0, 2, 3, 1)


def back(gradient: Tensor, weight: Tensor) -> Tensor:
    """What the convolution's adjoint makes of [N, H, W, C], in float64."""
    gradient = gradient.double().permute(0, 3, 1, 2)
    return F.conv_transpose2d(gradient, weight.double(), padding=1).permute(0, 2, 3, 1)


def distance(found: Tensor, expected: Tensor) -> float:
    """How far `found` is from `expected`, relative to it."""
    assert found.shape == expected.shape
    assert found.is_contiguous()
    return float((found.double() - expected).norm() / expected.norm())


@pytest.mark.parametrize("points", [(0, 1, -1, 0.5, -2, math.inf), (0, 1, -1, math.inf)])
@pytest.mark.parametrize("taps", [2, 3])
def test_an_algorithm_correlates_and_its_flipped_one_does_with_the_kernel_backwards(
    points: tuple[float, ...], taps: int
) -> None:
    x, kernel = drawn(len(points)).double(), drawn(taps, seed=1).double()
    for algorithm, expected in (
        (Algorithm.at(points, taps), kernel),
        (Algorithm.flipped(points, taps), kernel.flip(0)),
    ):
        y = algorithm.a @ ((algorithm.g @ kernel) * (algorithm.b @ x))
        assert torch.allclose(y, x.unfold(0, taps, 1) @ expected)
    assert torch.equal(Algorithm.at(points, taps).g, Algorithm.flipped(points, taps).g)


@pytest.mark.parametrize(("n", "rows", "columns"), SIZES)
def test_it_is_torchs_convolution_both_ways(n: int, rows: int, columns: int) -> None:
    weight = drawn(16, 24, 3, 3, seed=7)
    convolution = Winograd(weight)
    x, gradient = drawn(n, rows, columns, 24), drawn(n, rows, columns, 16, seed=5)
    assert distance(convolution.forward(x), ahead(x, weight)) < 5e-6
    assert distance(convolution.adjoint(gradient), back(gradient, weight)) < 5e-6


@pytest.mark.parametrize("block", [1, 12, 60])
def test_pictures_are_cut_into_blocks_anywhere(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "_BLOCK", block)
    test_it_is_torchs_convolution_both_ways(3, 20, 18)


def test_without_a_rim_of_zeros_it_takes_the_rim_from_its_input() -> None:
    weight, x, gradient = drawn(16, 24, 3, 3, seed=7), drawn(2, 9, 8, 24), drawn(2, 7, 6, 16)
    convolution = Winograd(weight, rim=0)
    assert distance(convolution.forward(x), ahead(x, weight)[:, 1:-1, 1:-1]) < 5e-6
    beyond = F.pad(gradient, (0, 0, 1, 1, 1, 1))
    assert distance(convolution.adjoint(gradient), back(beyond, weight)) < 5e-6


def test_many_channels_lose_no_more_digits() -> None:
    weight, x = drawn(64, 512, 3, 3, seed=7), drawn(1, 16, 16, 512)
    assert distance(Winograd(weight).forward(x), ahead(x, weight)) < 5e-6
    gradient = drawn(1, 16, 16, 64)
    assert distance(Winograd(weight).adjoint(gradient), back(gradient, weight)) < 5e-6


def test_in_float64_it_is_exact() -> None:
    weight, x = drawn(8, 8, 3, 3, seed=7).double(), drawn(1, 12, 10, 8).double()
    assert distance(Winograd(weight).forward(x), ahead(x, weight)) < 1e-13
    assert distance(Winograd(weight).adjoint(x), back(x, weight)) < 1e-13


def test_arguments_stay_as_they_are() -> None:
    weight, x = drawn(8, 8, 3, 3), drawn(2, 8, 8, 8)
    before = weight.clone(), x.clone()
    convolution = Winograd(weight)
    convolution.forward(x)
    convolution.adjoint(x)
    assert torch.equal(weight, before[0])
    assert torch.equal(x, before[1])


def test_what_one_call_returns_no_other_call_touches() -> None:
    convolution, x = Winograd(drawn(8, 8, 3, 3)), drawn(1, 8, 8, 8)
    with torch.inference_mode():
        first = convolution.forward(x)
        before = first.clone()
        convolution.forward(2 * x)
    convolution.adjoint(x)
    assert torch.equal(first, before)


def test_threads_compute_apart() -> None:
    weight, pictures = drawn(64, 64, 3, 3, seed=7), [drawn(1, 32, 32, 64, seed=n) for n in range(4)]
    convolution = Winograd(weight)
    alone = [convolution.forward(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(convolution.forward, pictures * 4))
    assert all(torch.equal(y, alone[number % 4]) for number, y in enumerate(together))
