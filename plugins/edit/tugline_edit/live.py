"""One drag as the artist lives it: frames while it runs, wishes that change it, one end.

Over its life it may be several drags of the daemon's: it goes on from the last frame where the
daemon died, and where a wish came when the drag had just ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tugline_protocol.errors import DRAG_OVER, STOPPED, WORKER_DIED, DaemonUnreachable
from tugline_protocol.messages import (
    DragEnded,
    DragFrame,
    Error,
    Event,
    NextFrame,
    Retargeted,
    Stop,
)
from tugline_protocol.values import (
    DragOptions,
    Image,
    Latent,
    ModelRef,
    PictureFormat,
    PointState,
)

from .arrows import Arrows
from .link import LOST, Link
from .masks import SelectionMask
from .wishes import Wish

# What a Retarget ends in where its drag ends: the drag's own end follows, and says why.
_WITH_ITS_DRAG: Final = (DRAG_OVER, LOST)


@dataclass(frozen=True)
class Leg:
    """What a drag starts from.

    ``latent`` is where it begins, and its picture is what the mask holds. ``references`` are the
    latents in whose pictures handles were set, by ``Arrow.reference``. Of ``options``, ``hold``
    says that the artist's button is down: the drag stays where it arrives. ``composite`` counts
    only together with a mask. A model's own defaults need not be repeated in ``options``, and its
    ``learning_rate`` must not: named, it asks for other and slower steps. ``mask`` has the size of
    the model's picture or of ``frames``. ``alpha`` becomes the frames' alpha, None = opaque.
    """

    model: ModelRef
    latent: Latent
    arrows: Arrows
    references: Mapping[str, Latent]
    mask: SelectionMask | None
    options: DragOptions
    frames: PictureFormat
    alpha: SelectionMask | None = None


@dataclass(frozen=True)
class Seen:
    """A frame: latent, points (image pixels) and picture of the same step.

    ``step`` counts from the beginning of the LiveDrag. ``retarget`` is the number of the wish that
    it follows, see ``LiveDrag.newest``. ``image`` owns its bytes and can be kept; unless ``full``
    it is a draft, with less detail than the picture of ``latent`` has.
    """

    step: int
    latent: Latent
    points: tuple[PointState, ...]
    image: Image | None
    retarget: int = 0
    full: bool = True


@dataclass(frozen=True)
class Ended:
    """The end of a drag: ``reason`` is the wire's end reason or error code, ``text`` a sentence.

    ``seen`` is the best state where the daemon told it, else the last one seen, None where there
    was none.
    """

    reason: str
    text: str
    seen: Seen | None


class LiveDrag:
    """A drag over a link. Nothing here waits.

    ``seen`` is the newest frame, None before the first. ``newest`` is the number of the newest wish
    that was sent: frames of an older ``Seen.retarget`` do not follow it yet. ``interrupted`` says
    that the link was lost: call ``resume`` when it is ready again, ``stop`` or ``abandon``.
    """

    def __init__(
        self,
        link: Link,
        leg: Leg,
        *,
        on_frame: Callable[[Seen], None],
        on_end: Callable[[Ended], None],
    ) -> None:
        """Start. Raises DaemonUnreachable unless the link is ready.

        ``on_frame`` is called with each frame, and the next one asked for when it returns: a slow
        editor gets fewer. ``on_end`` is called once, unless the drag is abandoned. Both come from
        the link's ``drain``, ``on_end`` from ``stop`` and ``resume`` too where the link is lost.
        """
        self.seen: Seen | None = None
        self.newest = 0
        self.interrupted = False
        self._link = link
        self._leg = leg
        self._on_frame = on_frame
        self._on_end = on_end
        self._wanted = Wish(leg.arrows, leg.references, leg.mask, leg.options, leg.alpha)
        # What the daemon's drag is after, what the Retarget under way is to bring it to, and ids.
        self._has = self._pursued = self._wanted
        self._drag = ""
        self._retarget = ""
        self._halting = False
        self._stopping = False
        self._over = False
        self._revived = False
        self._steps_before = 0
        self._followed_before = 0
        self._start()

    @property
    def running(self) -> bool:
        """Whether the daemon drags."""
        return self._drag != ""

    def wish(
        self,
        arrows: Arrows,
        *,
        references: Mapping[str, Latent],
        mask: SelectionMask | None,
        options: DragOptions,
        alpha: SelectionMask | None = None,
    ) -> None:
        """Take the newest wish; it takes effect within a step, and replaces those not sent yet.

        Without arrows the drag stops. Raises ValueError for an arrow whose reference is not among
        ``references``.
        """
        self._wanted = Wish(arrows, references, mask, options, alpha)
        self._pursue()

    def stop(self) -> None:
        """End the drag with its best state."""
        self._stopping = True
        if self.interrupted:
            self._finish(STOPPED, "", self.seen)
        else:
            self._halt()

    def give_up(self) -> None:
        """End the drag with its last frame: the daemon does not answer a ``stop``."""
        self._forget()
        self._finish(STOPPED, "", self.seen)

    def resume(self) -> None:
        """Go on, exactly from the last frame, where the link was lost and is ready again.

        While it is not ready that changes nothing.
        """
        if self.interrupted and self._wanted.arrows.items:
            self._go_on()
        elif self.interrupted:
            self._finish(STOPPED, "", self.seen)

    def abandon(self) -> None:
        """Stop, and tell nobody anything any more."""
        self._over = True
        self.interrupted = False
        self._halt()
        self._forget()

    # To the daemon.

    def _start(self) -> None:
        """Start the daemon's drag, from the last frame if there is one.

        The handles are that frame's, their origins and references those of before, and the mask
        holds the picture of before: so it is the same drag that goes on.
        """
        seen = self.seen
        request = self._wanted.start(
            self._leg.model,
            seen.latent if seen else self._leg.latent,
            self._leg.latent,
            {point.id: point.handle for point in seen.points} if seen else {},
            self._leg.frames,
        )
        self._drag = self._link.ask(
            request, on_reply=self._ended, on_error=self._failed, on_event=self._told
        )
        self.interrupted = self._halting = False
        self._has = self._wanted
        self._steps_before = seen.step if seen else 0
        self._followed_before = self.newest
        self._link.notify(NextFrame(self._drag))

    def _pursue(self) -> None:
        """Send the newest wish, unless the daemon is busy with one or the drag is about to end."""
        if not self._drag or self._retarget or self._halting or not self._link.ready:
            return
        wanted = self._wanted
        if wanted.needs_another_drag(self._has):
            self._halt()
            return
        change = wanted.retarget(self._has, self._drag, self.newest + 1)
        if change is not None:
            self._pursued = wanted
            self.newest = change.number
            self._retarget = self._link.ask(
                change, on_reply=self._retargeted, on_error=self._not_retargeted
            )

    def _halt(self) -> None:
        """Stop the daemon's drag; where the link is lost, that end comes by itself."""
        if self._drag and not self._halting and self._link.ready:
            self._halting = True
            self._link.ask(Stop(self._drag), on_reply=_ignore, on_error=_ignore)

    # From the daemon.

    def _told(self, event: Event) -> None:
        if not isinstance(event, DragFrame):
            return
        drag, self.seen = self._drag, self._see(event)
        try:
            self._on_frame(self.seen)
        finally:
            if self._drag == drag:
                self._link.notify(NextFrame(drag))

    def _retargeted(self, _reply: Retargeted) -> None:
        self._retarget = ""
        self._has = self._pursued
        self._pursue()

    def _not_retargeted(self, error: Error) -> None:
        self._retarget = ""
        if error.code not in _WITH_ITS_DRAG:
            self._halt()
            self._link.forget(self._drag)
            self._finish(error.code, error.text, self.seen)

    def _ended(self, ended: DragEnded) -> None:
        """Take the end; go on where a wish crossed it, or needs another drag of the daemon's."""
        self._let_go()
        self.seen = self._see(ended)
        if self._goes_on(wishes=self._wanted.goes_beyond(self._has)):
            self._go_on()
            self._on_frame(self.seen)
        else:
            self._finish(ended.reason, ended.text, self.seen)

    def _failed(self, error: Error) -> None:
        """Take an end that is none of the drag's own."""
        self._let_go()
        if not self._goes_on(wishes=True):
            self._finish(STOPPED, error.text, self.seen)
        elif error.code == LOST:
            self.interrupted = True
        elif error.code == WORKER_DIED and not self._revived:
            self._revived = True
            self._go_on()
        elif error.code == STOPPED and self._halting:
            self._go_on()
        else:
            self._finish(error.code, error.text, self.seen)

    def _goes_on(self, *, wishes: bool) -> bool:
        """Whether a drag that ended goes on as another: there are ``wishes``, or it was halted."""
        if self._stopping or not self._wanted.arrows.items:
            return False
        return wishes or self._halting

    def _go_on(self) -> None:
        """Start again from the last state; without the link, when ``resume`` says so."""
        try:
            self._start()
        except DaemonUnreachable:
            self.interrupted = True

    def _forget(self) -> None:
        """Hear no more of the daemon's drag."""
        for request_id in (self._drag, self._retarget):
            self._link.forget(request_id)
        self._drag = self._retarget = ""

    def _let_go(self) -> None:
        """Note that the daemon's drag is over; a Retarget that crossed its end is void."""
        self._link.forget(self._retarget)
        self._drag = self._retarget = ""

    def _see(self, told: DragFrame | DragEnded) -> Seen:
        return Seen(
            step=self._steps_before + told.step,
            latent=told.latent,
            points=told.points,
            image=told.image,
            retarget=max(told.retarget, self._followed_before),
            full=told.full if isinstance(told, DragFrame) else True,
        )

    def _finish(self, reason: str, text: str, seen: Seen | None) -> None:
        if self._over:
            return
        self._over = True
        self.interrupted = False
        self._drag = ""
        self._on_end(Ended(reason, text, seen))


def _ignore(_answer: object) -> None:
    """Nothing follows from it."""
