"""One leg of an edit in Krita: from the first frame to the picture in the edit's layer.

A LiveDrag brings frames; they go into a preview layer above the edit's, or onto the canvas where
the document is large. When the drag ends its last picture is written into the edit's layer, whole
or, where the selection keeps the rest exactly, through the selection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.link import Link
from tugline_edit.live import Ended, Leg, LiveDrag, Seen
from tugline_edit.masks import SelectionMask
from tugline_protocol.values import (
    Buffer,
    DragOptions,
    Image,
    Latent,
    ModelRef,
    PictureFormat,
    PointState,
)

from .edits import Made, OpenEdit, settled
from .layers import LayerFault, Preview, commit_once, streams_into_layer
from .painting import mask_in_place, scaled, seen_through, thumbnail, warp
from .pictures import PictureOrder, Sheet

FRAME_SIDE = 1024
DRAWN_SIDE = 4096


class Phase(Enum):
    """How far a pull is."""

    RUNNING = "running"
    STOPPING = "stopping"
    WRITING = "writing"
    OVER = "over"


@dataclass(frozen=True)
class Wish:
    """What is wanted of a drag at the moment: arrows, selection, whether the hand is down."""

    arrows: Arrows
    mask: SelectionMask | None
    hold: bool


@dataclass(frozen=True)
class Terms:
    """What holds for a whole pull: the docker's settings as they were when it began."""

    step_limit: int | None
    radius: float | None
    composite: bool
    true_composite: bool

    def options(self, hold: bool) -> DragOptions:
        """Return the drag's options for the wire."""
        return DragOptions(
            r1=self.radius, step_limit=self.step_limit, hold=hold, composite=self.composite
        )


