"""Where a picture is seen that lies over the photo that it was made from."""

from tests.edit.painter import PlainPainter
from tugline_edit.blending import Blend, Blending
from tugline_edit.masks import SelectionMask

LEFT = SelectionMask(4, 2, b"\xff\xff\0\0" * 2)
RIGHT = SelectionMask(4, 2, b"\0\0\0\xff" * 2)
BOTH = SelectionMask(4, 2, b"\xff\xff\0\xff" * 2)


def after(before: Blend | None, *, inverted: bool = False) -> Blending:
    return Blending(before, PlainPainter(), 0.1, inverted=inverted)


def test_the_first_pull_is_seen_in_its_selection_alone() -> None:
    blend = after(Blend(None, 0.02), inverted=True).through(LEFT)
    assert blend == Blend(LEFT, 0.1)


def test_without_a_selection_all_is_seen_from_then_on() -> None:
    assert after(Blend(None, 0.02), inverted=True).through(None) == Blend(None, 0.1)
    assert after(Blend(LEFT, 0.02)).through(None) == Blend(None, 0.1)
    assert after(Blend(None, 0.02)).through(LEFT) == Blend(None, 0.1)


def test_a_pull_elsewhere_is_seen_beside_those_before() -> None:
    assert after(Blend(LEFT, 0.02)).through(RIGHT) == Blend(BOTH, 0.1)
    assert after(Blend(LEFT, 0.02)).through(LEFT) == Blend(LEFT, 0.1)


def test_masks_of_other_sizes_are_joined_in_the_newest_ones() -> None:
    large = SelectionMask(8, 4, (b"\xff" * 4 + bytes(4)) * 4)
    assert after(Blend(large, 0.02)).through(RIGHT) == Blend(BOTH, 0.1)


def test_a_picture_that_hides_what_is_beneath_does_not_blend() -> None:
    blending = after(None)
    assert not blending.blends
    assert blending.through(LEFT) is None


def test_the_alpha_of_all_is_a_mask_of_the_models_picture() -> None:
    assert Blend(None, 0.1).alpha((3, 2)) == SelectionMask(3, 2, b"\xff" * 6)
    assert Blend(LEFT, 0.1).alpha((3, 2)) is LEFT


def test_a_soft_border_is_a_part_of_the_shorter_side_within_the_protocols_bounds() -> None:
    assert Blend(None, 0.02).pixels((400, 300)) == 6.0
    assert Blend(None, 0.25).pixels((4000, 3000)) == 256.0
