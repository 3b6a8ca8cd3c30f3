"""What movements are short against: W's own spread, and whatever changes what a mask holds."""

import torch

from tugline_daemon.drag.metric import Metric


def test_a_movement_that_no_glance_sees_is_as_long_as_it_was() -> None:
    metric = Metric(torch.eye(3))
    glance = torch.tensor([[[1.0, 0.0, 0.0]]])
    along, across = torch.tensor([[[2.0, 0.0, 0.0]]]), torch.tensor([[[0.0, 2.0, 0.0]]])
    metric.hold(glance, firmness=3)
    assert torch.allclose(metric.shorten(across), across)
    assert torch.allclose(metric.shorten(along), along / 4)  # (1 + 3)^-1


def test_the_metrics_inverse_is_that_of_its_matrix() -> None:
    torch.manual_seed(0)
    spread = torch.cov(torch.randn(4, 9)) + torch.eye(4)
    glances, gradient = torch.randn(5, 2, 4), torch.randn(1, 2, 4)
    metric = Metric(spread)
    metric.hold(glances[:3], firmness=7)
    metric.hold(glances[3:], firmness=7)
    flat, both = glances.flatten(1), torch.kron(torch.eye(2), spread)
    mean = (flat @ both @ flat.T).diagonal().mean()
    matrix = both.inverse() + 7 / (5 * mean) * flat.T @ flat
    wanted = torch.linalg.solve(matrix, gradient.flatten())
    assert torch.allclose(metric.shorten(gradient).flatten(), wanted, rtol=1e-3, atol=1e-4)


def test_a_change_that_was_seen_counts_once_however_often_it_is_seen() -> None:
    metric = Metric(torch.eye(3))
    metric.hold(torch.tensor([[[0.0, 0.0, 1.0]]]), firmness=3)
    glance, change = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([0.6, 0.8])
    metric.watch(glance, change)
    once = metric.shorten(glance[None])
    metric.watch(glance, change)
    assert torch.allclose(metric.shorten(glance[None]), once, rtol=0.05)
    assert torch.allclose(once, glance[None] / 4, rtol=0.1)  # (1 + 3)^-1


def test_changes_apart_from_each_other_count_each() -> None:
    metric = Metric(torch.eye(3))
    metric.hold(torch.tensor([[[0.0, 0.0, 1.0]]]), firmness=3)
    metric.watch(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([1.0, 0.0]))
    metric.watch(torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([0.0, 1.0]))
    along = torch.tensor([[[2.0, 4.0, 0.0]]])
    assert torch.allclose(metric.shorten(along), along / 4, rtol=0.1)


def test_changes_can_be_forgotten_alone() -> None:
    metric = Metric(torch.eye(2))
    at_random, at_a_change = torch.eye(2)[:, None]
    metric.hold(at_random[None], firmness=3)
    metric.watch(at_a_change, torch.tensor([1.0]))
    metric.unwatch()
    assert torch.allclose(metric.shorten(at_random[None]), at_random / 4)
    assert torch.allclose(metric.shorten(at_a_change[None]), at_a_change)


def test_what_is_forgotten_counts_no_more() -> None:
    metric = Metric(torch.eye(2))
    glance = torch.tensor([[[1.0, 0.0]]])
    metric.hold(glance, firmness=3)
    metric.watch(glance[0], torch.tensor([1.0]))
    metric.forget()
    assert torch.equal(metric.shorten(glance), glance)
