"""Tuning around a pivot: small, nearer to the picture, and at home with all other latents."""

import pytest
import torch
from torch import Tensor

from tests.generator.networks import alias_free, small
from tugline_daemon.generator import Generator, Tuning, tuned
from tugline_daemon.inversion import tuning_descent
from tugline_daemon.inversion.perceptual import PyramidDistance
from tugline_daemon.inversion.subject import Subject
from tugline_daemon.inversion.tuning_descent import TuningDescent, largest_rank, tuned_names

STEPS = 12


def pictures(generator: Generator, seed: int) -> Tensor:
    z = torch.randn(8, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return generator.synthesize(generator.map(z))


def after(generator: Generator, rank: int | None = None, seed: int = 0) -> Tuning:
    """The differences after some steps toward a picture of one colour."""
    distance = PyramidDistance()
    subject = Subject(torch.full((3, 32, 32), 0.5), torch.ones(32, 32), distance)
    pivot = generator.map(torch.ones(1, generator.z_dim))[0]
    descent = TuningDescent(generator, subject, distance, pivot, None, rank=rank, seed=seed)
    losses = [descent.step() for _ in range(STEPS)]
    assert losses[-1].loss < 0.95 * losses[0].loss
    assert losses[-1].tuning is not None
    assert torch.equal(losses[-1].latent, pivot)
    return losses[-1].tuning


def test_what_other_latents_draw_is_held_and_the_generator_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = small()
    weights = {name: weight.clone() for name, weight in generator.state_dict().items()}
    before = pictures(generator, 77)
    held = (pictures(tuned(generator, after(generator)), 77) - before).square().mean()
    monkeypatch.setattr(tuning_descent, "_LOCALITY", 0.0)
    free = (pictures(tuned(generator, after(generator)), 77) - before).square().mean()
    assert held < 0.9 * free
    now = generator.state_dict()
    assert all(torch.equal(weight, now[name]) for name, weight in weights.items())


@pytest.mark.parametrize("generator", [small(), small(c_dim=3), alias_free()])
def test_the_largest_rank_is_the_last_that_fits_in_a_tenth(generator: Generator) -> None:
    rank = largest_rank(generator)
    whole = sum(weight.numel() for weight in generator.parameters())
    subject = Subject(torch.zeros(3, 32, 32), torch.ones(32, 32), PyramidDistance())
    pivot = torch.zeros(generator.num_ws, generator.w_dim)

    def numbers(rank: int) -> int:
        descent = TuningDescent(
            generator, subject, PyramidDistance(), pivot, None, rank=rank, seed=0
        )
        tuning = descent.step().tuning
        assert tuning is not None
        assert set(tuning.factors) == set(tuned_names(generator))
        return tuning.numbers

    assert numbers(rank) <= 0.1 * whole or rank == 1
    assert numbers(rank + 1) > 0.1 * whole
