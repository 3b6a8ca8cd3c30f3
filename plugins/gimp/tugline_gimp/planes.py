"""Bytes of pixels taken apart: their alpha, where they are not empty, which of two to take."""

from typing import Final

from tugline_edit.geometry import Box

_WHERE_ZERO: Final = bytes([255]) + bytes(255)
# Pixels that are chosen from at a time: large numbers are slow.
_AT_ONCE: Final = 1 << 16


def alpha_of(rgba: bytes) -> bytes:
    """Return the fourth byte of each pixel."""
    return rgba[3::4]


def all_are(plane: bytes, value: int) -> bool:
    """Whether every byte of ``plane`` is ``value``."""
    return plane.count(value) == len(plane)


def kept_where_clear(kept: bytes, other: bytes, alpha: bytes) -> bytes:
    """Return the pixels of ``kept`` where ``alpha`` is 0, those of ``other`` elsewhere.

    ``alpha`` has a byte a pixel, the others have as many bytes a pixel as they please.
    """
    width = len(kept) // len(alpha)
    return b"".join(
        _chosen(
            kept[start * width : (start + _AT_ONCE) * width],
            other[start * width : (start + _AT_ONCE) * width],
            alpha[start : start + _AT_ONCE],
            width,
        )
        for start in range(0, len(alpha), _AT_ONCE)
    )


def _chosen(kept: bytes, other: bytes, alpha: bytes, width: int) -> bytes:
    if 0 not in alpha:
        return other
    if all_are(alpha, 0):
        return kept
    where = alpha.translate(_WHERE_ZERO)
    wide = bytearray(len(kept))
    for part in range(width):
        wide[part::width] = where
    mask = int.from_bytes(wide, "little")
    one, two = int.from_bytes(kept, "little"), int.from_bytes(other, "little")
    return (two ^ ((one ^ two) & mask)).to_bytes(len(kept), "little")


def content(alpha: bytes, width: int) -> Box | None:
    """Return the smallest box around what ``alpha``, rows of ``width`` bytes, has; None = nothing.

    Its place is counted from the corner of ``alpha``.
    """
    empty = bytes(width)
    rows = [alpha[start : start + width] for start in range(0, len(alpha), width)]
    filled = [number for number, row in enumerate(rows) if row != empty]
    if not filled:
        return None
    top, bottom = filled[0], filled[-1] + 1
    seen = [rows[number] for number in filled]
    left = min(width - len(row.lstrip(b"\0")) for row in seen)
    right = max(len(row.rstrip(b"\0")) for row in seen)
    return Box(left, top, right - left, bottom - top)
