"""The distance of Laplacian pyramids, against a literal one and by what it is for."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tugline_daemon.inversion import InversionError
from tugline_daemon.inversion.perceptual import PyramidDistance, make_distance

Floats = NDArray[np.float64]


def drawn(height: int, width: int, seed: int) -> Tensor:
    """A smooth picture [3, height, width], -1 to 1."""
    coarse = torch.randn(1, 3, 6, 6, generator=torch.Generator().manual_seed(seed))
    return F.interpolate(coarse, (height, width), mode="bicubic").tanh()[0]


def weighed(height: int, width: int, seed: int) -> Tensor:
    """A weight [height, width] with a hole of zeros, and all between."""
    weight = torch.rand(height, width, generator=torch.Generator().manual_seed(seed))
    weight[height // 3 : height // 2, : width // 2] = 0
    return weight


def distance(one: Tensor, other: Tensor, weight: Tensor | None = None) -> float:
    weight = torch.ones(one.shape[1:]) if weight is None else weight
    return float(PyramidDistance().to(one, weight)(other[None]))


TAPS = np.array([1, 4, 6, 4, 1]) / 16


def literal_distance(one: Tensor, other: Tensor, weight: Tensor) -> float:
    """The same by loops over cells, from two pyramids instead of one, in float64."""
    first, second = (picture.double().numpy().transpose(1, 2, 0) for picture in (one, other))
    amount = weight.double().numpy()
    total = 0.0
    while max(amount.shape) > 8:
        coarse_first, known, inside = literal_reduced(first, amount)
        coarse_second, _, _ = literal_reduced(second, amount)
        band = first - literal_expanded(coarse_first, known, amount.shape)
        total += literal_mean(
            band - (second - literal_expanded(coarse_second, known, amount.shape)), amount
        )
        first, second, amount = coarse_first, coarse_second, inside
    return (total + literal_mean(first - second, amount)) / 6


def literal_mean(difference: Floats, amount: Floats) -> float:
    """The mean penalty, as much as each cell counts."""
    penalty = (np.sqrt(difference**2 + 0.01**2) - 0.01).mean(-1)
    return float((penalty * amount).sum() / amount.sum())


def literal_reduced(picture: Floats, amount: Floats) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """The means around every other cell, where there are any, and how much counts there."""
    height, width = amount.shape
    shape = (-(-height // 2), -(-width // 2))
    coarse, known, inside = np.zeros((*shape, 3)), np.zeros(shape, bool), np.zeros(shape)
    for row, column in np.ndindex(shape):
        mixed, counted, whole = np.zeros(3), 0.0, 0.0
        for down, across in np.ndindex(5, 5):
            y, x = 2 * row + down - 2, 2 * column + across - 2
            if 0 <= y < height and 0 <= x < width:
                tap = float(TAPS[down] * TAPS[across])
                mixed += tap * amount[y, x] * picture[y, x]
                counted += tap * float(amount[y, x])
                whole += tap
        if counted > 0:
            coarse[row, column], known[row, column] = mixed / counted, True
        inside[row, column] = counted / whole
    return coarse, known, inside


def literal_expanded(coarse: Floats, known: NDArray[np.bool_], shape: tuple[int, ...]) -> Floats:
    """The mean for each cell of what is known in the coarser level around it."""
    fine = np.zeros((*shape, 3))
    for row, column in np.ndindex(shape):
        mixed, counted = np.zeros(3), 0.0
        for y, x in np.ndindex(known.shape):
            down, across = row - 2 * y + 2, column - 2 * x + 2
            if known[y, x] and 0 <= down < 5 and 0 <= across < 5:
                mixed += TAPS[down] * TAPS[across] * coarse[y, x]
                counted += TAPS[down] * TAPS[across]
        fine[row, column] = mixed / counted if counted else 0
    return fine


@pytest.mark.parametrize(("height", "width"), [(16, 16), (21, 14), (9, 20)])
def test_it_is_the_literal_one(height: int, width: int) -> None:
    one, other = drawn(height, width, 1), drawn(height, width, 2)
    weight = weighed(height, width, 3)
    assert distance(one, other, weight) == pytest.approx(
        literal_distance(one, other, weight), rel=1e-4
    )


def test_the_same_picture_is_at_0_and_others_are_beyond() -> None:
    picture = drawn(48, 64, 1)
    found = PyramidDistance().to(picture, torch.ones(48, 64))(
        torch.stack([picture, picture + 0.02, drawn(48, 64, 2)])
    )
    assert found[0] == 0
    assert 0 < found[1] < found[2] / 4


def test_what_does_not_count_changes_nothing() -> None:
    one, other, weight = drawn(40, 40, 1), drawn(40, 40, 2), weighed(40, 40, 3)
    changed = torch.where(weight == 0, 100.0, other)
    assert distance(one, changed, weight) == distance(one, other, weight)


def test_the_rest_counts_as_if_the_hole_were_not_there() -> None:
    """No border of the weight is taken for one of the picture: a tint is one everywhere."""
    one, weight = drawn(64, 64, 1), weighed(64, 64, 3)
    assert distance(one, one + 0.3, weight) == pytest.approx(distance(one, one + 0.3), rel=1e-4)


def test_enlarged_pictures_are_as_far_apart_as_they_were() -> None:
    one, other = drawn(64, 64, 1), drawn(64, 64, 2)
    large_one, large_other = drawn(256, 256, 1), drawn(256, 256, 2)
    assert distance(large_one, large_other) == pytest.approx(distance(one, other), rel=0.05)


def test_walking_down_its_slope_finds_the_picture() -> None:
    goal = drawn(32, 32, 1)
    to = PyramidDistance().to(goal, torch.ones(32, 32))
    picture = torch.zeros(1, 3, 32, 32, requires_grad=True)
    walk = torch.optim.Adam([picture], lr=0.05)
    for _ in range(150):
        walk.zero_grad()
        torch.autograd.backward(to(picture).sum())
        walk.step()
    assert (picture.detach()[0] - goal).square().mean() < 1e-3


@pytest.mark.parametrize(
    ("picture", "weight", "said"),
    [
        (torch.zeros(1, 8, 8), torch.ones(8, 8), "three channels"),
        (torch.zeros(3, 8, 8), torch.ones(8, 9), "one number for each pixel"),
        (torch.zeros(3, 8, 8), torch.full((8, 8), 1.5), "not from 0 to 1"),
        (torch.zeros(3, 8, 8), torch.full((8, 8), torch.nan), "not from 0 to 1"),
        (torch.zeros(3, 8, 8), torch.zeros(8, 8), "No pixel"),
    ],
)
def test_what_does_not_fit_is_named(picture: Tensor, weight: Tensor, said: str) -> None:
    with pytest.raises(InversionError, match=said):
        PyramidDistance().to(picture, weight)


def test_without_weights_of_a_network_it_is_the_best_that_there_is() -> None:
    assert make_distance(None, None).name == "pyramid"
