"""A picture of the history, back in the edit's layer: an undoable step like a drag's."""

from collections.abc import Callable
from typing import Any

from tugline_edit import wording
from tugline_edit.link import Link

from .edits import OpenEdit
from .layers import LayerFault, commit_once
from .painting import warp
from .pictures import PictureOrder, Sheet, drawn_size


class Restoring:
    """Draws the state ``state`` of ``edit`` again and writes it into the layer.

    ``over`` is called once, with a sentence ("" = done).
    """

    def __init__(self, link: Link, edit: OpenEdit, state: str, over: Callable[[str], None]) -> None:
        """Send for the picture. Raises LayerFault where the document lost what it needs."""
        self._edit = edit
        self._state = state
        self._over = over
        layer = edit.layer()
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        placement = edit.record.placement
        size = drawn_size(placement)
        self._order = PictureOrder(
            link,
            sheets(edit, state),
            size,
            lambda data: self._write(warp(data, size, placement)),
            over,
        )

    def _write(self, data: bytes) -> None:
        layer = self._edit.layer()
        if layer is None:
            self._over(wording.LAYER_GONE)
            return
        try:
            commit_once(
                self._edit.document,
                layer,
                self._edit.record.placement,
                data,
                self._written,
                self._failed,
            )
        except LayerFault as fault:
            self._failed(fault)

    def _failed(self, fault: LayerFault) -> None:
        self._over(str(fault))

    def _written(self, layer: Any) -> None:
        self._edit.go_to(layer, self._state)
        self._over("")


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
        found.append(Sheet(part.model, latent, mask))
    return found
