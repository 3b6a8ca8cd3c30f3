"""Arrows: set, pulled, tracked and taken away, each time as new Arrows."""

import pytest

from tugline_edit.arrows import Arrow, Arrows
from tugline_protocol.values import PointState

HERE = "0" * 32
THERE = "1" * 32


def two() -> tuple[Arrows, Arrow, Arrow]:
    arrows, first = Arrows().add((10, 10), (13, 14), HERE)
    arrows, second = arrows.add((50, 50), (50, 50), HERE)
    return arrows, first, second


def test_a_new_arrow_comes_from_where_its_handle_is() -> None:
    arrows, arrow = Arrows().add((10, 10), (13, 14), HERE)
    assert tuple(arrows) == (arrow,)
    assert arrow.origin == arrow.handle == (10, 10)
    assert arrow.reference == HERE
    assert arrow.condition == "set"
    assert arrow.distance == 5.0


def test_ids_are_what_the_protocol_takes_and_never_the_same() -> None:
    arrows = Arrows()
    for _ in range(100):
        arrows, arrow = arrows.add((0, 0), (0, 0), HERE)
        assert 1 <= len(arrow.id) <= 64
    assert len({arrow.id for arrow in arrows}) == 100


def test_nothing_is_changed_in_place() -> None:
    arrows, first, second = two()
    arrows.with_target(first.id, (0, 0))
    arrows.with_handle(first.id, (0, 0), THERE)
    arrows.without(second.id)
    assert arrows.items == (first, second)


def test_a_new_target_keeps_the_arrow() -> None:
    arrows, first, second = two()
    pulled = arrows.with_target(first.id, (20, 10))
    changed = pulled.get(first.id)
    assert changed is not None
    assert (changed.handle, changed.target, changed.origin) == ((10, 10), (20, 10), (10, 10))
    assert pulled.get(second.id) is second


def test_a_handle_set_anew_is_another_point_at_the_same_place_in_the_order() -> None:
    arrows, first, second = two()
    tracked = arrows.tracked([PointState(first.id, (11, 11), (13, 14), 3.6, "moving")])
    moved, anew = tracked.with_handle(first.id, (30, 31), THERE)
    assert moved.items == (anew, second)
    assert anew.id != first.id
    assert anew.handle == anew.origin == (30, 31)
    assert (anew.target, anew.reference, anew.condition) == ((13, 14), THERE, "set")


def test_a_frame_moves_handles_and_leaves_targets_to_the_artist() -> None:
    arrows, first, second = two()
    arrows = arrows.with_target(first.id, (99, 99))
    told = [
        PointState(first.id, (11, 12), (13, 14), 2.8, "moving"),
        PointState("gone", (0, 0), (0, 0), 0.0, "lost"),
    ]
    tracked = arrows.tracked(told)
    arrow = tracked.get(first.id)
    assert arrow is not None
    assert (arrow.handle, arrow.target, arrow.condition) == ((11, 12), (99, 99), "moving")
    assert arrow.origin == (10, 10)
    assert tracked.get(second.id) is second
    assert tracked.get("gone") is None


def test_what_was_reached_moves_again_with_a_new_target() -> None:
    arrows, first, _ = two()
    reached = arrows.tracked([PointState(first.id, (13, 14), (13, 14), 0.0, "reached")])
    again = reached.with_target(first.id, (40, 40)).get(first.id)
    assert again is not None
    assert again.condition == "moving"


def test_arrows_are_brought_into_the_picture() -> None:
    arrows, arrow = Arrows().add((-5, 300), (64.5, 1e9), HERE)
    clamped = arrows.clamped(128, 64).get(arrow.id)
    assert clamped is not None
    assert (clamped.handle, clamped.target, clamped.origin) == ((0, 64), (64.5, 64), (-5, 300))


def test_an_arrow_that_is_not_there_cannot_be_changed() -> None:
    arrows, first, _ = two()
    without = arrows.without(first.id)
    assert len(without) == 1
    for change in (
        lambda: without.with_target(first.id, (0, 0)),
        lambda: without.with_handle(first.id, (0, 0), HERE),
        lambda: without.without(first.id),
        lambda: without.replaced(first.id, first),
    ):
        with pytest.raises(KeyError):
            change()
