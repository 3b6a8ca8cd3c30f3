"""Pixels of GIMP's layers: read and written as frames are, and in the layer's own format.

Frames are RGBA, 8 bit sRGB, straight alpha. A layer has the image's precision, transfer curve and
colour profile: babl converts, and where a picture is to stay exactly as it is its own bytes are
kept. Boxes are image pixels. A buffer is got anew each time: one that is kept goes stale.
"""

import hashlib
from typing import Any, Final

from tugline_edit.geometry import Box
from tugline_edit.planes import all_are, alpha_of, kept_where_clear

from .gi_modules import Babl, Gegl
from .painting import alike, over
from .planes import blocks, common, part

# Formats from which pixels come back as they were after they were 8 bit sRGB.
_AS_FRAMES: Final = frozenset({"R'G'B'A u8", "R'G'B' u8", "R~G~B~A u8", "R~G~B~ u8"})
_FRAMES: Final = "R'G'B'A u8"
_SELECTED: Final = "Y u8"
# Pixels a side of the parts in which a picture is written over another: GIMP's own tiles'.
_BLOCK: Final = 128


def extents(layer: Any) -> Box:
    """Return the box that a layer takes."""
    _, x, y = layer.get_offsets()
    return Box(x, y, layer.get_width(), layer.get_height())


def read(layer: Any, box: Box) -> bytes:
    """Return the layer's pixels over ``box`` as frames have them, 0 where the layer is not."""
    within = common(extents(layer), box)
    if within is None:
        return bytes(4 * box.width * box.height)
    data = _get(layer, within, _FRAMES)
    if within == box:
        return data
    whole = Gegl.Buffer.new(_FRAMES, box.x, box.y, box.width, box.height)
    whole.set(_rectangle(within), _FRAMES, data)
    return bytes(whole.get(_rectangle(box), 1.0, _FRAMES, Gegl.AbyssPolicy.NONE))


def write(layer: Any, box: Box, data: bytes) -> None:
    """Write a frame's pixels over ``box``, which lies in the layer: no undo step knows of it."""
    _set(layer, box, _FRAMES, data)


def write_instead(layer: Any, box: Box, data: bytes) -> None:
    """Write a frame's pixels in place of what there is, also where they are transparent."""
    if not layer.has_alpha():
        layer.add_alpha()
    write(layer, box, data)


def write_over(layer: Any, box: Box, data: bytes) -> None:
    """Write a frame's pixels over what there is; where they are transparent not a bit changes.

    Only along the edges of what is seen of a frame the layer's own bytes have to be sorted out.
    """
    if all_are(alpha_of(data), 255):
        write(layer, box, data)
        return
    at = _in_layer(layer, box)
    own = Babl.get_name(layer.get_format())
    buffer = layer.get_buffer()
    for block in blocks(box.width, box.height, _BLOCK):
        there = Box(at.x + block.x, at.y + block.y, block.width, block.height)
        _blend(buffer, own, there, part(data, box.width, block))
    buffer.flush()
    del buffer  # it is written when the last hold on it is gone
    layer.update(at.x, at.y, at.width, at.height)


def _blend(buffer: Any, own: str, box: Box, data: bytes) -> None:
    """Write a part of a frame over a part of a buffer, whose format is ``own``."""
    alpha, where = alpha_of(data), _rectangle(box)
    if all_are(alpha, 0):
        return
    mixed = over(_got(buffer, box, _FRAMES), data, (box.width, box.height))
    if 0 not in alpha or own in _AS_FRAMES:
        buffer.set(where, _FRAMES, mixed)
        return
    before = _got(buffer, box, own)
    buffer.set(where, _FRAMES, mixed)
    buffer.set(where, own, kept_where_clear(before, _got(buffer, box, own), alpha))


def shows(layer: Any, box: Box, data: bytes) -> bool:
    """Whether a layer has over ``box`` what there is when a frame's pixels have been written.

    Where its format is another than frames', a faint or tiny difference is not seen.
    """
    there, size = read(layer, box), (box.width, box.height)
    if there == data or Babl.get_name(layer.get_format()) in _AS_FRAMES:
        return there == data
    return alike(there, data, size) or alike(there, as_kept(layer, box, data), size)


def as_kept(layer: Any, box: Box, data: bytes) -> bytes:
    """Return what is read of a frame's pixels over ``box`` once they are in the layer."""
    own = Babl.get_name(layer.get_format())
    if own in _AS_FRAMES:
        return data
    scratch = Gegl.Buffer.new(own, box.x, box.y, box.width, box.height)
    scratch.set(_rectangle(box), _FRAMES, data)
    return _got(scratch, box, _FRAMES)


def digest(layer: Any, box: Box) -> str:
    """Return the sha256 of the layer's pixels over ``box``, as frames have them, in hexadecimal."""
    return hashlib.sha256(read(layer, box)).hexdigest()


def selected(image: Any, box: Box) -> bytes:
    """Return how far each pixel of ``box`` is selected, 0 beyond the image."""
    buffer = image.get_selection().get_buffer()
    return bytes(buffer.get(_rectangle(box), 1.0, _SELECTED, Gegl.AbyssPolicy.NONE))


def _get(layer: Any, box: Box, form: str) -> bytes:
    return _got(layer.get_buffer(), _in_layer(layer, box), form)


def _got(buffer: Any, box: Box, form: str) -> bytes:
    return bytes(buffer.get(_rectangle(box), 1.0, form, Gegl.AbyssPolicy.NONE))


def _set(layer: Any, box: Box, form: str, data: bytes) -> None:
    at = _in_layer(layer, box)
    buffer = layer.get_buffer()
    buffer.set(_rectangle(at), form, data)
    buffer.flush()
    del buffer  # it is written when the last hold on it is gone
    layer.update(at.x, at.y, at.width, at.height)


def _in_layer(layer: Any, box: Box) -> Box:
    _, x, y = layer.get_offsets()
    return Box(box.x - x, box.y - y, box.width, box.height)


def _rectangle(box: Box) -> Any:
    return Gegl.Rectangle.new(box.x, box.y, box.width, box.height)
