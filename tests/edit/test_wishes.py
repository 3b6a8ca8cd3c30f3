"""Wishes as messages: what is sent, and what is not sent again."""

from dataclasses import replace

import pytest

from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.masks import SelectionMask
from tugline_edit.wishes import Wish
from tugline_protocol.messages import Retarget
from tugline_protocol.values import DragOptions, DragPoint, Latent, ModelRef, PictureFormat

FIRST = Latent(1, 2, b"12345678")
SECOND = Latent(1, 2, b"abcdefgh")
THIRD = Latent(1, 2, b"ABCDEFGH")
MASK = SelectionMask(2, 1, b"\x00\xff")
FRAMES = PictureFormat(order="BGRA")


def arrow(name: str, reference: str = "first") -> Arrow:
    return Arrow(name, (2.0, 2.0), (3.0, 3.0), (1.0, 1.0), reference)


def wish(*arrows: Arrow) -> Wish:
    pictures = {"first": FIRST, "second": SECOND, "third": THIRD, "first again": FIRST}
    return Wish(Arrows(arrows), pictures, None, DragOptions())


def test_a_start_names_each_picture_once_and_the_masks_own_first() -> None:
    wanted = wish(arrow("a", "second"), arrow("b"), arrow("c", "first again"), arrow("d", "third"))
    start = wanted.start(ModelRef("m"), THIRD, FIRST, {"b": (9.0, 9.0)}, FRAMES)
    assert (start.latent, start.references) == (THIRD, (FIRST, SECOND, THIRD))
    assert [point.reference for point in start.points] == [1, 0, 0, 2]
    assert start.points[1] == DragPoint("b", (9.0, 9.0), (3.0, 3.0), (1.0, 1.0), 0)
    assert start.points[0].handle == (2.0, 2.0)


def test_a_retarget_holds_what_changed_and_nothing_else() -> None:
    before = wish(arrow("a"), arrow("b"), arrow("c"))
    after = wish(arrow("a"), replace(arrow("b"), target=(5.0, 5.0)), arrow("d", "second"))
    change = after.retarget(before, "drag", 7)
    assert change is not None
    assert [(one.id, one.target) for one in change.targets] == [("b", (5.0, 5.0))]
    assert [(one.id, one.reference) for one in change.added] == [("d", 0)]
    assert change.removed == ("c",)
    assert change.references == (SECOND,)
    assert (change.mask, change.clear_mask, change.options) == (None, False, None)


def test_where_a_handle_is_tracked_is_no_wish() -> None:
    before = wish(arrow("a"))
    tracked = wish(replace(arrow("a"), handle=(2.5, 2.5), condition="moving"))
    assert tracked.retarget(before, "drag", 1) is None


def test_a_mask_of_the_same_bytes_is_not_sent_again() -> None:
    before = replace(wish(arrow("a")), mask=MASK)
    same = replace(before, mask=SelectionMask(2, 1, bytes([0, 255])))
    assert same.retarget(before, "drag", 1) is None
    assert wish(arrow("a")).retarget(before, "drag", 1) == Retarget("drag", 1, clear_mask=True)


def test_letting_go_of_what_has_ended_is_nothing_to_be_done() -> None:
    held = replace(wish(arrow("a")), options=DragOptions(hold=True))
    free = wish(arrow("a"))
    assert not free.goes_beyond(held)
    assert held.goes_beyond(free)
    assert replace(free, mask=MASK).goes_beyond(held)
    assert not wish().goes_beyond(held)


def test_without_a_mask_nothing_is_composited() -> None:
    composite = DragOptions(composite=True)
    whole = replace(wish(arrow("a")), options=composite)
    masked = replace(wish(arrow("a")), options=composite, mask=MASK)
    assert not whole.options.composite
    assert masked.options.composite
    assert masked.needs_another_drag(whole)
    assert wish().needs_another_drag(whole)
    assert not whole.needs_another_drag(wish(arrow("b")))


def test_an_arrow_whose_picture_is_gone_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of the handles"):
        wish(arrow("a"), arrow("b", "gone"))
