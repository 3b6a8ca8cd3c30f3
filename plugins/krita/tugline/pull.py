"""One leg of an edit in Krita: from the first frame to the picture in the edit's layer.

A LiveDrag brings frames; they go into a preview that lies in the edit's layer's place, or onto the
canvas where the document is large. When the drag ends, ``Writing`` writes its last picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.link import Link
from tugline_edit.live import Ended, Leg, LiveDrag, Seen
from tugline_edit.masks import SelectionMask
from tugline_protocol.values import DragOptions, Image, Latent, PictureFormat, PointState

from .edits import OpenEdit
from .layers import Preview, is_editable, streams_into_layer
from .nodes import LayerFault
from .painting import scaled, warp
from .pictures import frame_size
from .writing import Writing


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
    keep_rest: bool
    true_composite: bool

    def options(self, hold: bool) -> DragOptions:
        """Return the drag's options for the wire; without a mask nothing is composited."""
        return DragOptions(
            r1=self.radius, step_limit=self.step_limit, hold=hold, composite=self.keep_rest
        )


class Pull:
    """A drag of one edit that runs. Nothing of it waits; ``changed`` is called when it moved on.

    ``over`` is called once, with a sentence and whether it is a warning, when the edit's layer
    shows what the pull came to (or what was there before, where it was taken back). ``edit`` is
    another one then where the picture could not go into the layer. ``streams`` says whether frames
    are seen in a layer; else ``frame`` is the newest, to be drawn over the canvas.
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
        self.taken_back = False
        self._link = link
        self._terms = terms
        self._wish = wish
        self._changed = changed
        self._over = over
        self._writing: Writing | None = None
        self._start = self._latent()
        self._frame_size = frame_size(edit.record.placement)
        self._scaled: tuple[SelectionMask, SelectionMask] | None = None
        self._preview = self._begin_preview()
        self.streams = self._preview is not None
        try:
            self._drag = LiveDrag(link, self._leg(), on_frame=self._take, on_end=self._ended)
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
                mask=self._mask_of_frames(wish.mask),
                options=self._terms.options(wish.hold),
            )

    def resume(self) -> None:
        """Go on from the last frame: the daemon is back."""
        self._drag.resume()

    def stop(self) -> None:
        """Keep the present picture."""
        if self.phase is Phase.RUNNING:
            self.phase = Phase.STOPPING
            self._drag.stop()
            self._changed()

    def take_back(self, sentence: str = "", *, warning: bool = False) -> bool:
        """Go back to the picture and the arrows before the pull; False where it is too late."""
        if self.phase is Phase.OVER:
            return True
        if self._writing is not None and not self._writing.cancel():
            return False
        self._give_up(sentence, warning=warning)
        return True

    def forget(self) -> None:
        """Let go of everything: the document is closed."""
        self._drag.abandon()
        if self._writing is not None:
            self._writing.cancel()
        self.phase = Phase.OVER

    def _latent(self) -> Latent:
        latent = self.edit.latent()
        if latent is None:
            raise LayerFault(wording.LATENT_LOST)
        return latent

    def _begin_preview(self) -> Preview | None:
        document, layer = self.edit.document, self.edit.layer()
        why_not = is_editable(layer) if layer is not None else wording.LAYER_GONE
        if why_not:
            raise LayerFault(why_not)
        if not self._terms.true_composite and not streams_into_layer(document):
            return None
        return Preview(document, layer, self.edit.record.placement)

    def _leg(self) -> Leg:
        return Leg(
            model=self.edit.state.model,
            latent=self._start,
            arrows=self._wish.arrows,
            references=self.edit.references(self._wish.arrows),
            mask=self._mask_of_frames(self._wish.mask),
            options=self._terms.options(self._wish.hold),
            frames=PictureFormat(*self._frame_size, order="BGRA"),
        )

    def _mask_of_frames(self, mask: SelectionMask | None) -> SelectionMask | None:
        """Return ``mask`` in the frames' size; the same one again is not scaled again."""
        if mask is None:
            return None
        if self._scaled is None or self._scaled[0] is not mask:
            self._scaled = (mask, scaled(mask, self._frame_size))
        return self._scaled[1]

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
        if self._preview.slow and not self._terms.true_composite:
            # Many layers: from now on frames are drawn over the canvas, which holds nobody up.
            self.streams = False
        if not self.streams:
            self.frame = image
            if self._preview.gone:
                self.take_back(wording.PREVIEW_GONE)
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

        def done(edit: OpenEdit, notice: str) -> None:
            self.edit = edit
            self._finish(f"{sentence} {notice}".strip(), warning=warning)

        mask = self._wish.mask if self._terms.keep_rest else None
        self._writing = Writing(
            self._link,
            self.edit,
            self._preview,
            seen,
            self._wish.arrows,
            mask,
            done,
            lambda fault: self._give_up(fault, warning=True),
        )

    def _give_up(self, sentence: str, *, warning: bool) -> None:
        """Have the picture from before the pull."""
        self._drag.abandon()
        if self._preview is not None:
            self._preview.discard()
        self.taken_back = True
        self._finish(sentence, warning=warning)

    def _finish(self, sentence: str, *, warning: bool) -> None:
        if self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            self.frame = None
            self._over(sentence, warning)
