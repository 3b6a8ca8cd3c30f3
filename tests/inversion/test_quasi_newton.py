"""L-BFGS that is asked and told, on functions whose minimum is known."""

import math

import torch
from torch import Tensor

from tugline_daemon.inversion.quasi_newton import QuasiNewton


def rosenbrock(x: Tensor) -> Tensor:
    ahead, behind = x[1:], x[:-1]
    return (100 * (ahead - behind.square()).square() + (1 - behind).square()).sum()


def look(search: QuasiNewton, value: Tensor, place: Tensor) -> float:
    (gradient,) = torch.autograd.grad(value, place)
    search.tell(float(value.detach()), gradient)
    return float(value.detach())


def test_the_bottom_of_a_bent_valley_is_found_in_few_looks() -> None:
    search = QuasiNewton(torch.full((10,), -1.0, dtype=torch.float64), 1.0)
    values = []
    for _ in range(120):
        place = search.place.clone().requires_grad_()
        values.append(look(search, rosenbrock(place), place))
    assert min(values) < 1e-8


def test_directions_of_very_different_lengths_do_not_matter() -> None:
    scales = torch.logspace(0, 2, 20, dtype=torch.float64)
    search = QuasiNewton(torch.ones(20, dtype=torch.float64), 1.0)
    values = []
    for _ in range(150):
        place = search.place.clone().requires_grad_()
        values.append(look(search, (place * scales).square().sum(), place))
    assert min(values) < 1e-6 * values[0]


def test_where_numbers_are_not_finite_it_looks_nearer_and_goes_on() -> None:
    search = QuasiNewton(torch.tensor([3.0]), 10.0)  # the first movement leads below 0
    places = []
    for _ in range(30):
        place = search.place.clone().requires_grad_()
        look(search, (place.log() - 0.5).square().sum() + 0.0, place)
        places.append(float(place.detach()))
    assert any(place < 0 for place in places)
    assert not search.has_diverged
    assert math.isclose(places[-1], math.exp(0.5), rel_tol=1e-3)


def test_a_start_that_is_not_finite_has_diverged() -> None:
    search = QuasiNewton(torch.zeros(3), 1.0)
    assert not search.has_diverged
    assert not search.tell(math.nan, torch.zeros(3))
    assert search.has_diverged


def test_it_is_exhausted_where_nothing_lies_lower() -> None:
    search = QuasiNewton(torch.zeros(3), 1.0)
    looks = 0
    while not search.is_exhausted and looks < 100:
        looks += 1
        search.tell(float(search.place.abs().sum()), torch.ones(3))  # the slope of a peak
    assert 1 < looks < 100
