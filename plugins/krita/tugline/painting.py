"""Pixels in Krita's process: frames into their place, one picture over another, comparisons.

Pictures are bytes, BGRA with straight alpha, rows from the top without padding, as ``setPixelData``
takes them and as the daemon sends them. There is no numpy here: Qt and the bytes' own methods do
the work, a few milliseconds for a million pixels.
"""

from typing import Any, Final

from tugline_edit.geometry import Affine, Placement
from tugline_edit.history import THUMBNAIL_SIDE
from tugline_edit.masks import SelectionMask
from tugline_edit.planes import OPAQUE, all_are, alpha_of, kept_where_clear, seen_through
from tugline_protocol.values import ByteOrder, Image

from .qt import QtCore, QtGui

Size = tuple[int, int]
Bytes = bytes | bytearray | memoryview

_STRAIGHT = QtGui.QImage.Format.Format_ARGB32
_PREMULTIPLIED = QtGui.QImage.Format.Format_ARGB32_Premultiplied
_PLAIN = QtGui.QImage.Format.Format_RGB32
_GREY = QtGui.QImage.Format.Format_Grayscale8
_SMOOTH = QtCore.Qt.TransformationMode.SmoothTransformation
_FAST = QtCore.Qt.TransformationMode.FastTransformation
_STRETCH = QtCore.Qt.AspectRatioMode.IgnoreAspectRatio
_COVER = QtCore.Qt.AspectRatioMode.KeepAspectRatioByExpanding
_MODES = QtGui.QPainter.CompositionMode

# Two resamplings of one picture differ along its edges, paint differs over an area: the difference
# is averaged over cells of so many pixels a side.
_CELL: Final = 6
# A picture of more than so many times a thumbnail's side is shrunk roughly first.
_LARGE: Final = 4


def to_image(frame: Image) -> Any:
    """Return a BGRA frame of the wire as a QImage of its own."""
    return _picture(frame.data, (frame.width, frame.height)).copy()


def from_image(image: Any) -> bytes:
    """Return a QImage as straight BGRA bytes."""
    straight = image.convertToFormat(_STRAIGHT)
    return bytes(straight.constBits().asstring(straight.sizeInBytes()))


def warp(data: Bytes, size: Size, placement: Placement) -> bytes:
    """Return a picture of ``size`` pixels as it lies over ``placement.box``.

    It comes back unchanged where it fits; elsewhere it is scaled, turned or mirrored into place,
    opaque inside and transparent outside of its outline, with a soft edge between them.
    """
    box = placement.box
    if placement.upright:
        return stretched(data, size, (box.width, box.height))
    place = placement.to_document.then(Affine(e=-box.x, f=-box.y))
    target = QtGui.QImage(box.width, box.height, _PREMULTIPLIED)
    target.fill(0)
    within = QtCore.QRectF(0, 0, placement.width, placement.height)
    _draw(target, _picture(data, size), within, place)
    return from_image(target)


def over(base: Bytes, top: Bytes, size: Size) -> bytes:
    """Return ``top`` over ``base``, both of ``size`` pixels.

    Where ``top`` is transparent that is ``base``, and where it is opaque ``top``, bit for bit.
    """
    alpha = alpha_of(top)
    if all_are(alpha, OPAQUE):
        return bytes(top)
    if all_are(alpha, 0):
        return bytes(base)
    painted = _picture(base, size).copy()
    painter = QtGui.QPainter(painted)
    painter.drawImage(0, 0, _picture(top, size))
    painter.end()
    mixed = bytes(painted.constBits().asstring(painted.sizeInBytes()))
    if all_are(alpha_of(base), OPAQUE):
        return mixed  # Qt multiplies by alpha; with an opaque base that is exact at both ends
    return kept_where_clear(bytes(base), mixed, alpha)


def stretched(data: Bytes, size: Size, wanted: Size) -> bytes:
    """Return a picture of ``size`` pixels in ``wanted`` ones, averaged where that is smaller."""
    if size == wanted:
        return bytes(data)
    return from_image(_stretched(_picture(data, size), wanted))


def thumbnail(data: Bytes, size: Size) -> bytes:
    """Return the middle of a picture as RGB, ``THUMBNAIL_SIDE`` pixels a side."""
    side = THUMBNAIL_SIDE
    picture = _picture(data, size)
    if min(size) > _LARGE * side:  # the smooth way looks at every pixel
        picture = picture.scaled(_LARGE * side, _LARGE * side, _COVER, _FAST)
    small = picture.scaled(side, side, _COVER, _SMOOTH)
    left, top = (small.width() - side) // 2, (small.height() - side) // 2
    square = small.copy(left, top, side, side)
    square = square.convertToFormat(QtGui.QImage.Format.Format_RGB888)
    return bytes(square.constBits().asstring(square.sizeInBytes()))


