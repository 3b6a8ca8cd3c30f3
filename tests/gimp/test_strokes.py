"""What the strokes of a path mean for the arrows: which are the same, which are set anew."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.arrows import MOST_ARROWS, Arrow, Arrows
from tugline_edit.geometry import XY, Affine, Placement
from tugline_gimp.strokes import (
    TOGETHER_LEAST,
    Drawn,
    Stroke,
    arrows_among,
    drawn,
    follow,
    handles_among,
    same,
    with_arrows,
)

# 256 x 256 image pixels, twice as large in the document, its corner at (40, 30).
PLACEMENT = Placement(256, 256, Affine(a=2.0, d=2.0, e=40.0, f=30.0))
PLACES = st.tuples(st.floats(0, 256), st.floats(0, 256))
# Arrows whose ends do not lie together: of those that do, either end may be the target next.
APART = st.tuples(PLACES, PLACES).filter(lambda ends: math.dist(*ends) > TOGETHER_LEAST)


def arrows_of(*ends: tuple[XY, XY]) -> Arrows:
    return Arrows(
        tuple(
            Arrow(f"arrow {number}", handle, target, handle, "before")
            for number, (handle, target) in enumerate(ends)
        )
    )


def stroke(*anchors: XY, closed: bool = False) -> Stroke:
    """A stroke through places of the picture, in document pixels."""
    places = [PLACEMENT.to_document.map(anchor) for anchor in anchors]
    return Stroke(tuple(number for place in places for number in place * 3), closed)


def followed(before: Arrows, *strokes: Stroke, shown: tuple[Drawn, ...] | None = None) -> Arrows:
    shown = drawn(before, PLACEMENT) if shown is None else shown
    return follow(shown, strokes, before, PLACEMENT, "now")[0]


TWO = arrows_of(((10, 10), (50, 20)), ((100, 100), (120, 90)))


def test_a_stroke_leads_from_the_handle_to_the_target() -> None:
    arrow = followed(Arrows(), stroke((10, 20), (30, 40))).items[0]
    assert (arrow.handle, arrow.target, arrow.origin) == ((10, 20), (30, 40), (10, 20))
    assert arrow.reference == "now"


def test_anchors_and_curves_between_the_ends_mean_nothing() -> None:
    bent = Stroke((0, 0, 60, 70, 999, 5, 400, 9, 100, 100, 7, 7, 8, 8, 80, 90, 0, 0))
    arrow = followed(Arrows(), bent).items[0]
    assert (arrow.handle, arrow.target) == ((10, 20), (20, 30))


def test_a_target_that_moved_is_the_same_arrows() -> None:
    arrows = followed(TWO, stroke((10, 10), (70, 25)), stroke((100, 100), (120, 90)))
    assert arrows.items == (replace(TWO.items[0], target=(70, 25)), TWO.items[1])


def test_a_handle_that_moved_is_set_anew_and_keeps_its_target() -> None:
    arrows = followed(TWO, stroke((12, 10), (50, 20)), stroke((100, 100), (120, 90)))
    anew = arrows.items[0]
    assert anew.id not in {arrow.id for arrow in TWO}
    assert (anew.handle, anew.target, anew.reference) == ((12, 10), (50, 20), "now")
    assert arrows.items[1] == TWO.items[1]


def test_a_stroke_that_is_gone_takes_its_arrow_with_it() -> None:
    assert followed(TWO, stroke((100, 100), (120, 90))).items == TWO.items[1:]
    assert followed(TWO).items == ()


def test_an_arrow_that_no_stroke_showed_stays() -> None:
    first = drawn(TWO, PLACEMENT)[:1]
    assert followed(TWO, shown=first).items == TWO.items[1:]
    assert followed(TWO, stroke((10, 10), (60, 60)), shown=first).items == (
        replace(TWO.items[0], target=(60, 60)),
        TWO.items[1],
    )


def test_a_stroke_that_did_not_change_leaves_its_tracked_arrow_alone() -> None:
    moved = TWO.replaced("arrow 0", replace(TWO.items[0], handle=(30, 15), condition="moving"))
    strokes = stroke((10, 10), (50, 20)), stroke((100, 100), (130, 90))
    arrows, _ = follow(drawn(TWO, PLACEMENT), strokes, moved, PLACEMENT, "now")
    assert arrows.items[0] == moved.items[0]
    assert arrows.items[1].target == (130, 90)


def test_an_arrow_removed_elsewhere_stays_away_until_its_stroke_is_touched() -> None:
    shown, left = drawn(TWO, PLACEMENT), TWO.without("arrow 0")
    at_rest = stroke((10, 10), (50, 20)), stroke((100, 100), (130, 90))
    arrows, shown = follow(shown, at_rest, left, PLACEMENT, "now")
    assert [arrow.id for arrow in arrows] == ["arrow 1"]
    touched = stroke((10, 10), (55, 20)), at_rest[1]
    arrows, _ = follow(shown, touched, arrows, PLACEMENT, "now")
    assert [arrow.target for arrow in arrows] == [(55, 20), (130, 90)]


def test_of_two_ends_that_lie_together_the_one_pulled_away_is_the_target() -> None:
    arrived = arrows_of(((50, 50), (50.5, 50.5)))
    pulled_first = stroke((80, 60), (50.5, 50.5))
    arrows, shown = follow(drawn(arrived, PLACEMENT), (pulled_first,), arrived, PLACEMENT, "now")
    assert arrows.items == (replace(arrived.items[0], target=(80, 60)),)
    further = stroke((90, 70), (50.5, 50.5))
    arrows, _ = follow(shown, (further,), arrows, PLACEMENT, "now")
    assert arrows.items == (replace(arrived.items[0], target=(90, 70)),)


def test_a_handle_without_a_target_is_no_arrow_yet() -> None:
    assert followed(Arrows(), stroke((10, 20))).items == ()
    assert handles_among([stroke((10, 20)), stroke((1, 1), (2, 2))], PLACEMENT) == ((10, 20),)


def test_an_outline_is_no_arrow() -> None:
    assert followed(Arrows(), stroke((10, 20), (30, 40), (5, 5), closed=True)).items == ()


def test_ends_outside_of_the_picture_count_as_its_border() -> None:
    arrow = followed(Arrows(), stroke((-10, 20), (300, 400))).items[0]
    assert (arrow.handle, arrow.target) == ((0, 20), (256, 256))
    assert same([stroke((-10, 20), (300, 400))], arrows_of(((0, 20), (256, 256))), PLACEMENT)


def test_a_handle_outside_stays_the_same_arrow() -> None:
    outside = stroke((-10, 20), (30, 40))
    arrows = followed(Arrows(), outside)
    shown = drawn(arrows, PLACEMENT)
    again, shown = follow(shown, (outside,), arrows, PLACEMENT, "later")
    assert again == arrows
    aimed, _ = follow(shown, (stroke((-10, 20), (60, 40)),), again, PLACEMENT, "later")
    assert aimed.items == (replace(arrows.items[0], target=(60, 40)),)


def test_strokes_beyond_what_a_drag_can_have_wait() -> None:
    many = [stroke((number, 1), (number, 9)) for number in range(MOST_ARROWS + 3)]
    arrows = followed(Arrows(), *many)
    assert len(arrows) == MOST_ARROWS
    assert len(arrows_among(many)) == MOST_ARROWS
    assert with_arrows(many, arrows, PLACEMENT) == tuple(many)
    assert with_arrows(many, Arrows(), PLACEMENT) == tuple(many[MOST_ARROWS:])


def test_what_is_written_keeps_curves_of_unchanged_arrows_and_what_is_no_arrow() -> None:
    bent = stroke((10, 10), (20, 60), (50, 20))
    lonely, outline = stroke((7, 7)), stroke((1, 1), (2, 2), closed=True)
    before = (lonely, stroke((100, 100), (120, 90)), bent, outline)
    moved = TWO.with_target("arrow 1", (130, 95))
    assert with_arrows(before, moved, PLACEMENT) == (
        bent,
        stroke((100, 100), (130, 95)),
        lonely,
        outline,
    )


def test_the_order_is_the_strokes() -> None:
    turned = followed(TWO, stroke((100, 100), (120, 90)), stroke((10, 10), (50, 20)))
    assert [arrow.id for arrow in turned] == ["arrow 1", "arrow 0"]


@pytest.mark.parametrize("off", [0.0, 0.004, -0.004])
def test_rounding_is_no_change(off: float) -> None:
    rounded = tuple(
        Stroke(tuple(number + off for number in one.stroke.points)) for one in drawn(TWO, PLACEMENT)
    )
    assert same(rounded, TWO, PLACEMENT)
    assert followed(TWO, *rounded) == TWO


@given(st.lists(st.tuples(PLACES, PLACES), max_size=8))
def test_arrows_that_are_written_are_read_as_the_same(ends: list[tuple[XY, XY]]) -> None:
    arrows = arrows_of(*ends)
    strokes = with_arrows((), arrows, PLACEMENT)
    assert same(strokes, arrows, PLACEMENT)
    again, shown = follow(drawn(arrows, PLACEMENT), strokes, arrows, PLACEMENT, "now")
    assert [arrow.id for arrow in again] == [arrow.id for arrow in arrows]
    assert again.items == arrows.items
    assert [one.arrow for one in shown] == [arrow.id for arrow in arrows]


@given(
    st.lists(APART, min_size=1, max_size=6),
    st.data(),
)
def test_each_arrow_has_one_stroke_and_one_id(
    ends: list[tuple[XY, XY]], data: st.DataObject
) -> None:
    arrows = arrows_of(*ends)
    kept = data.draw(st.lists(st.sampled_from(ends), max_size=6))
    added = data.draw(st.lists(st.tuples(PLACES, PLACES), max_size=4))
    strokes = tuple(stroke(*one) for one in data.draw(st.permutations(kept + added)))
    now, shown = follow(drawn(arrows, PLACEMENT), strokes, arrows, PLACEMENT, "now")
    assert [arrow.id for arrow in now] == [one.arrow for one in shown]
    assert len({arrow.id for arrow in now}) == len(now) == len(strokes)
    assert same(strokes, now, PLACEMENT)


@given(PLACES, PLACES, PLACES)
def test_a_handle_keeps_its_id_wherever_its_target_goes(handle: XY, one: XY, other: XY) -> None:
    arrows = arrows_of((handle, one))
    assert followed(arrows, stroke(handle, other)).items[0].id == "arrow 0"
