"""Selections as masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.geometry import Box
from tugline_edit.masks import SelectionMask, crop
from tugline_protocol.values import Mask


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    corner, side = st.integers(-12, 12), st.integers(1, 12)
    return Box(draw(corner), draw(corner), draw(side), draw(side))


@given(boxes(), boxes(), st.randoms(use_true_random=False))
def test_a_crop_holds_the_selection_where_it_is_and_nothing_elsewhere(
    where: Box, box: Box, random: object
) -> None:
    selection = bytes(random.randrange(256) for _ in range(where.width * where.height))  # type: ignore[attr-defined]
    document = np.zeros((64, 64), np.uint8)
    rows = slice(where.y + 20, where.y + 20 + where.height)
    columns = slice(where.x + 20, where.x + 20 + where.width)
    document[rows, columns] = np.frombuffer(selection, np.uint8).reshape(where.height, where.width)
    expected = document[box.y + 20 : box.y + 20 + box.height, box.x + 20 : box.x + 20 + box.width]
    mask = crop(selection, where, box)
    assert (mask.width, mask.height) == (box.width, box.height)
    assert mask.data == expected.tobytes()


def test_a_selection_of_another_size_than_its_box_is_refused() -> None:
    with pytest.raises(ValueError, match="3 x 2"):
        crop(bytes(5), Box(0, 0, 3, 2), Box(0, 0, 3, 2))


def test_a_mask_is_read_in_the_picture_s_own_pixels() -> None:
    mask = SelectionMask(2, 2, bytes([0, 255, 127, 128]))
    picture = (100, 50)
    assert [mask.at(point, picture) for point in ((0, 0), (49.9, 24.9))] == [0, 0]
    assert mask.at((50, 0), picture) == 255
    assert mask.at((49, 25), picture) == 127
    assert mask.at((99.9, 49.9), picture) == 128


def test_the_border_of_the_picture_belongs_to_it() -> None:
    mask = SelectionMask(2, 2, bytes([1, 2, 3, 4]))
    assert mask.at((100, 50), (100, 50)) == 4
    assert mask.at((-1, 60), (100, 50)) == 3


def test_a_handle_is_frozen_where_less_than_half_is_selected() -> None:
    mask = SelectionMask(2, 1, bytes([127, 128]))
    assert mask.freezes((0.5, 0.5), (2, 1))
    assert not mask.freezes((1.5, 0.5), (2, 1))


def test_empty_and_full() -> None:
    assert SelectionMask(2, 1, bytes([0, 0])).empty
    assert SelectionMask(2, 1, bytes([255, 255])).full
    feathered = SelectionMask(2, 1, bytes([0, 255]))
    assert not feathered.empty
    assert not feathered.full


def test_the_wire_has_the_same_bytes() -> None:
    assert SelectionMask(2, 1, b"\x00\xff").wire() == Mask(2, 1, b"\x00\xff")
