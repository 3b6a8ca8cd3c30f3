"""The last picture of a pull on its way into the edit's layer, or above it where that cannot be."""

from collections.abc import Callable
from dataclasses import replace

from tugline_protocol.values import Buffer, Image, ModelRef

from . import wording
from .arrows import Arrows
from .blending import Blend
from .edits import Made, OpenEdit, fork, settled
from .host import Change, LayerFault, Loop, Preview, Size
from .link import Link
from .live import Seen
from .masks import SelectionMask
from .pictures import PictureOrder, Sheet, drawn_size

Done = Callable[[OpenEdit, str], None]
Failed = Callable[[str], None]


class Writing:
    """Writes the picture of ``seen``, through ``mask`` where the rest is to be kept exactly.

    With a ``blend`` it lies over a photo as that says, and so does its frame already.

    ``done`` is called with the edit that has it, and a notice ("" = none); or ``failed`` with a
    sentence, where the layer and its document are gone. A layer that was locked, hidden, converted
    or painted on meanwhile stays as it is, and the picture goes into a new layer above it. Without
    a ``link``, or where the daemon fails, the frame of ``seen`` is the picture as it is.
    """

    def __init__(
        self,
        link: Link | None,
        loop: Loop,
        edit: OpenEdit,
        preview: Preview,
        seen: Seen,
        arrows: Callable[[], Arrows],
        mask: SelectionMask | None,
        done: Done,
        failed: Failed,
        *,
        blend: Blend | None = None,
    ) -> None:
        """Begin: the picture is drawn in full, if the frame is a draft or smaller."""
        self._loop = loop
        self._edit = edit
        self._preview = preview
        self._seen = seen
        self._arrows = arrows
        self._mask = mask
        self._blend = blend
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

    def _draw(self, link: Link | None) -> None:
        """Get the picture in full size and detail."""
        image = self._seen.image
        size = drawn_size(self._edit.record.placement)
        if image is not None and self._seen.full and (image.width, image.height) == size:
            self._write(self._of_frame(image), size)
            return

        def undrawn(sentence: str) -> None:
            # The daemon is gone in this very moment, or hangs: the last frame is what there is.
            if image is None:
                self._failed(sentence)
            else:
                self._write(self._of_frame(image), (image.width, image.height))

        if link is None:
            undrawn(wording.UNANSWERED)
            return
        self._order = PictureOrder(
            link,
            self._loop,
            self._edit.document.painter,
            [Sheet(self._edit.state.model, self._seen.latent, blend=self._blend)],
            size,
            lambda data: self._write(data, size),
            undrawn,
        )

    def _of_frame(self, image: Image) -> bytes:
        """Return a frame as the picture to be written."""
        return opaque(image.data) if self._blend is None else bytes(image.data)

    def _write(self, picture: bytes, size: Size) -> None:
        """Write ``picture``, of ``size`` pixels, where the layer's picture lies now."""
        self._committing = True
        edit = self._edit
        if not edit.there:
            self._failed(wording.LAYER_GONE)
            return
        try:
            standing = self._preview.examine(edit.record)
        except LayerFault:
            self._write_above(picture, size)
            return
        if standing.change is Change.PAINTED:
            self._write_above(picture, size)
            return
        if standing.placement != edit.record.placement:
            edit.keep_placement(replace(edit.record, placement=standing.placement))
        placement = edit.record.placement
        data = self._through(edit.document.painter.warp(picture, size, placement))
        made = self._made(data)

        def written(layer_id: str) -> None:
            edit.advance(layer_id, made)
            # What follows is none of the undo step that this call is within.
            self._loop.later(0, lambda: self._done(edit, ""))

        def refused(fault: LayerFault) -> None:
            if edit.there:
                self._write_above(picture, size)
            else:
                self._failed(str(fault))

        self._preview.commit(placement, data, Arrows(made.arrows), written, refused)

    def _write_above(self, picture: bytes, size: Size) -> None:
        """Leave the edit's layer as it is, and go on in a new one above it."""
        self._preview.discard()
        edit = self._edit
        document, placement = edit.document, edit.record.placement
        box = placement.box
        data = self._through(document.painter.warp(picture, size, placement))
        made = self._made(data)
        forked: list[OpenEdit] = []

        def written(layer_id: str) -> None:
            forked.append(fork(edit, layer_id))
            forked[0].advance(layer_id, made)

        try:
            shown = data
            if self._blend is None:
                below = document.pixels(edit.layer_id, box)
                shown = document.painter.over(below, data, (box.width, box.height))
            document.add_layer(placement, shown, edit.layer_id, written)
        except LayerFault as fault:
            self._failed(str(fault))
            return
        self._done(forked[0], wording.PAINTED_MEANWHILE)

    def _through(self, data: bytes) -> bytes:
        if self._mask is None:
            return data
        painter, placement = self._edit.document.painter, self._edit.record.placement
        return painter.seen_through(data, painter.mask_in_place(self._mask, placement))

    def _made(self, data: bytes) -> Made:
        edit = self._edit
        box, model = edit.record.placement.box, edit.state.model
        return Made(
            model=ModelRef(model.name, model.weights, model.tuned),
            latent=self._seen.latent,
            label=wording.drag_label(self._seen.step),
            arrows=settled(self._arrows().tracked(self._seen.points)).items,
            thumbnail=edit.document.painter.thumbnail(opaque(data), (box.width, box.height)),
            mask=self._mask,
            blend=self._blend,
        )


def opaque(data: Buffer) -> bytes:
    """Return pixels without their alpha: what a mask left out of a frame is there as well."""
    pixels = bytearray(data)
    pixels[3::4] = b"\xff" * (len(pixels) // 4)
    return bytes(pixels)
