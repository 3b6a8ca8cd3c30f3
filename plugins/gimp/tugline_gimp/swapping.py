"""The edit's layer gives its place to a copy of it with another picture: one step of undo.

A layer's pixels are written past GIMP's undo. So they are never written into a layer that has
steps: the step is that the old layer goes and the new one comes, with all that it shows and keeps.
An undo brings the old one back with its tattoo, its pixels and its parasites.
"""

from collections.abc import Callable
from typing import Any

from tugline_edit import wording
from tugline_edit.geometry import Placement
from tugline_edit.host import LayerFault, Refused, Written

from .gi_modules import Gimp
from .layers import grow, layer_id, layer_with, why_not
from .parasites import records_on
from .pixels import write_instead, write_over
from .selecting import replace
from .undo_steps import one_step


def swap(
    image: Any,
    identity: str,
    placement: Placement,
    data: bytes,
    written: Written,
    refused: Refused,
    also: Callable[[str], None],
    *,
    replaces: bool,
) -> None:
    """Write ``data`` over ``placement.box`` of a layer.

    Where it is transparent not a bit changes, or if it ``replaces`` the layer is transparent too.
    ``written``, and ``also`` after it, get the id of the layer that it is then, within the step.
    ``refused`` is called instead where the layer is gone or cannot be written.
    """
    old = layer_with(image, identity)
    fault = wording.LAYER_GONE if old is None else why_not(old)
    if old is None or fault:
        refused(LayerFault(fault))
        return
    new = old.copy()
    for name in records_on(new):
        new.detach_parasite(name)
    name = old.get_name()
    with one_step(image):
        replace(image, old, new)
        new.set_name(name)
        grow(new, placement.box)
        if replaces:
            write_instead(new, placement.box, data)
        else:
            write_over(new, placement.box, data)
        written(layer_id(new))
        also(layer_id(new))
    Gimp.displays_flush()
