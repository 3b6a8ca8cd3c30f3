"""A picture of the history, back in the edit's layer: an undoable step like a drag's."""

from collections.abc import Callable

from . import wording
from .arrows import Arrows
from .edits import OpenEdit, settled
from .host import LayerFault, Loop, Size
from .link import Link
from .pictures import PictureOrder, Sheet, drawn_size


class Restoring:
    """Draws the state ``state`` of ``edit`` again and writes it into the layer.

    ``over`` is called once, with a sentence ("" = done).
    """

    def __init__(
        self, link: Link, loop: Loop, edit: OpenEdit, state: str, over: Callable[[str], None]
    ) -> None:
        """Send for the picture. Raises LayerFault where the document lost what it needs."""
        self._loop = loop
        self._edit = edit
        self._state = state
        self._over = over
        if not edit.there:
            raise LayerFault(wording.LAYER_GONE)
        size = drawn_size(edit.record.placement)
        PictureOrder(
            link,
            loop,
            edit.document.painter,
            sheets(edit, state),
            size,
            lambda data: self._write(data, size),
            over,
        )

    def _write(self, picture: bytes, size: Size) -> None:
        edit = self._edit
        placement = edit.record.placement
        try:
            edit.document.write(
                edit.layer_id,
                placement,
                edit.document.painter.warp(picture, size, placement),
                settled(Arrows(edit.history.get(self._state).arrows)),
                self._written,
                self._failed,
                replaces=edit.history.get(self._state).seam is not None,
            )
        except LayerFault as fault:
            self._failed(fault)

    def _failed(self, fault: LayerFault) -> None:
        self._over(str(fault))

    def _written(self, layer_id: str) -> None:
        self._edit.go_to(layer_id, self._state)
        # What follows is none of the undo step that this call is within.
        self._loop.later(0, lambda: self._over(""))


def sheets(edit: OpenEdit, state: str) -> list[Sheet]:
    """Return what is drawn, one over the other, for the picture of ``state``.

    Raises LayerFault where the document lost a latent or a mask of it.
    """
    found = []
    for part in edit.history.composite_chain(state):
        latent = edit.latent(part.latent)
        mask = edit.store.mask(part)
        if latent is None or (part.mask and mask is None):
            raise LayerFault(wording.LATENT_LOST)
        found.append(Sheet(part.model, latent, mask, edit.blend(part.id)))
    return found
