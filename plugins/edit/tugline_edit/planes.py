"""Pixels as bytes, four a pixel, alpha last: their alpha, masks over it, which of two to take.

Editors have no numpy: the bytes' own methods and large integers do the work, a few milliseconds for
a million pixels.
"""

import re
from typing import Final

from tugline_protocol.values import Buffer

OPAQUE: Final = 255

_WHERE_ANY: Final = bytes([0]) + bytes([255]) * 255
_CLEAR: Final = re.compile(rb"\0+")
_PARTLY: Final = re.compile(rb"[^\x00\xff]+", re.DOTALL)


def alpha_of(pixels: Buffer) -> bytes:
    """Return the fourth byte of each pixel."""
    return bytes(pixels[3::4])


def all_are(plane: bytes, value: int) -> bool:
    """Whether every byte of ``plane`` is ``value``."""
    return plane.count(value) == len(plane)


def seen_through(pixels: Buffer, mask: bytes) -> bytes:
    """Return a picture with its alpha times ``mask``, a byte for each of its pixels.

    Where ``mask`` is 255 a pixel stays as it is, where it is 0 nothing is seen, bit for bit.
    """
    seen = bytearray(pixels)
    seen[3::4] = _product(alpha_of(pixels), mask)
    return bytes(seen)


def union(one: bytes, other: bytes) -> bytes:
    """Return the larger of two planes' bytes, of as many each."""
    length = len(one)
    both = int.from_bytes(one, "little") | int.from_bytes(other, "little")
    larger = bytearray(both.to_bytes(length, "little"))
    # Where one of the two is 0 or 255 that was it.
    for run in _PARTLY.finditer(one):
        for at in range(*run.span()):
            larger[at] = max(one[at], other[at])
    return bytes(larger)


def kept_where_clear(kept: bytes, other: bytes, alpha: bytes) -> bytes:
    """Return the pixels of ``kept`` where ``alpha`` is 0, those of ``other`` elsewhere.

    ``alpha`` has a byte a pixel, the others have as many bytes a pixel as they please.
    """
    if 0 not in alpha:
        return other
    width = len(kept) // len(alpha)
    chosen = bytearray(other)
    for run in _CLEAR.finditer(alpha):
        here = slice(run.start() * width, run.end() * width)
        chosen[here] = kept[here]
    return bytes(chosen)


def _product(alpha: bytes, mask: bytes) -> bytes:
    """Return two planes multiplied, 255 = 1."""
    if all_are(alpha, OPAQUE):
        return mask
    length = len(alpha)
    shown = int.from_bytes(alpha.translate(_WHERE_ANY), "little")
    product = bytearray((int.from_bytes(mask, "little") & shown).to_bytes(length, "little"))
    for run in _PARTLY.finditer(alpha):
        for at in range(*run.span()):
            product[at] = (alpha[at] * mask[at] + 127) // OPAQUE
    return bytes(product)
