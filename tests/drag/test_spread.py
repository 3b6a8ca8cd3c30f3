"""The spread of W: what a movement is short against, taken once of weights that stay."""

import gc
import weakref

import pytest
import torch

from tests.drag.shifting import Shifting
from tests.generator.networks import small
from tugline_daemon.drag.spread import spread_of_w
from tugline_daemon.generator import Generator


@pytest.fixture(name="maps")
def how_often_latents_are_mapped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counted: list[int] = []
    latents_of = Shifting.map

    def counting(self: Shifting, z: torch.Tensor) -> torch.Tensor:
        counted.append(len(z))
        return latents_of(self, z)

    monkeypatch.setattr(Shifting, "map", lambda self, z, _: counting(self, z))
    return counted


def frozen() -> Shifting:
    return Shifting().requires_grad_(requires_grad=False)


def test_it_is_the_covariance_of_w_with_a_tenth_of_all_directions_alike() -> None:
    network: Generator = small(32, seed=3)
    z = torch.randn(20_000, network.z_dim, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        covariance = torch.cov(network.map(z)[:, 0].T)
    wanted = 0.9 * covariance / covariance.diagonal().mean() + 0.1 * torch.eye(network.w_dim)
    apart = (spread_of_w(network) - wanted).norm() / wanted.norm()
    assert apart < 0.1


def test_it_is_taken_once_of_frozen_weights(maps: list[int]) -> None:
    generator = frozen()
    one, other = spread_of_w(generator), spread_of_w(generator)
    assert len(maps) == 1
    assert torch.equal(one, other)


def test_it_is_taken_anew_of_weights_that_have_changed(maps: list[int]) -> None:
    generator = frozen()
    spread_of_w(generator)
    generator.waves.mul_(2)
    spread_of_w(generator)
    assert len(maps) == 2


def test_it_is_taken_each_time_of_weights_that_learn(maps: list[int]) -> None:
    generator = Shifting()
    spread_of_w(generator)
    spread_of_w(generator)
    assert len(maps) == 2


def test_a_generator_that_nobody_needs_is_not_kept_for_it() -> None:
    generator = frozen()
    spread_of_w(generator)
    kept = weakref.ref(generator)
    del generator
    gc.collect()
    assert kept() is None


def test_along_directions_alone_it_is_none_across_them() -> None:
    direction = torch.tensor([[1.0, 0.0]])
    spread = spread_of_w(Shifting(), direction)
    assert spread[0, 0] > 0
    assert spread[1].count_nonzero() == 0
