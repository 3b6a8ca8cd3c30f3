"""Krita's layers as Tugline meets them: which are fit for it, their pixels, whether they are there.

Handles to Krita's objects are made anew at each call and go stale, so layers are known by their
``uniqueId``, and looked up in an open document before each use.
"""

import hashlib
from typing import Any, Final

from krita import Krita

from tugline_edit import wording
from tugline_edit.geometry import Box

from .qt import QtCore

EDIT_NAME: Final = "Tugline"
PREVIEW_NAME: Final = "Tugline (pulling)"
ARRIVING_NAME: Final = "Tugline (inverting)"

_MASKS: Final = frozenset(
    {"transparencymask", "filtermask", "transformmask", "selectionmask", "colorizemask"}
)

# What frames are: four bytes a pixel, BGRA, in the colours of the web.
MODEL: Final = "RGBA"
DEPTH: Final = "U8"
PROFILE: Final = "sRGB-elle-V2-srgbtrc.icc"


def layer_id(layer: Any) -> str:
    """Return what a layer is known by: it survives saving, and an undo brings it back."""
    return str(layer.uniqueId().toString())


def is_open(document: Any) -> bool:
    """Whether a document is still open; a handle to a closed one must not be asked anything."""
    return any(document == other for other in Krita.instance().documents())


def root_id(document: Any) -> str:
    """Return what tells an open document from the others, "" for none: handles are made anew."""
    root = document.rootNode() if document is not None else None
    return layer_id(root) if root is not None else ""


def layer_with(document: Any, identity: str) -> Any | None:
    """Return the layer known by ``identity``; None where it, or the document, is gone."""
    return node_in(document, identity) if is_open(document) else None


def node_in(document: Any, identity: str) -> Any | None:
    """Return the layer known by ``identity`` in an open document, None where it is gone."""
    node = document.nodeByUniqueID(QtCore.QUuid(identity))
    # A layer that was taken out of the document is still known to it for a while.
    return node if node is not None and node.parentNode() is not None else None


def layer_of(node: Any) -> Any:
    """Return the layer that a mask belongs to; a layer is its own."""
    while node.type() in _MASKS:
        node = node.parentNode()
    return node


def rests(document: Any) -> bool:
    """Whether Krita is through with all that an open document's image was told to do."""
    free = bool(document.tryBarrierLock())
    if free:
        document.unlock()
    return free


def bounds(layer: Any) -> Box:
    """Return the smallest box around the layer's own pixels."""
    return Box(*layer.bounds().getRect())


def pixels(layer: Any, box: Box) -> bytes:
    """Return the layer's own pixels over ``box``: BGRA, straight alpha, 0 where it has none."""
    return bytes(layer.pixelData(box.x, box.y, box.width, box.height))


def write(layer: Any, box: Box, data: bytes) -> None:
    """Write BGRA pixels over ``box``; only ever into a layer that no undo step has pixels of."""
    write_raw(layer, box, QtCore.QByteArray(data))


def write_raw(layer: Any, box: Box, raw: Any) -> None:
    """Write a QByteArray of pixels in the layer's own colours; see ``write``."""
    layer.setPixelData(raw, box.x, box.y, box.width, box.height)


def digest(layer: Any, box: Box) -> str:
    """Return the sha256 of the layer's pixels over ``box``, in hexadecimal."""
    return hashlib.sha256(pixels(layer, box)).hexdigest()


def is_editable(layer: Any) -> str:
    """Return why Tugline cannot pull in ``layer``, in one sentence; "" where it can."""
    name = layer.name()
    if layer.type() != "paintlayer":
        return f"“{name}” is no paint layer; choose a layer that Tugline has made."
    if (layer.colorModel(), layer.colorDepth(), layer.colorProfile()) != (MODEL, DEPTH, PROFILE):
        return f"“{name}” was converted to other colours; undo that, or generate a new picture."
    if layer.animated():
        return f"“{name}” is animated; pull in a layer without keyframes."
    if layer.locked():
        return f"“{name}” is locked; unlock it to pull."
    if not layer.visible():
        return wording.hidden_layer(name)
    return _held_by_group(layer)


def _held_by_group(layer: Any) -> str:
    group = layer.parentNode()
    while group is not None and group.parentNode() is not None:
        locked = bool(group.locked())
        if locked or not group.visible():
            return wording.held_by_group(group.name(), locked=locked)
        group = group.parentNode()
    return ""
