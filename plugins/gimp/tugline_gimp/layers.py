"""GIMP's layers as Tugline meets them: by what they are known, where they are, which are fit.

A handle to a layer that an undo took away lives on; only a few questions may be asked of it, since
GIMP tells the artist of each call that fails. So layers are known by their tattoo, and looked up in
an open image before each use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tugline_edit import wording
from tugline_edit.geometry import Box

from .gi_modules import Gimp
from .pixels import extents
from .planes import around

EDIT_NAME: Final = "Tugline"


def layer_id(layer: Any) -> str:
    """Return what a layer is known by: it survives saving, and an undo brings it back."""
    return str(layer.get_tattoo())


def layer_with(image: Any, identity: str) -> Any | None:
    """Return the layer of ``image`` known by ``identity``; None where it, or the image, is gone."""
    if not image.is_valid() or not identity.isdecimal():
        return None
    return image.get_layer_by_tattoo(int(identity))


def layers_in(image: Any) -> Iterator[Any]:
    """Yield all layers and groups of an open image, those in groups after their group."""
    waiting = list(reversed(image.get_layers()))
    while waiting:
        layer = waiting.pop()
        yield layer
        if layer.is_group():
            waiting.extend(reversed(layer.get_children()))


def groups_around(layer: Any) -> Iterator[Any]:
    """Yield the groups that a layer is in, the innermost first."""
    group = layer.get_parent()
    while group is not None:
        yield group
        group = group.get_parent()


def is_locked(layer: Any) -> bool:
    """Whether GIMP forbids to write into the layer: it ends a plug-in that does."""
    return layer.get_lock_content() or any(one.get_lock_content() for one in groups_around(layer))


def why_not(layer: Any) -> str:
    """Return why Tugline cannot pull in ``layer``, in one sentence; "" where it can."""
    image, name = layer.get_image(), layer.get_name()
    if layer.is_group():
        return f"“{name}” is a group; choose a layer that Tugline has made."
    if layer.is_text_layer():
        return f"“{name}” is a text layer; choose a layer that Tugline has made."
    if layer.get_lock_content():
        return f"The pixels of “{name}” are locked; unlock them to pull."
    if not layer.get_visible():
        return wording.hidden_layer(name)
    return _held_by_group(layer) or why_no_layers(image)


def _held_by_group(layer: Any) -> str:
    for group in groups_around(layer):
        locked = bool(group.get_lock_content())
        if locked or not group.get_visible():
            return wording.held_by_group(group.get_name(), locked=locked)
    return ""


def why_no_layers(image: Any) -> str:
    """Return why Tugline cannot draw in layers of ``image``, in one sentence; "" where it can."""
    if image.get_floating_sel() is not None:
        return "A selection floats over the image; anchor it, or make it a layer of its own."
    return ""


def why_not_beside(layer: Any) -> str:
    """Return why no layer can be put above ``layer``, in one sentence; "" where one can."""
    for group in groups_around(layer):
        if group.get_lock_content():
            return wording.closed_group(group.get_name())
    return ""


def new_layer(image: Any, name: str, box: Box) -> Any:
    """Return a layer with alpha over ``box``, in the image's own mode, that is not in it yet."""
    kinds = {
        Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE,
        Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
        Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
    }
    kind, mode = kinds[image.get_base_type()], image.get_default_new_layer_mode()
    layer = Gimp.Layer.new(image, name, box.width, box.height, kind, 100, mode)
    layer.set_offsets(box.x, box.y)
    return layer


def add(image: Any, layer: Any, above: Any | None) -> None:
    """Put ``layer`` just above another, in its group; None: on top of all."""
    if above is None:
        image.insert_layer(layer, None, 0)
    else:
        image.insert_layer(layer, above.get_parent(), image.get_item_position(above))


def grow(layer: Any, box: Box) -> None:
    """Let a layer of an image have room for ``box``; what is new of it is transparent."""
    now = extents(layer)
    wanted = around(now, box)
    if wanted == now:
        return
    if not layer.has_alpha():
        layer.add_alpha()
    locked = layer.get_lock_position()  # and with it the size
    if locked:
        layer.set_lock_position(False)
    layer.resize(wanted.width, wanted.height, now.x - wanted.x, now.y - wanted.y)
    if locked:
        layer.set_lock_position(True)


def show(layer: Any, *, visible: bool) -> None:
    """Show or hide a layer, also where the artist has locked that."""
    locked = layer.get_lock_visibility()
    if locked:
        layer.set_lock_visibility(False)
    layer.set_visible(visible)
    if locked:
        layer.set_lock_visibility(True)


@contextmanager
def untold() -> Iterator[None]:
    """Let the artist not be told of calls within that fail: the layer may be there or not."""
    plug_in = Gimp.get_plug_in()
    before = plug_in.get_pdb_error_handler()
    plug_in.set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
    try:
        yield
    finally:
        plug_in.set_pdb_error_handler(before)
