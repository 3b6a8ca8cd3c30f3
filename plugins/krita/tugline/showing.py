"""What a layer of any kind shows, in the colours that go to the daemon.

The layer is never touched, and nothing is put into its document's undo list: Krita makes a step of
a conversion even of a layer that is in no document, so it is done in a document of its own.
"""

from typing import Any

from krita import Krita

from tugline_edit.geometry import Box
from tugline_edit.host import Size
from tugline_protocol.values import Image

from .nodes import DEPTH, MODEL, PROFILE, bounds, layer_of, pixels, write_raw
from .painting import stretched


def extent(document: Any, node: Any) -> Box:
    """Return the box around the layer's pixels within the document; its sides are 0 for none."""
    box = bounds(layer_of(node))
    left, top = max(0, box.x), max(0, box.y)
    right = min(int(document.width()), box.x + box.width)
    bottom = min(int(document.height()), box.y + box.height)
    if left >= right or top >= bottom:
        return Box(0, 0, 0, 0)
    return Box(left, top, right - left, bottom - top)


def seen(node: Any, box: Box, size: Size) -> Image:
    """Return what a layer shows over ``box`` with its masks, in ``size`` pixels: BGRA, sRGB."""
    layer = layer_of(node)
    raw = layer.projectionPixelData(box.x, box.y, box.width, box.height)
    colours = (layer.colorModel(), layer.colorDepth(), layer.colorProfile())
    shown = bytes(raw) if colours == (MODEL, DEPTH, PROFILE) else _converted(raw, colours, box)
    return Image(*size, "BGRA", stretched(shown, (box.width, box.height), size))


def _converted(raw: Any, colours: tuple[str, str, str], box: Box) -> bytes:
    """Return pixels of other colours, as Krita has them, as BGRA of 8 bit in sRGB."""
    whole = Box(0, 0, box.width, box.height)
    scratch = Krita.instance().createDocument(1, 1, "", MODEL, DEPTH, PROFILE, 72.0)
    try:
        layer = scratch.createNode("", "paintlayer")
        layer.setColorSpace(*colours)
        write_raw(layer, whole, raw)
        layer.setColorSpace(MODEL, DEPTH, PROFILE)
        return pixels(layer, whole)
    finally:
        scratch.setModified(False)
        scratch.close()
