"""The last picture of a pull on its way into the edit's layer, or above it where that cannot be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.link import Link
from tugline_edit.live import Seen
from tugline_edit.masks import SelectionMask
from tugline_protocol.values import Buffer, ModelRef

from .edits import Made, OpenEdit, fork, settled
from .layers import EDIT_NAME, Change, Preview, commit_once, create_edit_layer, examine
from .nodes import LayerFault, is_open, pixels
from .painting import mask_in_place, over, seen_through, thumbnail, warp
from .pictures import PictureOrder, Sheet, drawn_size

Done = Callable[[OpenEdit, str], None]
Failed = Callable[[str], None]


class Writing:
    """Writes the picture of ``seen``, through ``mask`` where the rest is to be kept exactly.

    ``done`` is called with the edit that has it, and a notice ("" = none); or ``failed`` with a
    sentence, where the layer and its document are gone. A layer that was locked, hidden, converted
    or painted on meanwhile stays as it is, and the picture goes into a new layer above it.
    """

    def __init__(
        self,
        link: Link,
        edit: OpenEdit,
        preview: Preview | None,
        seen: Seen,
        arrows: Arrows,
        mask: SelectionMask | None,
        done: Done,
        failed: Failed,
    ) -> None:
        """Begin: the picture is drawn in full size, if the frame is not."""
        self._edit = edit
        self._preview = preview
        self._seen = seen
        self._arrows = arrows
        self._mask = mask
        self._done = done
        self._failed = failed
        self._order: PictureOrder | None = None
        self._committing = False
        self._draw(link)

    def cancel(self) -> bool:
        """Write nothing; False where it is too late for that."""
        if self._committing:
            return False
        if self._order is not None:
            self._order.cancel()
        return True

    def _draw(self, link: Link) -> None:
        """Get the picture in full size."""
        image = self._seen.image
        size = drawn_size(self._edit.record.placement)
        if image is not None and (image.width, image.height) == size:
            self._write(opaque(image.data), size)
            return

        def undrawn(sentence: str) -> None:
            # The daemon is gone in this very moment: the last frame is what there is.
            if image is None:
                self._failed(sentence)
            else:
                self._write(opaque(image.data), (image.width, image.height))

        sheet = Sheet(self._edit.state.model, self._seen.latent)
        self._order = PictureOrder(
            link, [sheet], size, lambda data: self._write(data, size), undrawn
        )

    def _write(self, picture: bytes, size: tuple[int, int]) -> None:
        """Write ``picture``, of ``size`` pixels, where the layer's picture lies now."""
        self._committing = True
        edit = self._edit
        layer = edit.layer()
        if layer is None:
            self._failed(wording.LAYER_GONE)
            return
        if self._preview is None:
            standing = examine(layer, edit.record)
            if standing.change is Change.PAINTED:
                self._write_above(picture, size, layer)
                return
            edit.keep_placement(replace(edit.record, placement=standing.placement))
        data = self._through(warp(picture, size, edit.record.placement))
        made = self._made(data)

        def written(layer: Any) -> None:
            edit.advance(layer, made)
            self._done(edit, "")

        def refused(fault: LayerFault) -> None:
            layer = edit.layer()
            if layer is None or not is_open(edit.document):
                self._failed(str(fault))
            else:
                self._write_above(picture, size, layer)

        try:
            if self._preview is not None:
                self._preview.commit(data, written, refused)
            else:
                commit_once(edit.document, layer, edit.record.placement, data, written, refused)
        except LayerFault as fault:
            refused(fault)

    def _write_above(self, picture: bytes, size: tuple[int, int], layer: Any) -> None:
        """Leave the edit's layer as it is, and go on in a new one above it."""
        if self._preview is not None:
            self._preview.discard()
        placement = self._edit.record.placement
        box = placement.box
        data = self._through(warp(picture, size, placement))
        shown = over(pixels(layer, box), data, (box.width, box.height))
        try:
            above = create_edit_layer(self._edit.document, EDIT_NAME, placement, shown, layer)
        except LayerFault as fault:
            self._failed(str(fault))
            return
        edit = fork(self._edit, above)
        edit.advance(above, self._made(data))
        self._done(edit, wording.PAINTED_MEANWHILE)

    def _through(self, data: bytes) -> bytes:
        if self._mask is None:
            return data
        return seen_through(data, mask_in_place(self._mask, self._edit.record.placement))

    def _made(self, data: bytes) -> Made:
        box = self._edit.record.placement.box
        model = self._edit.state.model
        return Made(
            model=ModelRef(model.name, model.weights),
            latent=self._seen.latent,
            label=wording.drag_label(self._seen.step),
            arrows=settled(self._arrows.tracked(self._seen.points)).items,
            thumbnail=thumbnail(opaque(data), (box.width, box.height)),
            mask=self._mask,
        )


def opaque(data: Buffer) -> bytes:
    """Return BGRA pixels without their alpha: what a mask left out of a frame is there as well."""
    pixels = bytearray(data)
    pixels[3::4] = b"\xff" * (len(pixels) // 4)
    return bytes(pixels)
