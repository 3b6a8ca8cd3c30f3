"""Parts of pictures that are bytes, and the boxes that they take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.geometry import Box
from tugline_gimp.planes import around, blocks, content, part


@given(
    left=st.integers(0, 5),
    top=st.integers(0, 5),
    wide=st.integers(1, 6),
    high=st.integers(1, 6),
    right=st.integers(0, 5),
    below=st.integers(0, 5),
)
def test_the_box_around_what_is_there(
    left: int, top: int, wide: int, high: int, right: int, below: int
) -> None:
    width = left + wide + right
    row = bytes(left) + b"\7" * wide + bytes(right)
    alpha = bytes(width * top) + row * high + bytes(width * below)
    assert content(alpha, width) == Box(left, top, wide, high)


def test_the_box_has_room_for_the_corners_alone() -> None:
    alpha = bytearray(20 * 10)
    alpha[2 * 20 + 15] = alpha[7 * 20 + 4] = 1
    assert content(bytes(alpha), 20) == Box(4, 2, 12, 6)


def test_there_is_no_box_around_nothing() -> None:
    assert content(bytes(40), 8) is None


@pytest.mark.parametrize(
    "box", [Box(0, 0, 7, 5), Box(0, 1, 7, 3), Box(2, 1, 3, 3), Box(6, 4, 1, 1)]
)
def test_a_part_of_a_picture(box: Box) -> None:
    picture = bytes(n for y in range(5) for x in range(7) for n in (x, y, 9, 255))
    expected = bytes(
        n
        for y in range(box.y, box.y + box.height)
        for x in range(box.x, box.x + box.width)
        for n in (x, y, 9, 255)
    )
    assert part(picture, 7, box) == expected


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (16, 8), (17, 3), (20, 25)])
def test_blocks_have_each_pixel_once(size: tuple[int, int]) -> None:
    pixels = [
        (x, y)
        for box in blocks(*size, 8)
        for y in range(box.y, box.y + box.height)
        for x in range(box.x, box.x + box.width)
    ]
    assert sorted(pixels) == [(x, y) for x in range(size[0]) for y in range(size[1])]


def test_the_box_around_two() -> None:
    assert around(Box(0, 5, 10, 10), Box(-3, 7, 2, 20)) == Box(-3, 5, 13, 22)
    assert around(Box(0, 0, 9, 9), Box(2, 2, 3, 3)) == Box(0, 0, 9, 9)
