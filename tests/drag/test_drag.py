"""How a drag goes and ends, what a step costs, and what it leaves alone."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.drag.scenes import box_mask, drag, last_of, point
from tests.drag.shifting import Shifting
from tugline_daemon.drag import DragOverError, DragSettings

POINT = point((30.3, 28.7), (38.3, 32.7))
QUICK = DragSettings(learning_rate=1e-2, pace="paper")


@pytest.fixture(name="generator")
def a_generator() -> Shifting:
    return Shifting()


def test_arrives_when_every_handle_is_near_its_target(generator: Shifting) -> None:
    # A shift by (8, 4) brings both home.
    other = point((14.0, 40.0), (22.0, 44.0), "b")
    steps = list(drag(generator, POINT, other, settings=QUICK))
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert [step.ended for step in steps] == [None] * (len(steps) - 1) + ["arrived"]
    assert all(p.state == "reached" and p.distance <= 1 for p in steps[-1].points)
    assert any(p.state == "moving" for p in steps[0].points)


def test_what_was_dragged_is_where_the_handles_say(generator: Shifting) -> None:
    first = generator.first()
    for step in drag(generator, POINT, settings=QUICK):
        truth = generator.place(POINT.origin, first, step.latent)
        # Tracking goes in whole pixels.
        assert step.points[0].handle == pytest.approx(truth, abs=1.0)


def test_a_drag_that_has_arrived_before_it_begins_computes_nothing(generator: Shifting) -> None:
    (step,) = drag(generator, point((30.0, 30.0), (30.3, 30.3)))
    assert (step.number, step.ended) == (0, "arrived")
    assert torch.equal(step.latent, generator.first())
    assert generator.runs == 0


def test_ends_at_the_step_limit_with_the_best_latent(generator: Shifting) -> None:
    far = point((30.3, 28.7), (60.0, 60.0))
    steps = list(drag(generator, far, settings=replace(QUICK, step_limit=7)))
    end = steps[-1]
    assert (end.number, end.ended) == (7, "step_limit")
    assert end.points[0].distance == min(step.points[0].distance for step in steps)
    best = next(s for s in steps if s.points[0].handle == end.points[0].handle)
    assert torch.equal(best.latent, end.latent)


def test_a_handle_that_cannot_get_nearer_is_stuck_by_name(generator: Shifting) -> None:
    settings = DragSettings(learning_rate=1e-6, stuck_after=5, pace="paper")
    arrived = point((10.0, 10.0), (10.2, 10.0), "there")
    end = last_of(drag(generator, POINT, arrived, settings=settings))
    assert (end.number, end.ended) == (5, "stuck")
    assert {p.id: p.state for p in end.points} == {"a": "stuck", "there": "reached"}
    assert torch.equal(end.latent, generator.first())


def test_points_that_pull_against_each_other_end_stuck(generator: Shifting) -> None:
    one = point((30.0, 30.0), (40.0, 30.0), "a")
    other = point((34.0, 30.0), (24.0, 30.0), "b")
    settings = replace(QUICK, stuck_after=8)
    assert last_of(drag(generator, one, other, settings=settings)).ended == "stuck"


def test_numbers_that_are_no_longer_finite_keep_the_best_latent(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=QUICK)
    before = [running.step() for _ in range(3)]
    generator.good_runs = generator.runs
    end = running.step()
    assert end.ended == "diverged"
    assert bool(end.latent.isfinite().all())
    assert end.points[0].distance == min(step.points[0].distance for step in before)


def test_numbers_that_are_never_finite_leave_the_latent_alone(generator: Shifting) -> None:
    generator.good_runs = 0
    end = drag(generator, POINT).step()
    assert end.ended == "diverged"
    assert torch.equal(end.latent, generator.first())
    assert end.points[0].handle == POINT.handle


def test_stop_ends_it_with_the_best_latent_and_no_further_update(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=QUICK)
    before = [running.step() for _ in range(3)]
    runs = generator.runs
    running.stop()
    end = running.step()
    assert (end.number, end.ended) == (3, "stopped")
    assert generator.runs == runs
    assert end.points[0].distance == min(step.points[0].distance for step in before)


def test_a_drag_that_is_over_takes_nothing_more(generator: Shifting) -> None:
    running = drag(generator, POINT)
    running.stop()
    assert [step.ended for step in running] == ["stopped"]
    assert running.ended == "stopped"
    assert list(running) == []
    with pytest.raises(DragOverError, match="has ended"):
        running.step()
    with pytest.raises(DragOverError, match="has ended"):
        running.retarget(targets={"a": (10.0, 10.0)})


def test_a_place_that_looks_like_nothing_set_is_lost(generator: Shifting) -> None:
    narrow = DragSettings(r2=1.0)
    # The handle is said to be where its feature is not.
    elsewhere = replace(POINT, origin=(5.0, 60.0))
    assert drag(generator, elsewhere, settings=narrow).step().points[0].state == "lost"
    assert drag(generator, POINT, settings=narrow).step().points[0].state == "moving"


def test_a_lost_handle_can_be_stuck(generator: Shifting) -> None:
    elsewhere = replace(POINT, origin=(5.0, 60.0))
    settings = DragSettings(r2=1.0, learning_rate=1e-6, stuck_after=5)
    assert last_of(drag(generator, elsewhere, settings=settings)).ended == "stuck"


@pytest.mark.parametrize("mask", [None, box_mask(64, 10, 10, 50, 50)])
def test_a_step_runs_the_network_once_and_the_first_one_twice(
    generator: Shifting, mask: Tensor | None
) -> None:
    running = drag(generator, POINT, mask=mask, settings=QUICK)
    for _ in range(4):
        running.step()
    assert generator.runs == 5


def test_only_movable_rows_change_and_the_weights_carry_no_gradient(generator: Shifting) -> None:
    changed = []
    for rows in ((1,), (0, 2)):
        step = drag(generator, POINT, settings=DragSettings(movable_rows=rows)).step()
        changed.append((step.latent != generator.first()).any(dim=1).nonzero().flatten().tolist())
    assert changed == [[1], [0, 2]]
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_arguments_stay_as_they_were_and_steps_are_copies(generator: Shifting) -> None:
    first, mask = generator.first(), box_mask(64, 10, 10, 50, 50)
    untouched = first.clone(), mask.clone()
    running = drag(generator, POINT, start=first, mask=mask, settings=QUICK)
    step = running.step()
    assert not step.latent.requires_grad
    step.latent.fill_(torch.nan)
    assert bool(running.step().latent.isfinite().all())
    assert torch.equal(first, untouched[0])
    assert torch.equal(mask, untouched[1])


def test_two_drags_on_one_network_do_not_disturb_each_other(generator: Shifting) -> None:
    alone = drag(generator, POINT, settings=QUICK)
    expected = [alone.step().latent for _ in range(4)]
    one = drag(generator, POINT, settings=QUICK)
    two = drag(generator, point((44.0, 20.0), (20.0, 20.0), "b"), settings=QUICK)
    found = []
    for _ in range(4):
        found.append(one.step().latent)
        two.step()
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
