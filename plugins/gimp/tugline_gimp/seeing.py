"""What a layer of any kind shows by itself: its mask, its effects and a group's children count.

A photo has whatever mode, precision and size its image has. What is read of it here is what frames
are: RGBA, 8 bit sRGB, straight alpha. The layer itself is not touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tugline_edit.geometry import Box
from tugline_edit.host import Size
from tugline_edit.masks import SelectionMask
from tugline_edit.planes import OPAQUE, all_are, alpha_of, seen_through

from .gi_modules import Gegl
from .marks import mark_on
from .painting import GimpPainter, over, reduced
from .pixels import extents, read
from .planes import around, common, content

_FRAMES: Final = "R'G'B'A u8"
# Averages of these are averages of light, in which nothing counts of what is not seen.
_LIGHT: Final = "RaGaBaA float"
_MASK: Final = "Y u8"
# So many pixels are looked through at once.
_BAND: Final = 1 << 22


def extent(layer: Any, bounds: Box) -> Box:
    """Return the box around what ``layer`` shows within ``bounds``; 0 x 0 where that is nothing."""
    with _as_seen(layer) as drawn:
        within = common(extents(drawn), bounds)
        if within is None:
            return Box(bounds.x, bounds.y, 0, 0)
        mask = _mask_of(layer)
        if not drawn.has_alpha() and mask is None:
            return within
        found: Box | None = None
        for band in _bands(within):
            inside = content(_alpha(drawn, mask, band), band.width)
            if inside is not None:
                there = Box(band.x + inside.x, band.y + inside.y, inside.width, inside.height)
                found = there if found is None else around(found, there)
    return found or Box(within.x, within.y, 0, 0)


def seen(layer: Any, box: Box, size: Size) -> bytes:
    """Return what ``layer`` shows over ``box``, in ``size`` pixels; 0 where there is nothing."""
    with _as_seen(layer) as drawn:
        pixels = _in_size(drawn, box, size)
    mask = _mask_of(layer)
    if mask is None:
        return pixels
    _, left, top = layer.get_offsets()
    there = Box(box.x - left, box.y - top, box.width, box.height)
    held = bytes(mask.get_buffer().get(_rectangle(there), 1.0, _MASK, Gegl.AbyssPolicy.NONE))
    scaled = GimpPainter().scaled(SelectionMask(box.width, box.height, held), size)
    return seen_through(pixels, scaled.data)


def beneath(layer: Any, box: Box, size: Size) -> bytes:
    """Return what the layers below ``layer`` show, in its group, over ``box`` in ``size`` pixels.

    Those that are hidden and Tugline's moving pictures do not count; nor do opacity and blending.
    """
    image, group = layer.get_image(), layer.get_parent()
    siblings = group.get_children() if group is not None else image.get_layers()
    lower = siblings[image.get_item_position(layer) + 1 :]
    picture = bytes(4 * size[0] * size[1])
    for one in lower:
        if one.get_visible() and mark_on(one) is None:
            picture = over(seen(one, box, size), picture, size)
            if all_are(alpha_of(picture), OPAQUE):
                break
    return picture


@contextmanager
def _as_seen(layer: Any) -> Iterator[Any]:
    """Yield ``layer``, or a copy with its effects where it has some: they are not in its pixels."""
    if layer.is_group() or not layer.get_filters():
        yield layer
        return
    copy = layer.copy()
    try:
        copy.merge_filters()
        yield copy
    finally:
        copy.delete()


def _mask_of(layer: Any) -> Any | None:
    """Return the layer's mask where it counts."""
    return layer.get_mask() if layer.get_apply_mask() else None


def _in_size(drawn: Any, box: Box, size: Size) -> bytes:
    """Return the pixels of ``drawn`` over ``box`` in ``size`` pixels.

    GEGL halves them, in linear light, until less than one half is left to go.
    """
    halved = 1
    while 2 * halved * size[0] <= box.width and 2 * halved * size[1] <= box.height:
        halved *= 2
    across, down = -(-box.width // halved), -(-box.height // halved)
    _, left, top = drawn.get_offsets()
    there = Box(box.x - left, box.y - top, across * halved, down * halved)
    here = Box(0, 0, there.width, there.height)
    light = Gegl.Buffer.new(_LIGHT, *(here.x, here.y, here.width, here.height))
    nothing = Gegl.AbyssPolicy.NONE
    drawn.get_buffer().copy(_rectangle(there), nothing, light, _rectangle(here))
    small = _rectangle(Box(0, 0, across, down))
    data = bytes(light.get(small, 1.0 / halved, _FRAMES, nothing))
    return reduced(data, (across, down), (box.width / halved, box.height / halved), size)


def _alpha(drawn: Any, mask: Any | None, box: Box) -> bytes:
    """Return the alpha of what is seen over ``box``, some number where it is more than 0."""
    alpha = alpha_of(read(drawn, box))
    if mask is None:
        return alpha
    _, left, top = drawn.get_offsets()
    there = _rectangle(Box(box.x - left, box.y - top, box.width, box.height))
    held = bytes(mask.get_buffer().get(there, 1.0, _MASK, Gegl.AbyssPolicy.NONE))
    return bytes(0 if not one or not other else 1 for one, other in zip(alpha, held, strict=True))


def _bands(box: Box) -> Iterator[Box]:
    """Yield ``box`` in parts of as many whole rows as are looked through at once."""
    rows = max(1, _BAND // box.width)
    for top in range(box.y, box.y + box.height, rows):
        yield Box(box.x, top, box.width, min(rows, box.y + box.height - top))


def _rectangle(box: Box) -> Any:
    return Gegl.Rectangle.new(box.x, box.y, box.width, box.height)
