import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.accuracy.quality import drift, frechet, outside_change


def gaussian(mean: float, spread: float, seed: int) -> NDArray[np.float64]:
    """2000 points of 3 independent Gaussians, scaled to have exactly this mean and spread."""
    points = np.random.default_rng(seed).standard_normal((2000, 3))
    points = (points - points.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(points.T))).T
    return np.asarray(points * spread + mean)


def test_the_frechet_distance_of_gaussians_is_its_closed_form() -> None:
    # |m1 - m2|^2 + sum (s1 - s2)^2 where covariances are diagonal.
    found = frechet(gaussian(0.0, 1.0, seed=1), gaussian(2.0, 3.0, seed=2))
    assert found == pytest.approx(3 * 2.0**2 + 3 * (3.0 - 1.0) ** 2)


def test_a_set_is_no_distance_from_itself() -> None:
    some = np.random.default_rng(3).standard_normal((10, 64))  # fewer points than features
    assert frechet(some, some) == pytest.approx(0, abs=1e-6)


def test_change_counts_outside_the_mask_alone() -> None:
    first = torch.zeros(3, 4, 4)
    mask = torch.zeros(4, 4)
    mask[:, :2] = 1
    inside, outside = first.clone(), first.clone()
    inside[:, :, 0] = 1
    outside[:, :, 3] = 1  # half of what stays, by half of the range

    assert outside_change(first, inside, mask) == 0
    assert outside_change(first, outside, mask) == pytest.approx(127.5 / 2)
    assert outside_change(first, outside, torch.ones(4, 4)) == 0


def test_drift_is_the_mean_difference_of_looks() -> None:
    assert drift(torch.tensor([1.0, 2.0]), torch.tensor([2.0, -1.0])) == 2
