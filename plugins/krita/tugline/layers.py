"""The edit's layer: made, written by drags, looked at for paint, merged down when asked to."""

from typing import Any, Final

from tugline_edit import wording
from tugline_edit.geometry import Placement
from tugline_edit.host import LayerFault

from .examining import examine
from .nodes import (
    DEPTH,
    EDIT_NAME,
    MODEL,
    PREVIEW_NAME,
    PROFILE,
    digest,
    is_editable,
    layer_of,
    pixels,
    write,
)
from .preview import Preview, commit_once, restore_interrupted, streams_into_layer

__all__ = [
    "EDIT_NAME",
    "PREVIEW_NAME",
    "Preview",
    "commit_once",
    "commit_to_layer_below",
    "create_edit_layer",
    "digest",
    "examine",
    "is_editable",
    "pixels",
    "restore_interrupted",
    "streams_into_layer",
]

# Layers that hold no pixels of their own, so that nothing can be merged into them.
_NOT_PAINTED: Final = {
    "grouplayer": "a group",
    "filelayer": "a file layer",
    "filllayer": "a fill layer",
    "filterlayer": "a filter layer",
    "clonelayer": "a clone layer",
    "vectorlayer": "a vector layer",
}


def create_edit_layer(
    document: Any,
    name: str,
    placement: Placement,
    bgra: bytes,
    above: Any | None,
    *,
    locked: bool = False,
) -> Any:
    """Add a layer that shows ``bgra``, which lies over ``placement.box``, and return it.

    It comes directly above the layer ``above``, in its group (None: on top of all). That is one
    undo step, "Add Layer". The layer is 8 bit RGB whatever the document is: Krita converts it when
    it composites. Raises LayerFault where the group is locked.
    """
    above = layer_of(above) if above is not None else None
    group = above.parentNode() if above is not None else None
    if group is None:
        group, above = document.rootNode(), None
    if group.locked():
        raise LayerFault(wording.closed_group(group.name()))
    layer = document.createNode(name, "paintlayer")
    layer.setColorSpace(MODEL, DEPTH, PROFILE)
    write(layer, placement.box, bgra)
    layer.setLocked(locked)
    group.addChildNode(layer, above)
    return layer


def commit_to_layer_below(document: Any, edit_layer: Any) -> None:
    """Merge the edit's layer into the layer below it: one undo step of Krita's own.

    Raises LayerFault where there is no layer below that could take it.
    """
    why_not = is_editable(edit_layer)
    if why_not:
        raise LayerFault(why_not)
    siblings = edit_layer.parentNode().childNodes()
    identities = [sibling.uniqueId() for sibling in siblings]
    at = identities.index(edit_layer.uniqueId())
    if at == 0:
        raise LayerFault("There is no layer below the picture to commit it to.")
    below = siblings[at - 1]
    kind = _NOT_PAINTED.get(below.type())
    if kind is not None:
        raise LayerFault(
            f"“{below.name()}”, below the picture, is {kind}; put a paint layer there first."
        )
    if below.locked() or not below.visible():
        state = "locked; unlock" if below.locked() else "hidden; show"
        raise LayerFault(f"“{below.name()}”, below the picture, is {state} it first.")
    edit_layer.mergeDown()
    document.waitForDone()
