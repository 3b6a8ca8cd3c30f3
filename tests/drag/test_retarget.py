"""What can change while a drag runs, what a held one does, and how one goes on later."""

import gc
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.drag.scenes import box_mask, drag, last_of, point
from tests.drag.shifting import Shifting
from tugline_daemon.drag import Drag, DragPoint, DragSettings, InvalidDragError

POINT = point((30.3, 28.7), (38.3, 32.7))
QUICK = DragSettings(learning_rate=1e-2, pace="paper")
HELD = replace(QUICK, hold=True)


@pytest.fixture(name="generator")
def a_generator() -> Shifting:
    return Shifting()


def test_a_target_moved_in_mid_drag_is_followed(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=QUICK)
    there = [running.step() for _ in range(4)][-1].points[0].handle
    back = (there[0] - 6.0, there[1])
    running.retarget(targets={"a": back})
    end = last_of(running)
    assert end.ended == "arrived"
    assert end.points[0].target == back
    assert generator.place(POINT.origin, generator.first(), end.latent) == pytest.approx(
        back, abs=2
    )


def test_a_retarget_alone_runs_no_network(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=QUICK)
    running.step()
    runs = generator.runs
    running.retarget(targets={"a": (20.0, 20.0)})
    running.step()
    assert generator.runs == runs + 1


def test_a_point_added_in_mid_drag_is_tracked_from_the_picture_in_which_it_was_set(
    generator: Shifting,
) -> None:
    running = drag(generator, POINT, settings=QUICK)
    latent = [running.step() for _ in range(5)][-1].latent
    added = point((20.0, 44.0), (27.0, 44.0), "b")
    running.retarget(targets={"a": (45.0, 29.0)}, added=[added], added_references=[latent])
    for step in running:
        truth = {
            "a": generator.place(POINT.origin, generator.first(), step.latent),
            "b": generator.place(added.origin, latent, step.latent),
        }
        for state in step.points:
            assert state.handle == pytest.approx(truth[state.id], abs=1.5)
    assert running.ended == "arrived"


def test_removed_points_pull_no_longer_and_their_ids_are_free(generator: Shifting) -> None:
    running = drag(generator, POINT, point((44.0, 20.0), (44.0, 40.0), "b"))
    running.step()
    again = point((20.0, 44.0), (24.0, 44.0), "b")
    running.retarget(removed=["b"], added=[again], added_references=[generator.first()])
    step = running.step()
    assert [p.target for p in step.points] == [POINT.target, again.target]
    # What is looked for is what the new point was set on, not what the removed one was.
    truth = generator.place(again.origin, generator.first(), step.latent)
    assert step.points[1].handle == pytest.approx(truth, abs=1.0)
    running.retarget(removed=["a"])
    assert [p.id for p in running.step().points] == ["b"]


def test_points_that_come_and_go_leave_no_references_behind(generator: Shifting) -> None:
    def latents() -> int:
        return sum(type(one) is Tensor and one.shape == (4, 2) for one in gc.get_objects())

    running = drag(generator, POINT)
    before = latents()
    added = point((20.0, 44.0), (27.0, 44.0), "b")
    for _ in range(50):
        running.retarget(added=[added], added_references=[torch.ones(4, 2)])
        running.retarget(removed=["b"])
    gc.collect()
    assert latents() < before + 10

    running.retarget(added=[added], added_references=[generator.first()])
    step = running.step()
    truth = generator.place(added.origin, generator.first(), step.latent)
    assert step.points[1].handle == pytest.approx(truth, abs=1.0)


def test_a_mask_given_and_cleared_in_mid_drag_counts_from_the_next_step(
    generator: Shifting,
) -> None:
    mask = box_mask(64, 24, 24, 44, 44)
    running, free = drag(generator, POINT, settings=QUICK), drag(generator, POINT, settings=QUICK)
    for _ in range(3):
        assert running.step().loss == free.step().loss
    running.retarget(mask=mask)
    assert running.step().loss > 1.5 * free.step().loss
    # Its latent has left the other's way by now, but nothing holds it any more.
    running.retarget(clear_mask=True)
    assert running.step().loss == pytest.approx(free.step().loss, rel=0.2)


def test_a_mask_resists_the_drag(generator: Shifting) -> None:
    settings = replace(QUICK, step_limit=20, stuck_after=5)
    mask = torch.zeros(64, 64)
    held = last_of(drag(generator, POINT, settings=settings, mask=mask))
    free = last_of(drag(generator, POINT, settings=settings))
    assert free.ended == "arrived"
    assert held.ended != "arrived"
    assert held.latent.norm() < 0.5 * free.latent.norm()


def test_settings_changed_in_mid_drag_take_effect(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=QUICK)
    one = running.step()
    running.retarget(settings=replace(QUICK, movable_rows=(2,)))
    two = running.step()
    assert (one.latent != two.latent).any(dim=1).tolist() == [False, False, True, False]
    running.retarget(settings=replace(QUICK, step_limit=2))
    steps = list(running)
    assert [(step.number, step.ended) for step in steps] == [(3, None), (4, "step_limit")]


