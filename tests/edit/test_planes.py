"""Alpha and masks in bytes, against one pixel after the other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.planes import all_are, alpha_of, kept_where_clear, seen_through, union

ALPHAS = st.binary(min_size=1, max_size=60) | st.sampled_from([b"\xff" * 9, bytes(9)])


def picture(alpha: bytes) -> bytes:
    return b"".join(bytes((at % 256, 2, 3, value)) for at, value in enumerate(alpha))


@given(ALPHAS, st.data())
def test_a_picture_is_seen_as_far_as_the_mask_lets_it(alpha: bytes, data: st.DataObject) -> None:
    mask = data.draw(st.binary(min_size=len(alpha), max_size=len(alpha)))
    seen = seen_through(picture(alpha), mask)
    assert alpha_of(seen) == bytes(
        (one * other + 127) // 255 for one, other in zip(alpha, mask, strict=True)
    )
    assert all(seen[channel::4] == picture(alpha)[channel::4] for channel in range(3))


@given(ALPHAS, st.sampled_from([3, 4, 8, 16]), st.integers())
def test_pixels_are_kept_where_alpha_is_zero(alpha: bytes, width: int, seed: int) -> None:
    chance = random.Random(seed)
    kept, other = (chance.randbytes(len(alpha) * width) for _ in range(2))
    assert kept_where_clear(kept, other, alpha) == b"".join(
        (other if value else kept)[at * width : (at + 1) * width] for at, value in enumerate(alpha)
    )


def test_alpha_is_the_fourth_byte() -> None:
    assert alpha_of(bytes(range(12))) == bytes([3, 7, 11])


@pytest.mark.parametrize(
    ("plane", "value", "expected"),
    [(b"\xff\xff", 255, True), (b"\xff\xfe", 255, False), (b"\0\0", 0, True), (b"\0\1", 0, False)],
)
def test_a_plane_of_one_value(plane: bytes, value: int, expected: bool) -> None:
    assert all_are(plane, value) is expected


@given(ALPHAS, st.data())
def test_a_union_has_the_larger_byte_of_both(one: bytes, data: st.DataObject) -> None:
    binary = st.lists(st.sampled_from([0, 255]), min_size=len(one), max_size=len(one)).map(bytes)
    other = data.draw(binary | st.binary(min_size=len(one), max_size=len(one)))
    assert union(one, other) == bytes(max(pair) for pair in zip(one, other, strict=True))
