"""What the hand does to arrows, one gesture at a time."""

import pytest

from tugline_edit.arrows import MOST_ARROWS, Arrow, Arrows
from tugline_edit.geometry import XY, Affine
from tugline_edit.gestures import (
    GRIP_RADIUS,
    LEAVE_DISTANCE,
    PULL_DISTANCE,
    Change,
    Gestures,
    Grip,
    Part,
)
from tugline_protocol.values import PointState

SIZE = (128, 96)
HERE = "0" * 32
THERE = "1" * 32
# A canvas at 300 %, turned by a quarter and mirrored: image (x, y) is at view (3y + 50, 3x + 20).
VIEW = Affine(0, 3, 3, 0, 50, 20)


@pytest.fixture
def gestures() -> Gestures:
    return Gestures(SIZE)


def drawn(gestures: Gestures, handle: XY, target: XY) -> Arrow:
    """Draw an arrow, image pixels, with the hand."""
    gestures.press(VIEW.map(handle), VIEW, HERE)
    gestures.move(VIEW.map(target), VIEW)
    gestures.release(VIEW.map(target), VIEW)
    return gestures.arrows.items[-1]


def only(gestures: Gestures) -> Arrow:
    (arrow,) = gestures.arrows
    return arrow


def test_press_and_pull_make_an_arrow(gestures: Gestures) -> None:
    assert gestures.press(VIEW.map((40, 50)), VIEW, HERE) is Change.BEGUN
    assert gestures.busy
    assert gestures.move(VIEW.map((60, 50)), VIEW) is Change.PULLED
    assert gestures.release(VIEW.map((70, 55)), VIEW) is Change.ENDED
    assert not gestures.busy
    arrow = only(gestures)
    assert arrow.handle == arrow.origin == pytest.approx((40, 50))
    assert arrow.target == pytest.approx((70, 55))
    assert arrow.reference == HERE
    assert gestures.selected == arrow.id


def test_a_press_outside_the_picture_is_somebody_else_s(gestures: Gestures) -> None:
    outside = VIEW.map((-1, 50))
    assert not gestures.takes(outside, VIEW)
    assert gestures.press(outside, VIEW, HERE) is None
    assert not gestures.busy
    assert gestures.move(VIEW.map((50, 50)), VIEW) is None
    assert gestures.release(VIEW.map((50, 50)), VIEW) is None
    assert len(gestures.arrows) == 0


def test_a_click_on_the_picture_leaves_nothing_and_deselects(gestures: Gestures) -> None:
    drawn(gestures, (10, 10), (60, 60))
    x, y = VIEW.map((100, 20))
    assert gestures.press((x, y), VIEW, HERE) is Change.BEGUN
    assert gestures.move((x + PULL_DISTANCE - 0.1, y), VIEW) is None
    assert gestures.release((x + PULL_DISTANCE - 0.1, y), VIEW) is Change.SELECTED
    assert len(gestures.arrows) == 1
    assert gestures.selected is None


