"""One leg of an edit: from the first frame to the picture in the edit's layer.

A LiveDrag brings frames, and the document's preview shows them, in a layer or over the canvas. When
the drag ends, ``Writing`` writes its last picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tugline_protocol.values import DragOptions, Image, Latent, PictureFormat, PointState

from . import wording
from .arrows import Arrows
from .edits import OpenEdit
from .host import LayerFault, Loop, Preview
from .link import Link
from .live import Ended, Leg, LiveDrag, Seen
from .masks import SelectionMask
from .patience import Patience
from .pictures import frame_size
from .view import Settings
from .writing import Writing

# The reason of an Outcome after which the picture from before the pull is back.
TAKEN_BACK: Final = "taken_back"


class Phase(Enum):
    """How far a pull is."""

    RUNNING = "running"
    STOPPING = "stopping"
    WRITING = "writing"
    OVER = "over"


@dataclass(frozen=True)
class Pursuit:
    """What is wanted of a drag at the moment: arrows, selection, whether the hand is down.

    ``frozen`` are the ids of the arrows whose handles lie outside the selection: they stay.
    """

    arrows: Arrows
    frozen: frozenset[str]
    mask: SelectionMask | None
    hold: bool

    @property
    def movable(self) -> Arrows:
        """The arrows that pull: those whose handles the selection does not hold."""
        return Arrows(tuple(arrow for arrow in self.arrows if arrow.id not in self.frozen))


@dataclass(frozen=True)
class Terms:
    """What holds for a whole pull: the artist's settings as they were when it began."""

    step_limit: int | None
    radius: float | None
    keep_rest: bool
    true_composite: bool
    feather: float

    @classmethod
    def of(cls, settings: Settings) -> "Terms":
        """Return what the artist's settings say of it."""
        return cls(
            step_limit=settings.step_limit,
            radius=settings.radius,
            keep_rest=settings.keep_rest,
            true_composite=settings.true_composite,
            feather=settings.feather,
        )

    def options(self, *, hold: bool, composite: bool) -> DragOptions:
        """Return the drag's options for the wire; without a mask nothing is composited."""
        return DragOptions(
            r1=self.radius, step_limit=self.step_limit, hold=hold, composite=composite
        )


@dataclass(frozen=True)
class Outcome:
    """How a pull ended.

    ``reason`` is the wire's end reason or error code, or "taken_back" where the picture from before
    it is back. ``text`` is the sentence for the artist. ``distance`` is what the farthest handle
    has left to its target, in image pixels. ``steps`` were made.
    """

    reason: str
    text: str
    distance: float
    steps: int