def test_a_retarget_that_does_not_fit_changes_nothing(generator: Shifting) -> None:
    running, other = drag(generator, POINT), drag(generator, POINT)
    running.step()
    other.step()
    mask, first = box_mask(64, 1, 1, 9, 9), generator.first()
    with pytest.raises(InvalidDragError, match="no point 'zz'"):
        running.retarget(targets={"a": (1.0, 1.0), "zz": (5.0, 5.0)}, mask=mask)
    with pytest.raises(InvalidDragError, match="target of point 'a' is"):
        running.retarget(targets={"a": (math.nan, 1.0)})
    with pytest.raises(InvalidDragError, match="no point would be left"):
        running.retarget(removed=["a"])
    with pytest.raises(InvalidDragError, match="'a' already"):
        running.retarget(added=[POINT], added_references=[first])
    with pytest.raises(InvalidDragError, match="there are 0, counted from 0"):
        running.retarget(added=[replace(POINT, id="b")])
    with pytest.raises(InvalidDragError, match="feature_layer is 'b7'"):
        running.retarget(targets={"a": (9.0, 9.0)}, settings=DragSettings(feature_layer="b7"))
    found, expected = running.step(), other.step()
    assert torch.equal(found.latent, expected.latent)
    assert found.points == expected.points


def test_a_held_drag_that_has_arrived_waits_and_goes_on(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=HELD)
    arrived = last_of(running)
    assert running.idle
    assert arrived.ended is None
    assert arrived.points[0].state == "reached"

    runs = generator.runs
    again = running.step()
    assert generator.runs == runs
    assert (again.number, again.points) == (arrived.number, arrived.points)
    assert list(running) == []

    x, y = arrived.points[0].handle
    running.retarget(targets={"a": (x - 5.0, y)})
    assert not running.idle
    onward = last_of(running)
    assert running.idle
    assert onward.number > arrived.number
    assert onward.points[0].distance <= 1

    running.stop()
    assert not running.idle
    assert running.step().ended == "stopped"


def test_a_held_drag_that_has_arrived_is_stopped_where_it_is_seen(generator: Shifting) -> None:
    points = [
        point((30.0, 28.0), (31.6, 28.0)),
        point((20.0, 44.0), (20.0, 44.0), "b"),
        point((44.0, 20.0), (44.0, 20.0), "c"),
    ]
    running = drag(generator, *points, settings=replace(HELD, stop_distance=1.01))
    arrived = last_of(running)
    # One came home and two gave way: on average that is farther than before the drag.
    assert [state.state for state in arrived.points] == ["reached"] * 3
    assert sum(state.distance for state in arrived.points) > 1.6
    running.stop()
    stopped = running.step()
    assert stopped.points == arrived.points
    assert torch.equal(stopped.latent, arrived.latent)


def test_a_held_drag_that_is_stuck_waits_at_its_best(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=replace(HELD, learning_rate=1e-6, stuck_after=4))
    stuck = last_of(running)
    assert running.idle
    assert (stuck.number, stuck.ended, stuck.points[0].state) == (4, None, "stuck")
    assert torch.equal(stuck.latent, generator.first())
    running.retarget(settings=HELD)
    assert running.step().points[0].state == "moving"
    assert last_of(running).points[0].state == "reached"


def test_a_held_drag_at_its_step_limit_waits(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=replace(HELD, step_limit=3))
    assert len(list(running)) == 3
    assert running.idle
    running.retarget(targets={"a": POINT.target})
    assert len(list(running)) == 3


def test_numbers_that_are_not_finite_end_a_held_drag_too(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=HELD)
    running.step()
    generator.good_runs = generator.runs
    assert running.step().ended == "diverged"


def test_a_drag_resumed_from_a_step_goes_on_from_the_same_first_picture(
    generator: Shifting,
) -> None:
    """All but Adam's memory is in what a step says, so the next loss is the one to expect."""
    first, mask = generator.first(), box_mask(64, 20, 20, 48, 42)
    settings = replace(QUICK, lambda_mask=0.1)
    left = drag(generator, POINT, settings=settings, mask=mask)
    handle, latent = POINT.handle, first
    for _ in range(4):
        step = left.step()
        handle, latent = step.points[0].handle, step.latent
    assert handle != POINT.handle

    points = [DragPoint("a", handle, POINT.target, POINT.origin)]
    resumed = Drag(generator, latent, [first], points, mask, settings)
    assert resumed.step().loss == left.step().loss
    end = last_of(resumed)
    assert end.ended == "arrived"
    truth = generator.place(POINT.origin, first, end.latent)
    assert end.points[0].handle == pytest.approx(truth, abs=1.0)
