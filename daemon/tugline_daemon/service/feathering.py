"""Masks that become an alpha: stretched over the picture, and softened inside of their border."""

import math
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from tugline_protocol.values import PictureFormat, Rect

from .resizing import Pixels, by_pillow, part

# Three box filters are nearly a Gaussian, and reach no farther than their radii together.
_BOXES: Final = 3
# Lines that are filtered at a time: their sums need eight bytes a number.
_STRIP: Final = 256


class Alpha:
    """A mask [rows, columns] as the alpha of pictures; what was worked out last is kept."""

    def __init__(self, mask: Pixels) -> None:
        """Take the mask, which does not change."""
        self._mask = mask
        self._last: tuple[tuple[int, int], PictureFormat, Pixels] | None = None

    def of(self, size: tuple[int, int], wanted: PictureFormat) -> Pixels:
        """Return the alpha [height, width] of the part that ``wanted`` is of a picture of ``size``.

        ``size`` is width and height of the whole picture. The array is not to be written into.
        """
        if self._last is None or self._last[:2] != (size, wanted):
            self._last = size, wanted, self._made(size, wanted)
        return self._last[2]

    def _made(self, size: tuple[int, int], wanted: PictureFormat) -> Pixels:
        if not wanted.feather:
            return self._stretched(size, wanted)
        seen = wanted.rect or Rect(0, 0, *size)
        around = _with_surroundings(seen, size, wanted.feather)
        soft = feathered(self._stretched(size, replace(wanted, rect=around)), wanted.feather)
        return part(soft, Rect(seen.x - around.x, seen.y - around.y, seen.width, seen.height))

    def _stretched(self, size: tuple[int, int], wanted: PictureFormat) -> Pixels:
        if self._mask.shape == size[::-1]:
            return self._mask if wanted.rect is None else part(self._mask, wanted.rect)
        return by_pillow(self._mask, size, wanted.rect, Pillow.Resampling.BILINEAR)


def _with_surroundings(rect: Rect, size: tuple[int, int], feather: float) -> Rect:
    """Return the part of a picture of ``size`` that a border in ``rect`` depends on."""
    reach = math.ceil(feather) + _BOXES
    left, top = max(0, rect.x - reach), max(0, rect.y - reach)
    right = min(size[0], rect.x + rect.width + reach)
    bottom = min(size[1], rect.y + rect.height + reach)
    return Rect(left, top, right - left, bottom - top)


def feathered(mask: Pixels, feather: float) -> Pixels:
    """Return ``mask`` [rows, columns] with a soft border inside: SPEC.md, "PictureFormat".

    It is 0 wherever the mask is, rises over ``feather`` pixels from the mask's border and from the
    picture's edges inward, and is the mask behind that.
    """
    # Of where it is more than 0, not of its levels: what is selected by a third would be nothing.
    blurred = (mask > 0).astype(np.float32)
    for _ in range(_BOXES):
        blurred = _boxed(_boxed(blurred, feather / _BOXES).T, feather / _BOXES).T
    rising = np.clip(2 * blurred - 1, 0, 1)
    soft: Pixels = np.rint(mask * rising).astype(np.uint8)
    return soft


def _boxed(lines: npt.NDArray[np.float32], radius: float) -> npt.NDArray[np.float32]:
    """Return the means of ``lines`` along their last axis, over ``radius`` pixels to either side.

    The pixel at the end of a fractional radius counts by that fraction; beyond the line is 0.
    """
    whole = int(radius)
    fraction = radius - whole
    reach = whole + 1
    length = lines.shape[1]
    found = np.empty_like(lines)
    for top in range(0, len(lines), _STRIP):
        padded = np.pad(lines[top : top + _STRIP], ((0, 0), (reach + 1, reach))).astype(np.float64)
        sums = np.cumsum(padded, 1)
        inner = sums[:, 2 * whole + 2 : 2 * whole + 2 + length] - sums[:, 1 : 1 + length]
        outer = sums[:, 2 * reach + 1 :][:, :length] - sums[:, :length]
        found[top : top + _STRIP] = inner + fraction * (outer - inner)
    return found / np.float32(2 * radius + 1)