class Pull:
    """A drag of one edit that runs. Nothing of it waits; ``changed`` is called when it moved on.

    ``over`` is called once, with a sentence and whether it is a warning, when the edit's layer
    shows what the pull came to (or what was there before, where it was taken back). ``edit`` is
    another one then where the picture could not go into the layer. ``outcome`` says how it ended.
    ``arrows`` tells which ones there are: they are kept with the picture, also where the last of
    them was removed and nothing is pursued any more.
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        edit: OpenEdit,
        pursuit: Pursuit,
        terms: Terms,
        *,
        arrows: Callable[[], Arrows],
        changed: Callable[[], None],
        over: Callable[[str, bool], None],
    ) -> None:
        """Start. Raises LayerFault or DaemonUnreachable, with nothing begun."""
        self.edit = edit
        self.phase = Phase.RUNNING
        self.steps = 0
        self.points: tuple[PointState, ...] = ()
        self.taken_back = False
        self.outcome: Outcome | None = None
        self._link = link
        self._loop = loop
        self._terms = terms
        self._pursuit = pursuit
        self._arrows = arrows
        self._changed = changed
        self._over = over
        self._writing: Writing | None = None
        self._start = self._latent()
        self._frame_size = frame_size(edit.record.placement)
        self._blending = edit.blending(terms.feather)
        # What lies over a photo has an alpha of its own, which keeps the rest as well.
        self._composites = terms.keep_rest and not self._blending.blends
        self._scaled: dict[str, tuple[SelectionMask, SelectionMask]] = {}
        self._reason = ""
        self._unanswered = False
        self._patience = Patience()
        self._preview = self._begin_preview()
        try:
            self._drag = LiveDrag(link, self._leg(), on_frame=self._take, on_end=self._ended)
        except BaseException:
            self._preview.discard()
            raise

    @property
    def frame(self) -> Image | None:
        """The newest frame where it is to be drawn over the canvas, None where a layer shows it."""
        return None if self.phase is Phase.OVER else self._preview.frame

    @property
    def picture(self) -> Latent:
        """The latent of the picture that is seen: where arrows are set in it they refer to it."""
        return self._drag.seen.latent if self._drag.seen else self._start

    @property
    def image(self) -> Image | None:
        """The newest frame, wherever it is shown; None before the first."""
        return self._drag.seen.image if self._drag.seen else None

    @property
    def interrupted(self) -> bool:
        """Whether the daemon was lost and the drag waits for it to come back."""
        return self.phase is Phase.RUNNING and self._drag.interrupted

    def look(self) -> None:
        """See whether what shows the frames was removed: a drag that rests tells of no frame."""
        if self.phase is Phase.RUNNING and self._preview.gone:
            self.take_back(wording.PREVIEW_GONE)

    def pursue(self, pursuit: Pursuit) -> None:
        """Let the drag go on to ``pursuit``; it takes effect within a step."""
        if self.phase is Phase.RUNNING:
            self._pursuit = pursuit
            self._drag.wish(
                pursuit.movable,
                references=self.edit.references(pursuit.movable),
                mask=self._mask_of_frames("mask", pursuit.mask),
                options=self._options(pursuit),
                alpha=self._alpha_of_frames(pursuit),
            )

    def resume(self) -> None:
        """Go on from the last frame: the daemon is back."""
        self._drag.resume()

    def stop(self) -> None:
        """Keep the present picture; the one seen last where the daemon does not answer."""
        if self.phase is Phase.RUNNING:
            self.phase = Phase.STOPPING
            self._loop.later(self._patience.milliseconds, self._wait_no_longer)
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

    def _wait_no_longer(self) -> None:
        if self.phase is Phase.STOPPING:
            self._unanswered = True
            self._drag.give_up()

    def _latent(self) -> Latent:
        latent = self.edit.latent()
        if latent is None:
            raise LayerFault(wording.LATENT_LOST)
        return latent

    def _leg(self) -> Leg:
        return Leg(
            model=self.edit.state.model,
            latent=self._start,
            arrows=self._pursuit.movable,
            references=self.edit.references(self._pursuit.movable),
            mask=self._mask_of_frames("mask", self._pursuit.mask),
            options=self._options(self._pursuit),
            frames=self._frames(),
            alpha=self._alpha_of_frames(self._pursuit),
        )

    def _begin_preview(self) -> Preview:
        edit, true = self.edit, self._terms.true_composite
        document, placement = edit.document, edit.record.placement
        if self._blending.blends:
            return document.begin_pull(edit.layer_id, placement, true_composite=true, replaces=True)
        return document.begin_pull(edit.layer_id, placement, true_composite=true)

    def _options(self, pursuit: Pursuit) -> DragOptions:
        return self._terms.options(hold=pursuit.hold, composite=self._composites)

    def _frames(self) -> PictureFormat:
        blend = self._blending.through(self._pursuit.mask)
        return PictureFormat(
            *self._frame_size,
            order=self.edit.document.painter.order,
            feather=blend.pixels(self._frame_size) if blend is not None else 0.0,
        )

    def _alpha_of_frames(self, pursuit: Pursuit) -> SelectionMask | None:
        blend = self._blending.through(pursuit.mask)
        if blend is None:
            return None
        return self._mask_of_frames("alpha", blend.alpha(self._frame_size))

    def _mask_of_frames(self, use: str, mask: SelectionMask | None) -> SelectionMask | None:
        """Return ``mask`` in the frames' size; the same one again is not scaled again."""
        if mask is None:
            return None
        if use not in self._scaled or self._scaled[use][0] is not mask:
            painter = self.edit.document.painter
            self._scaled[use] = (mask, painter.scaled(mask, self._frame_size))
        return self._scaled[use][1]

    def _take(self, seen: Seen) -> None:
        """Show a frame."""
        self._patience.take_step(full=seen.full)
        self.steps, self.points = seen.step, seen.points
        shown = seen.image is None or self.phase is Phase.OVER or self._preview.show(seen.image)
        if not shown:
            self.take_back(wording.PREVIEW_GONE)
        if self.phase is not Phase.OVER:
            self._changed()

    def _ended(self, ended: Ended) -> None:
        """Write what the drag came to into the layer."""
        self._reason = ended.reason
        sentence = wording.sentence_for_end(ended.reason, ended.text)
        warning = ended.reason not in {"arrived", "stopped", "step_limit", "stuck"}
        seen = ended.seen
        if self._unanswered:
            sentence = wording.UNANSWERED if seen is None else wording.UNANSWERED_STOP
            warning = True
        if seen is None or bytes(seen.latent.data) == bytes(self._start.data):
            self._preview.discard()
            self._finish(sentence, warning=warning)
            return
        self.steps, self.points = seen.step, seen.points
        self.phase = Phase.WRITING
        self._changed()

        def done(edit: OpenEdit, notice: str) -> None:
            self.edit = edit
            self._finish(f"{sentence} {notice}".strip(), warning=warning)

        mask = self._pursuit.mask if self._composites else None
        self._writing = Writing(
            self._link if not self._unanswered else None,
            self._loop,
            self.edit,
            self._preview,
            seen,
            self._arrows,
            mask,
            done,
            lambda fault: self._give_up(fault, warning=True),
            blend=self._blending.through(self._pursuit.mask),
        )

    def _give_up(self, sentence: str, *, warning: bool) -> None:
        """Have the picture from before the pull."""
        self._drag.abandon()
        self._preview.discard()
        self.taken_back = True
        self._reason = TAKEN_BACK
        self._finish(sentence, warning=warning)

    def _finish(self, sentence: str, *, warning: bool) -> None:
        if self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            self.outcome = Outcome(self._reason, sentence, self._distance(), self.steps)
            self._over(sentence, warning)

    def _distance(self) -> float:
        """Return what the farthest handle has left, as the last frame told it."""
        left = self._pursuit.movable.tracked(() if self.taken_back else self.points)
        return max((arrow.distance for arrow in left), default=0.0)
