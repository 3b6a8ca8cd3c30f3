"""Pictures in GIMP's process: frames into their place, one over another, comparisons.

Pictures are bytes, RGBA with straight alpha, rows from the top without padding, as the daemon sends
them. There is no numpy here: GdkPixbuf and the bytes' own methods do the work, a few milliseconds
for a million pixels. A picture lies upright in GIMP, since a layer has whole pixels.
"""

from typing import Any, Final

from tugline_edit.geometry import Placement
from tugline_edit.history import THUMBNAIL_SIDE
from tugline_edit.masks import SelectionMask
from tugline_edit.planes import OPAQUE, all_are, alpha_of, seen_through
from tugline_protocol.values import Buffer

from .gi_modules import GdkPixbuf, GLib

Size = tuple[int, int]

_SMOOTH: Final = GdkPixbuf.InterpType.BILINEAR
# Two resamplings of one picture differ along its edges, paint differs over an area: they are
# compared in cells of so many pixels a side, and may differ by so much of 255.
_CELL: Final = 4
_TOLERANCE: Final = 12


class GimpPainter:
    """Resamples and composites; host.Painter."""

    order: Final = "RGBA"

    def warp(self, data: Buffer, size: Size, placement: Placement) -> bytes:
        """Return a picture of ``size`` pixels as it fills ``placement.box``, smoothly scaled."""
        box = placement.box
        return stretched(data, size, (box.width, box.height))

    def over(self, base: Buffer, top: Buffer, size: Size) -> bytes:
        """Return ``top`` over ``base``; where ``top`` is transparent, exactly ``base``."""
        return over(base, top, size)

    seen_through = staticmethod(seen_through)

    def scaled(self, mask: SelectionMask, size: Size) -> SelectionMask:
        """Return ``mask`` in ``size`` pixels."""
        if (mask.width, mask.height) == size:
            return mask
        grey = bytearray(4 * len(mask.data))
        grey[0::4] = mask.data
        grey[3::4] = bytes([OPAQUE]) * len(mask.data)
        data = stretched(bytes(grey), (mask.width, mask.height), size)
        return SelectionMask(*size, data[0::4])

    def mask_in_place(self, mask: SelectionMask, placement: Placement) -> bytes:
        """Return a mask over a picture as a byte for each pixel of ``placement.box``."""
        box = placement.box
        return self.scaled(mask, (box.width, box.height)).data

    def thumbnail(self, data: Buffer, size: Size) -> bytes:
        """Return the middle of a picture as RGB, ``THUMBNAIL_SIDE`` pixels a side."""
        side = min(size)
        left, top = (size[0] - side) // 2, (size[1] - side) // 2
        middle = _picture(data, size).new_subpixbuf(left, top, side, side)
        small = _bytes(middle.scale_simple(THUMBNAIL_SIDE, THUMBNAIL_SIDE, _SMOOTH))
        colours = bytearray(3 * THUMBNAIL_SIDE**2)
        for channel in range(3):
            colours[channel::3] = small[channel::4]
        return bytes(colours)


def stretched(data: Buffer, size: Size, wanted: Size) -> bytes:
    """Return a picture of ``size`` pixels in ``wanted`` pixels; unchanged where these agree."""
    if size == wanted:
        return bytes(data)
    return _bytes(_picture(data, size).scale_simple(*wanted, _SMOOTH))


def reduced(data: Buffer, size: Size, part: tuple[float, float], wanted: Size) -> bytes:
    """Return the top left ``part`` of a picture of ``size`` pixels in ``wanted`` pixels.

    ``part`` need not be whole pixels. Down to half as many pixels nothing of it is passed over.
    """
    if size == wanted and part == (float(size[0]), float(size[1])):
        return bytes(data)
    width, height = wanted
    small = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, width, height)
    scales = width / part[0], height / part[1]
    _picture(data, size).scale(small, 0, 0, width, height, 0.0, 0.0, *scales, _SMOOTH)
    return _bytes(small)


def over(base: Buffer, top: Buffer, size: Size) -> bytes:
    """Return ``top`` over ``base``, both of ``size`` pixels.

    Where ``top`` is transparent that is ``base``, and where it is opaque ``top``, bit for bit.
    """
    alpha = alpha_of(top)
    if all_are(alpha, OPAQUE):
        return bytes(top)
    if all_are(alpha, 0):
        return bytes(base)
    painted = _picture(base, size).copy()
    nearest = GdkPixbuf.InterpType.NEAREST
    _picture(top, size).composite(painted, 0, 0, *size, 0, 0, 1, 1, nearest, OPAQUE)
    return _bytes(painted)


def alike(one: Buffer, other: Buffer, size: Size) -> bool:
    """Whether two opaque pictures of ``size`` are one, but for what resampling does to it.

    In no cell of a few pixels may a channel differ much on average.
    """
    cells = (max(1, size[0] // _CELL), max(1, size[1] // _CELL))
    first, second = stretched(one, size, cells), stretched(other, size, cells)
    return all(abs(a - b) <= _TOLERANCE for a, b in zip(first, second, strict=True))


def _picture(data: Buffer, size: Size) -> Any:
    width, height = size
    held = GLib.Bytes.new(bytes(data))
    return GdkPixbuf.Pixbuf.new_from_bytes(
        held, GdkPixbuf.Colorspace.RGB, True, 8, width, height, 4 * width
    )


def _bytes(picture: Any) -> bytes:
    """Return the pixels of a picture with alpha, whose rows have no padding."""
    return bytes(picture.get_pixels())
