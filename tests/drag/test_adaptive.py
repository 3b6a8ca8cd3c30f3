"""The adaptive pace: as near as the paper's in a fraction of its updates, and it holds."""

import math
from dataclasses import replace

import pytest
import torch

from tests.drag.scenes import box_mask, drag, last_of, point
from tests.drag.shifting import Shifting
from tugline_daemon.drag import DragPoint, DragSettings, InvalidDragError

POINT = point((30.3, 28.7), (38.3, 32.7))
OTHER = point((14.0, 40.0), (22.0, 44.0), "b")
SETTINGS = DragSettings()
PAPER = DragSettings(pace="paper")


@pytest.fixture(name="generator")
def a_generator() -> Shifting:
    return Shifting()


def test_what_was_dragged_is_on_its_target(generator: Shifting) -> None:
    end = last_of(drag(generator, POINT, OTHER))
    assert end.ended == "arrived"
    for dragged in (POINT, OTHER):
        truth = generator.place(dragged.origin, generator.first(), end.latent)
        assert truth == pytest.approx(dragged.target, abs=0.7)


def test_handles_are_between_pixels_where_what_they_hold_is(generator: Shifting) -> None:
    for step in drag(generator, POINT, OTHER, settings=replace(SETTINGS, stop_distance=0.2)):
        for state, dragged in zip(step.points, (POINT, OTHER), strict=True):
            truth = generator.place(dragged.origin, generator.first(), step.latent)
            assert state.handle == pytest.approx(truth, abs=0.4)


@pytest.mark.parametrize("points", [(POINT,), (POINT, OTHER)])
def test_it_takes_a_third_of_the_papers_updates_and_of_its_runs(
    generator: Shifting, points: tuple[DragPoint, ...]
) -> None:
    paper = last_of(drag(generator, *points, settings=PAPER))
    runs, generator.runs = generator.runs, 0
    ours = last_of(drag(generator, *points))
    assert (paper.ended, ours.ended) == ("arrived", "arrived")
    assert 3 * ours.number <= paper.number
    assert 3 * generator.runs <= runs
    assert sum(p.distance for p in ours.points) <= sum(p.distance for p in paper.points)


@pytest.mark.parametrize(("mask", "rehearsals"), [(None, 0), (box_mask(64, 10, 10, 50, 50), 3)])
def test_an_update_runs_the_network_once_and_the_first_one_twice_and_to_rehearse(
    generator: Shifting, mask: torch.Tensor | None, rehearsals: int
) -> None:
    running = drag(generator, point((20.0, 20.0), (50.0, 50.0)), mask=mask)
    for _ in range(4):
        running.step()
    assert generator.runs == 5 + rehearsals


def test_of_the_ways_to_a_target_the_one_that_keeps_to_the_mask_is_taken(
    generator: Shifting,
) -> None:
    # A shift and a stretch both bring the handle there; the stretch with a shift back leaves the
    # other side where it is.
    way = point((50.0, 32.0), (57.0, 32.0))
    far_side = (12.0, 32.0)

    def strayed(mask: torch.Tensor | None) -> float:
        end = last_of(drag(generator, way, mask=mask))
        assert end.ended == "arrived"
        return math.dist(far_side, generator.place(far_side, generator.first(), end.latent))

    assert strayed(box_mask(64, 32, 0, 64, 64)) < 0.6 * strayed(None)


def test_points_that_pull_against_each_other_end_stuck_by_name(generator: Shifting) -> None:
    one = point((30.0, 30.0), (40.0, 30.0), "a")
    other = point((34.0, 30.0), (24.0, 30.0), "b")
    steps = list(drag(generator, one, other))
    assert steps[-1].ended == "stuck"
    assert steps[-1].number <= 30
    assert [state.state for state in steps[-1].points] == ["stuck", "stuck"]
    means = [sum(state.distance for state in step.points) for step in steps]
    assert means[-1] == min(means)


def test_a_point_that_is_home_does_not_hold_the_others_up(generator: Shifting) -> None:
    fixed = point((44.0, 20.0), (44.0, 20.0), "fixed")
    end = last_of(drag(generator, point((32.0, 32.0), (60.0, 4.0)), fixed))
    assert end.ended == "stuck"
    assert end.points[0].state == "stuck"


def test_rows_that_the_layer_does_not_read_are_refused_at_once(generator: Shifting) -> None:
    for pace in ("adaptive", "paper"):
        settings = replace(SETTINGS, movable_rows=(3,), pace=pace)
        with pytest.raises(InvalidDragError, match="movable_rows names no row that layer 'b32'"):
            drag(generator, POINT, settings=settings).step()


def test_a_target_moved_in_mid_drag_is_followed(generator: Shifting) -> None:
    running = drag(generator, point((30.3, 28.7), (50.0, 40.0)))
    x, y = [running.step() for _ in range(2)][-1].points[0].handle
    runs = generator.runs
    running.retarget(targets={"a": (x - 6.0, y)})
    running.step()
    assert generator.runs == runs + 1
    assert last_of(running).ended == "arrived"


def test_a_held_drag_goes_on_from_where_it_waits(generator: Shifting) -> None:
    running = drag(generator, POINT, settings=replace(SETTINGS, hold=True))
    arrived = last_of(running)
    assert running.idle
    x, y = arrived.points[0].handle
    running.retarget(targets={"a": (x - 5.0, y + 3.0)})
    onward = last_of(running)
    assert running.idle
    assert onward.points[0].state == "reached"

    running.retarget(
        added=[point((20.0, 44.0), (18.0, 47.0), "b")], added_references=[onward.latent]
    )
    both = last_of(running)
    assert running.idle
    assert [state.state for state in both.points] == ["reached", "reached"]
    running.stop()
    assert running.step().ended == "stopped"


def test_a_step_never_takes_a_handle_far_back(generator: Shifting) -> None:
    left = math.dist(POINT.handle, POINT.target)
    for step in drag(generator, POINT):
        assert step.points[0].distance <= left + 0.5
        left = step.points[0].distance


def test_numbers_that_are_no_longer_finite_keep_the_best_latent(generator: Shifting) -> None:
    running = drag(generator, point((20.0, 20.0), (50.0, 50.0)))
    before = [running.step() for _ in range(2)]
    generator.good_runs = generator.runs
    end = running.step()
    assert end.ended == "diverged"
    assert end.points[0].distance == min(step.points[0].distance for step in before)


def change_outside(generator: Shifting, mask: torch.Tensor, weight: float) -> float:
    """Return how much the features outside the mask change in a drag, on average."""
    held = replace(SETTINGS, lambda_mask=weight)
    end = last_of(drag(generator, POINT, mask=mask, settings=held))
    with torch.no_grad():
        before, after = (generator.synthesize(w[None])[0] for w in (generator.first(), end.latent))
    outside = 1 - torch.nn.functional.avg_pool2d(mask[None], 2)[0]
    return float(((after - before).abs().mean(0) * outside).sum() / outside.sum())


@pytest.mark.parametrize("weight", [10.0, 300.0])
def test_a_mask_that_weighs_holds_and_one_that_weighs_nothing_does_not(
    generator: Shifting, weight: float
) -> None:
    mask = box_mask(64, 20, 20, 50, 50)
    held, loose = (change_outside(generator, mask, one) for one in (weight, 0.0))
    assert held < 0.92 * loose