def test_a_click_on_a_grip_selects_its_arrow_and_moves_nothing(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    gestures.escape()
    x, y = VIEW.map((60, 60))
    gestures.press((x + 2, y), VIEW, HERE)
    assert gestures.release((x + 3, y), VIEW) is Change.SELECTED
    assert gestures.selected == arrow.id
    assert only(gestures) == arrow


def test_a_target_is_pulled_from_where_it_was_grasped(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    x, y = VIEW.map((60, 60))
    gestures.press((x + 6, y), VIEW, THERE)
    gestures.move((x + 36, y), VIEW)
    assert gestures.release((x + 36, y), VIEW) is Change.ENDED
    pulled = only(gestures)
    assert pulled.target == pytest.approx((60, 70))
    assert (pulled.id, pulled.handle, pulled.reference) == (arrow.id, arrow.handle, HERE)


def test_a_handle_that_is_pulled_is_a_new_point_in_the_picture_seen_now(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    gestures.press(VIEW.map((10, 10)), VIEW, THERE)
    assert gestures.move(VIEW.map((20, 12)), VIEW) is Change.PULLED
    first = only(gestures)
    assert gestures.release(VIEW.map((30, 14)), VIEW) is Change.ENDED
    moved = only(gestures)
    assert len({arrow.id, first.id, moved.id}) == 3
    assert moved.handle == moved.origin == pytest.approx((30, 14))
    assert moved.target == arrow.target
    assert moved.reference == THERE
    assert gestures.selected == moved.id


def test_a_handle_is_set_in_the_picture_of_the_last_move_where_that_is_told(
    gestures: Gestures,
) -> None:
    drawn(gestures, (10, 10), (60, 60))
    gestures.press(VIEW.map((10, 10)), VIEW, HERE)
    gestures.move(VIEW.map((20, 12)), VIEW, THERE)
    gestures.release(VIEW.map((20, 12)), VIEW)
    assert only(gestures).reference == THERE


def test_where_both_ends_are_near_the_target_is_meant(gestures: Gestures) -> None:
    arrow = drawn(gestures, (40, 40), (42, 40))
    on_the_handle = VIEW.map((40, 40))
    assert gestures.grip_at(on_the_handle, VIEW) == Grip(arrow.id, Part.TARGET)


def test_the_newest_of_arrows_in_one_place_is_meant() -> None:
    gestures = Gestures(SIZE)
    gestures.arrows, _ = Arrows().add((10, 10), (60, 60), HERE)
    gestures.arrows, newest = gestures.arrows.add((20, 20), (60, 60), HERE)
    assert gestures.grip_at(VIEW.map((60, 60)), VIEW) == Grip(newest.id, Part.TARGET)


def test_grips_are_as_large_at_every_zoom(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    for zoom in (0.25, 1.0, 16.0):
        view = Affine(a=zoom, d=zoom)
        x, y = view.map(arrow.target)
        assert gestures.grip_at((x + GRIP_RADIUS - 0.1, y), view) == Grip(arrow.id, Part.TARGET)
        assert gestures.grip_at((x + GRIP_RADIUS + 0.1, y), view) != Grip(arrow.id, Part.TARGET)


def test_a_pull_goes_on_when_the_canvas_is_turned_under_it(gestures: Gestures) -> None:
    gestures.press(VIEW.map((40, 50)), VIEW, HERE)
    turned = Affine(0, 2, -2, 0, 400, 0)
    gestures.move(turned.map((70, 55)), turned)
    gestures.release(turned.map((70, 55)), turned)
    assert only(gestures).target == pytest.approx((70, 55))


def test_a_target_stays_in_the_picture(gestures: Gestures) -> None:
    beside = VIEW.map((60, 96 + (LEAVE_DISTANCE - 1) / 3))
    gestures.press(VIEW.map((60, 60)), VIEW, HERE)
    gestures.move(beside, VIEW)
    assert not gestures.leaving
    assert gestures.release(beside, VIEW) is Change.ENDED
    assert only(gestures).target == pytest.approx((60, 96))


@pytest.mark.parametrize("part", [(10, 10), (60, 60)], ids=["handle", "target"])
def test_what_is_pulled_out_of_the_picture_is_removed(gestures: Gestures, part: XY) -> None:
    drawn(gestures, (10, 10), (60, 60))
    outside = VIEW.map((60, 96 + (LEAVE_DISTANCE + 1) / 3))
    gestures.press(VIEW.map(part), VIEW, HERE)
    gestures.move(outside, VIEW)
    assert gestures.leaving
    assert gestures.release(outside, VIEW) is Change.REMOVED
    assert len(gestures.arrows) == 0
    assert gestures.selected is None
    assert not gestures.leaving


def test_what_comes_back_in_time_stays(gestures: Gestures) -> None:
    gestures.press(VIEW.map((60, 60)), VIEW, HERE)
    gestures.move(VIEW.map((60, 140)), VIEW)
    gestures.move(VIEW.map((60, 90)), VIEW)
    assert gestures.release(VIEW.map((60, 90)), VIEW) is Change.ENDED
    assert only(gestures).target == pytest.approx((60, 90))


def test_delete_removes_the_selected_arrow_alone(gestures: Gestures) -> None:
    kept = drawn(gestures, (10, 10), (60, 60))
    drawn(gestures, (100, 20), (90, 40))
    assert gestures.delete_selected() is Change.REMOVED
    assert only(gestures) == kept
    assert gestures.delete_selected() is None


def test_escape_takes_back_what_is_in_hand(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    for grasped in ((60, 60), (10, 10)):
        gestures.press(VIEW.map(grasped), VIEW, THERE)
        gestures.move(VIEW.map((100, 70)), VIEW)
        assert gestures.escape() is Change.ENDED
        assert only(gestures) == arrow
        assert gestures.move(VIEW.map((90, 70)), VIEW) is None
        assert gestures.release(VIEW.map((90, 70)), VIEW) is Change.SELECTED
        assert only(gestures) == arrow


def test_escape_takes_a_new_arrow_away(gestures: Gestures) -> None:
    gestures.press(VIEW.map((10, 10)), VIEW, HERE)
    gestures.move(VIEW.map((100, 70)), VIEW)
    assert gestures.escape() is Change.REMOVED
    assert gestures.busy
    assert gestures.release(VIEW.map((90, 70)), VIEW) is Change.SELECTED
    assert len(gestures.arrows) == 0


def test_escape_without_a_pull_deselects_once(gestures: Gestures) -> None:
    drawn(gestures, (10, 10), (60, 60))
    assert gestures.escape() is Change.SELECTED
    assert gestures.selected is None
    assert gestures.escape() is None


def test_frames_may_move_handles_in_the_middle_of_a_pull(gestures: Gestures) -> None:
    gestures.press(VIEW.map((10, 10)), VIEW, HERE)
    gestures.move(VIEW.map((60, 60)), VIEW)
    arrow = only(gestures)
    told = PointState(arrow.id, (15, 15), (60, 60), 63.6, "moving")
    gestures.arrows = gestures.arrows.tracked([told])
    gestures.release(VIEW.map((62, 60)), VIEW)
    pulled = only(gestures)
    assert pulled.handle == (15, 15)
    assert pulled.origin == arrow.origin
    assert pulled.target == pytest.approx((62, 60))


def test_an_arrow_may_vanish_from_the_hand(gestures: Gestures) -> None:
    gestures.press(VIEW.map((10, 10)), VIEW, HERE)
    gestures.move(VIEW.map((60, 60)), VIEW)
    gestures.arrows = Arrows()
    assert gestures.move(VIEW.map((61, 60)), VIEW) is None
    assert gestures.release(VIEW.map((61, 60)), VIEW) is Change.ENDED
    assert len(gestures.arrows) == 0


def test_a_release_that_was_never_heard_of_ends_the_pull_where_it_was(gestures: Gestures) -> None:
    gestures.press(VIEW.map((10, 10)), VIEW, HERE)
    gestures.move(VIEW.map((60, 60)), VIEW)
    gestures.press(VIEW.map((100, 20)), VIEW, HERE)
    gestures.move(VIEW.map((110, 30)), VIEW)
    gestures.release(VIEW.map((110, 30)), VIEW)
    assert [arrow.target for arrow in gestures.arrows] == [
        pytest.approx((60, 60)),
        pytest.approx((110, 30)),
    ]


def test_there_are_no_more_arrows_than_a_drag_may_have(gestures: Gestures) -> None:
    for _ in range(MOST_ARROWS):
        gestures.arrows, _arrow = gestures.arrows.add((1, 1), (2, 2), HERE)
    assert gestures.press(VIEW.map((100, 60)), VIEW, HERE) is Change.BEGUN
    assert gestures.move(VIEW.map((110, 60)), VIEW) is None
    assert gestures.release(VIEW.map((110, 60)), VIEW) is Change.SELECTED
    assert len(gestures.arrows) == MOST_ARROWS


def test_the_pointer_shows_what_it_would_grasp(gestures: Gestures) -> None:
    arrow = drawn(gestures, (10, 10), (60, 60))
    gestures.move(VIEW.map((10, 10)), VIEW)
    assert gestures.hovered == Grip(arrow.id, Part.HANDLE)
    gestures.move(VIEW.map((100, 90)), VIEW)
    assert gestures.hovered is None