class Pull:
    """A drag of one edit that runs. Nothing of it waits; ``changed`` is called when it moved on.

    ``over`` is called once, with a sentence and whether it is a warning, when the edit's layer
    shows what the pull came to (or what was there before, where it was taken back).
    """

    def __init__(
        self,
        link: Link,
        edit: OpenEdit,
        wish: Wish,
        terms: Terms,
        *,
        changed: Callable[[], None],
        over: Callable[[str, bool], None],
    ) -> None:
        """Start. Raises LayerFault or DaemonUnreachable, with nothing begun."""
        self.edit = edit
        self.phase = Phase.RUNNING
        self.frame: Image | None = None
        self.steps = 0
        self.points: tuple[PointState, ...] = ()
        self.before = wish.arrows
        self.taken_back = False
        self._link = link
        self._terms = terms
        self._wish = wish
        self._changed = changed
        self._over = over
        self._document = edit.document
        self._order: PictureOrder | None = None
        self._start = self._latent()
        placement = edit.record.placement
        self._frame_size = frame_size(placement.drawn_size)
        layer = edit.layer()
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        streams = terms.true_composite or streams_into_layer(self._document)
        self._preview = Preview(self._document, layer, placement) if streams else None
        leg = Leg(
            model=edit.state.model,
            latent=self._start,
            arrows=wish.arrows,
            references=edit.references(wish.arrows),
            mask=self._scaled(wish.mask),
            options=terms.options(wish.hold),
            frames=PictureFormat(*self._frame_size, order="BGRA"),
        )
        try:
            self._drag = LiveDrag(link, leg, on_frame=self._take, on_end=self._ended)
        except BaseException:
            if self._preview is not None:
                self._preview.discard()
            raise

    @property
    def picture(self) -> Latent:
        """The latent of the picture that is seen: where arrows are set in it they refer to it."""
        return self._drag.seen.latent if self._drag.seen else self._start

    @property
    def interrupted(self) -> bool:
        """Whether the daemon was lost and the drag waits for it to come back."""
        return self.phase is Phase.RUNNING and self._drag.interrupted

    def wish(self, wish: Wish) -> None:
        """Let the drag go on to ``wish``; it takes effect within a step."""
        if self.phase is Phase.RUNNING:
            self._wish = wish
            self._drag.wish(
                wish.arrows,
                references=self.edit.references(wish.arrows),
                mask=self._scaled(wish.mask),
                options=self._terms.options(wish.hold),
            )

    def resume(self) -> None:
        """Go on from the last frame: the daemon is back."""
        self._drag.resume()

    def stop(self) -> None:
        """Keep the present picture."""
        if self.phase is not Phase.RUNNING:
            return
        self.phase = Phase.STOPPING
        if self._drag.interrupted:
            self._drag.abandon()
            self._ended(Ended("stopped", "", self._drag.seen))
        else:
            self._drag.stop()
        self._changed()

    def take_back(self, sentence: str = "", *, warning: bool = False) -> None:
        """Go back to the picture and the arrows before the pull."""
        if self.phase is Phase.OVER:
            return
        self._drag.abandon()
        if self._order is not None:
            self._order.cancel()
        if self._preview is not None:
            self._preview.discard()
        self.taken_back = True
        self._finish(sentence, warning=warning)

    def forget(self) -> None:
        """Let go of everything: the document is closed."""
        self._drag.abandon()
        if self._order is not None:
            self._order.cancel()
        self.phase = Phase.OVER

    def _latent(self) -> Latent:
        latent = self.edit.latent()
        if latent is None:
            raise LayerFault(wording.LATENT_LOST)
        return latent

    def _scaled(self, mask: SelectionMask | None) -> SelectionMask | None:
        return scaled(mask, self._frame_size) if mask is not None else None

    def _take(self, seen: Seen) -> None:
        """Show a frame."""
        self.steps, self.points = seen.step, seen.points
        if seen.image is not None and self.phase is not Phase.OVER:
            self._show(seen.image)
        if self.phase is not Phase.OVER:
            self._changed()

    def _show(self, image: Image) -> None:
        if self._preview is None:
            self.frame = image
            return
        placement = self.edit.record.placement
        size = (image.width, image.height)
        if not self._preview.show(warp(image.data, size, placement)):
            self.take_back(wording.PREVIEW_GONE)

    def _ended(self, ended: Ended) -> None:
        """Write what the drag came to into the layer."""
        sentence = wording.sentence_for_end(ended.reason, ended.text)
        warning = ended.reason not in {"arrived", "stopped", "step_limit", "stuck"}
        seen = ended.seen
        if seen is None or bytes(seen.latent.data) == bytes(self._start.data):
            if self._preview is not None:
                self._preview.discard()
            self._finish(sentence, warning=warning)
            return
        self.points = seen.points
        self.phase = Phase.WRITING
        self._changed()
        self._draw(seen, lambda data: self._write(seen, data, sentence, warning=warning))

    def _draw(self, seen: Seen, done: Callable[[bytes], None]) -> None:
        """Get the picture of ``seen`` over the placement's box, in full size."""
        placement = self.edit.record.placement
        size = drawn_size(placement.drawn_size)
        if seen.image is not None and (seen.image.width, seen.image.height) == size:
            done(warp(opaque(seen.image.data), size, placement))
            return
        sheet = Sheet(self.edit.state.model, seen.latent)

        def failed(sentence: str) -> None:
            # The daemon is gone in this very moment: the last frame is what there is.
            if seen.image is None:
                self.take_back(sentence, warning=True)
            else:
                size = (seen.image.width, seen.image.height)
                done(warp(opaque(seen.image.data), size, placement))

        self._order = PictureOrder(
            self._link, [sheet], size, lambda data: done(warp(data, size, placement)), failed
        )

    def _write(self, seen: Seen, data: bytes, sentence: str, *, warning: bool) -> None:
        placement = self.edit.record.placement
        model = ModelRef(self.edit.state.model.name, self.edit.state.model.weights)
        mask = self._wish.mask if self._terms.composite else None
        made = Made(
            model=model,
            latent=seen.latent,
            label=wording.drag_label(seen.step),
            arrows=settled(self._wish.arrows.tracked(seen.points)).items,
            thumbnail=thumbnail(data, (placement.box.width, placement.box.height)),
            mask=mask,
        )
        if mask is not None:
            data = seen_through(data, mask_in_place(mask, placement))

        def written(layer: Any) -> None:
            self.edit.advance(layer, made)
            self._finish(sentence, warning=warning)

        def failed(fault: LayerFault) -> None:
            self.take_back(str(fault), warning=True)

        try:
            if self._preview is not None:
                self._preview.commit(data, written, failed)
            else:
                layer = self.edit.layer()
                commit_once(self._document, layer, placement, data, written, failed)
        except LayerFault as fault:
            failed(fault)

    def _finish(self, sentence: str, *, warning: bool) -> None:
        self.phase = Phase.OVER
        self.frame = None
        self._over(sentence, warning)


def opaque(data: Buffer) -> bytes:
    """Return BGRA pixels without their alpha: what a mask left out of a frame is there as well."""
    pixels = bytearray(data)
    pixels[3::4] = b"\xff" * (len(pixels) // 4)
    return bytes(pixels)


def frame_size(drawn: tuple[int, int]) -> tuple[int, int]:
    """Return the size in which frames are asked for: at most ``FRAME_SIDE`` a side."""
    return _bounded(drawn, FRAME_SIDE)


def drawn_size(drawn: tuple[int, int]) -> tuple[int, int]:
    """Return the size in which the last picture is asked for: at most ``DRAWN_SIDE`` a side."""
    return _bounded(drawn, DRAWN_SIDE)


def _bounded(size: tuple[int, int], side: int) -> tuple[int, int]:
    factor = min(1.0, side / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
