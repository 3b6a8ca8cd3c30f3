"""Alpha and masks in bytes, against one pixel after the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit import planes
from tugline_edit.planes import alpha_of, kept_where_clear, seen_through

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


@given(ALPHAS, st.integers(1, 16), st.integers(1, 7))
def test_what_is_clear_keeps_its_pixels_bit_for_bit(alpha: bytes, width: int, chunk: int) -> None:
    kept, other = (bytes([value]) * (width * len(alpha)) for value in (7, 200))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planes, "_AT_ONCE", chunk)
        found = kept_where_clear(kept, other, alpha)
    assert found == b"".join(bytes([200 if value else 7]) * width for value in alpha)
