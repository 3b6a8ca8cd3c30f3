"""The hand in the preview: the same gestures as on a canvas, asked of the same bench."""

import pytest

from tests.editors.gimp.dialog_desk import RecordedDesk, picture
from tugline_edit.geometry import Affine
from tugline_gimp.dialogs.drawing import DrawnArrow
from tugline_gimp.dialogs.hand import Hand, Pointer

TO_VIEW = Affine(a=0.5, d=0.5, e=10, f=20)


@pytest.fixture
def desk() -> RecordedDesk:
    return RecordedDesk(shown=picture(8))


@pytest.fixture
def hand(desk: RecordedDesk) -> Hand:
    return Hand(desk)  # type: ignore[arg-type]


def view(x: float, y: float) -> tuple[float, float]:
    return TO_VIEW.map((x, y))


def ends(desk: RecordedDesk) -> list[tuple[float, ...]]:
    return [(*arrow.handle, *arrow.target) for arrow in desk.bench.gestures.arrows]


def test_a_press_and_a_pull_set_an_arrow(desk: RecordedDesk, hand: Hand) -> None:
    hand.press(view(100, 200), TO_VIEW)
    assert hand.busy
    assert hand.pointer(view(100, 200), TO_VIEW) is Pointer.HOLD
    hand.move(view(150, 220), TO_VIEW)
    hand.release(view(160, 230), TO_VIEW)
    assert ends(desk) == [(100, 200, 160, 230)]
    assert desk.asked_since() == [
        ["hand", "begun", "target"],
        ["hand", "pulled", "target"],
        ["hand", "ended", "target"],
    ]


def test_a_handle_is_taken_hold_of_and_set_anew(desk: RecordedDesk, hand: Hand) -> None:
    desk.set_arrows((100, 100, 200, 100))
    before = next(iter(desk.bench.gestures.arrows)).id
    hand.press(view(101, 99), TO_VIEW)
    hand.move(view(121, 139), TO_VIEW)
    hand.release(view(121, 139), TO_VIEW)
    assert ends(desk) == [pytest.approx((120, 140, 200, 100))]
    assert next(iter(desk.bench.gestures.arrows)).id != before


def test_hovering_says_when_something_looks_other_than_before(
    desk: RecordedDesk, hand: Hand
) -> None:
    desk.set_arrows((100, 100, 200, 100))
    assert not hand.move(view(50, 50), TO_VIEW)
    assert hand.pointer(view(50, 50), TO_VIEW) is Pointer.PLACE
    assert hand.move(view(200, 100), TO_VIEW), "a target is under it now"
    assert hand.pointer(view(200, 100), TO_VIEW) is Pointer.GRASP
    assert hand.arrows()[0].hovered == "target"
    assert hand.pointer((0, 0), TO_VIEW) is Pointer.GRASP, "until it is told that it moved"
    hand.move((0, 0), TO_VIEW)
    assert hand.pointer((0, 0), TO_VIEW) is Pointer.PLAIN
    assert desk.asked_since() == [], "looking asks for nothing"


def test_arrows_are_told_as_they_are_to_be_seen(desk: RecordedDesk, hand: Hand) -> None:
    desk.set_arrows((10, 10, 40, 50), (100, 100, 200, 100), condition="moving")
    first, second = desk.bench.gestures.arrows
    desk.bench.gestures.selected = first.id
    desk.bench.selection.frozen = frozenset({second.id})
    one, other = hand.arrows()
    assert one == DrawnArrow((100, 100), (200, 100), "moving", 100, frozen=True)
    assert other == DrawnArrow((10, 10), (40, 50), "moving", 50, selected=True), "above the others"


def test_a_handle_without_a_target_is_seen_beneath_all_others(desk: RecordedDesk) -> None:
    desk.set_arrows((10, 10, 40, 50))
    hand = Hand(desk, lambda: ((5.0, 6.0),))  # type: ignore[arg-type]
    assert hand.arrows()[0] == DrawnArrow((5, 6), (5, 6), leaving=True)


def test_without_an_edit_nothing_is_taken(desk: RecordedDesk, hand: Hand) -> None:
    desk.bench.edit = None
    hand.press(view(100, 200), TO_VIEW)
    assert not hand.move(view(150, 220), TO_VIEW)
    hand.release(view(150, 220), TO_VIEW)
    assert (hand.arrows(), ends(desk), desk.asked_since()) == ((), [], [])
    assert hand.pointer(view(100, 200), TO_VIEW) is Pointer.PLAIN
