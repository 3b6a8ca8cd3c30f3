"""Which layers the artist has selected, through all that Tugline does, its undo and its redo."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tugline_edit.geometry import Box

from .layers import new_layer


@contextmanager
def selection_kept(image: Any, instead: tuple[Any, Any | None] | None = None) -> Iterator[None]:
    """Let the artist's selected layers, or channels, be selected afterwards as before.

    ``instead`` is (one of them that will be gone, what is selected in its place or None).
    """
    old, new = instead or (None, None)
    layers = [new if one == old else one for one in image.get_selected_layers()]
    channels = image.get_selected_channels()
    yield
    if not image.is_valid():
        return
    there = [one for one in layers if one is not None and one.is_valid()]
    if channels:
        image.set_selected_channels(channels)
    elif there:
        image.set_selected_layers(there)


def replace(image: Any, old: Any, new: Any) -> None:
    """Let ``new`` take the place of ``old``; for use within one step of undo.

    What is selected of other layers stays selected, also when the step is undone and redone.
    """
    group, position = old.get_parent(), image.get_item_position(old)
    with selection_kept(image, (old, new)):
        if image.get_selected_layers() == [old]:  # GIMP's own undo and redo select what comes back
            image.remove_layer(old)
            image.insert_layer(new, group, position)
            return
        passing = _insert_passing(image)
        image.insert_layer(new, group, position)
        image.remove_layer(passing)
        image.remove_layer(old)
    with selection_kept(image):
        image.remove_layer(_insert_passing(image))


def _insert_passing(image: Any) -> Any:
    """Insert a layer, at the very bottom, that comes and goes in the same step.

    A layer that comes back by undo or redo is selected by GIMP. One that goes by undo or redo, and
    is selected, leaves those selected that were so before it came. So the last that an undo does is
    to take away the first passing layer, which came back just before; so does a redo the second.
    """
    layer = new_layer(image, "Tugline", Box(0, 0, 1, 1))
    layer.set_opacity(0)
    image.insert_layer(layer, None, len(image.get_layers()))
    return layer