def alike(first: Bytes, second: Bytes, size: Size, tolerance: int) -> bool:
    """Whether two pictures of ``size`` are one, but for what resampling does to it.

    In no cell of a few pixels may a channel differ by more than ``tolerance`` on average.
    """
    if bytes(first) == bytes(second):
        return True
    return all(
        _differ_at_most(one, other, size, tolerance)
        for one, other in (
            (_seen_colours(first, size), _seen_colours(second, size)),
            (_alpha_as_colour(first), _alpha_as_colour(second)),
        )
    )


def scaled(mask: SelectionMask, size: Size) -> SelectionMask:
    """Return ``mask`` in ``size`` pixels."""
    if (mask.width, mask.height) == size:
        return mask
    grey = _stretched(_grey_image(mask.data, (mask.width, mask.height)), size)
    return SelectionMask(*size, _grey_bytes(grey))


def mask_in_place(mask: SelectionMask, placement: Placement) -> bytes:
    """Return a mask over the picture as a byte for each pixel of ``placement.box``."""
    box = placement.box
    if placement.upright:
        return scaled(mask, (box.width, box.height)).data
    place = placement.to_document.then(Affine(e=-box.x, f=-box.y))
    within = QtCore.QRectF(0, 0, placement.width, placement.height)
    return _warped_grey(mask, within, place, (box.width, box.height))


def mask_of_place(selection: SelectionMask, placement: Placement) -> SelectionMask:
    """Return a selection over ``placement.box`` as a mask over the picture, in its own pixels."""
    box = placement.box
    back = placement.to_document.then(Affine(e=-box.x, f=-box.y)).inverted()
    within = QtCore.QRectF(0, 0, box.width, box.height)
    size = (placement.width, placement.height)
    return SelectionMask(*size, _warped_grey(selection, within, back, size))


def _picture(data: Bytes, size: Size) -> Any:
    return _sharing(bytes(data), size, 4 * size[0], _STRAIGHT)


def _grey_image(data: bytes, size: Size) -> Any:
    return _sharing(data, size, size[0], _GREY)


def _sharing(data: bytes, size: Size, stride: int, form: Any) -> Any:
    """Return a QImage over ``data``, which has to live as long: the image holds on to it."""
    image = QtGui.QImage(data, *size, stride, form)
    image.shared = data
    return image


def _grey_bytes(image: Any) -> bytes:
    grey = image.convertToFormat(_GREY)
    data = grey.constBits().asstring(grey.sizeInBytes())
    stride, width = grey.bytesPerLine(), grey.width()
    if stride == width:
        return bytes(data)
    rows = range(0, stride * grey.height(), stride)
    return b"".join(data[row : row + width] for row in rows)


def _stretched(image: Any, size: Size) -> Any:
    return image.scaled(*size, _STRETCH, _SMOOTH)


def _warped_grey(mask: SelectionMask, within: Any, place: Affine, size: Size) -> bytes:
    target = QtGui.QImage(*size, _PLAIN)
    target.fill(0)
    grey = _grey_image(mask.data, (mask.width, mask.height)).convertToFormat(_PLAIN)
    _draw(target, grey, within, place)
    return _grey_bytes(target)


def _draw(target: Any, image: Any, within: Any, place: Affine) -> None:
    """Draw ``image``, which fills ``within``, onto ``target`` as ``place`` maps it."""
    painter = QtGui.QPainter(target)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setTransform(QtGui.QTransform(place.a, place.b, place.c, place.d, place.e, place.f))
    painter.drawImage(within, image)
    painter.end()


def _differ_at_most(one: bytes, other: bytes, size: Size, tolerance: int) -> bool:
    """Compare opaque pictures in cells of a few pixels."""
    difference = _sharing(one, size, 4 * size[0], _PLAIN).copy()
    painter = QtGui.QPainter(difference)
    painter.setCompositionMode(_MODES.CompositionMode_Difference)
    painter.drawImage(0, 0, _sharing(other, size, 4 * size[0], _PLAIN))
    painter.end()
    cells = (max(1, size[0] // _CELL), max(1, size[1] // _CELL))
    averages = from_image(_stretched(difference, cells))
    return all(max(averages[channel::4]) <= tolerance for channel in range(3))


def _seen_colours(data: Bytes, size: Size) -> bytes:
    """Return the colours of a picture on black: what is transparent has none."""
    premultiplied = _picture(data, size).convertToFormat(_PREMULTIPLIED)
    colours = bytearray(premultiplied.constBits().asstring(premultiplied.sizeInBytes()))
    colours[3::4] = b"\xff" * (size[0] * size[1])
    return bytes(colours)


def _alpha_as_colour(data: Bytes) -> bytes:
    """Return the alpha of a picture as its first channel, 0 in the others, opaque."""
    length = len(data) // 4
    plane = bytearray(b"\x00\x00\x00\xff" * length)
    plane[0::4] = data[3::4]
    return bytes(plane)


class KritaPainter:
    """These means as ``tugline_edit`` asks for them (``host.Painter``)."""

    order: ByteOrder = "BGRA"

    warp = staticmethod(warp)
    over = staticmethod(over)
    seen_through = staticmethod(seen_through)
    scaled = staticmethod(scaled)
    mask_in_place = staticmethod(mask_in_place)
    thumbnail = staticmethod(thumbnail)
