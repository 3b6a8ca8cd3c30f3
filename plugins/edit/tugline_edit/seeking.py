"""One inversion as the artist lives it: frames while it runs, one end.

Over its life it may be several requests of the daemon's: it goes on from the last frame where the
daemon died.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tugline_protocol.errors import STOPPED, UNKNOWN_TUNING, WORKER_DIED, DaemonUnreachable
from tugline_protocol.messages import (
    Error,
    Event,
    InversionFrame,
    Invert,
    Inverted,
    NextFrame,
    Progress,
    Stop,
)
from tugline_protocol.values import Image, Latent, ModelRef

from .link import LOST, Link

_LAST_STAGE: Final = "tuning"


@dataclass(frozen=True)
class Found:
    """What an inversion came to: the latent, the model that draws it, and its picture if it came.

    ``likeness`` is 1 where the layer is met exactly, see ``messages.Inverted``; None where the
    daemon did not tell.
    """

    model: ModelRef
    latent: Latent
    image: Image | None
    likeness: float | None = None


@dataclass(frozen=True)
class Sought:
    """The end of an inversion: the wire's reason or error code, a sentence, and what was found.

    ``found`` is None where there was nothing yet.
    """

    reason: str
    text: str
    found: Found | None


class LiveInversion:
    """An inversion over a link. Nothing here waits.

    ``seen`` is the newest frame, None before the first. ``interrupted`` says that the link was
    lost: call ``resume`` when it is ready again, ``stop`` or ``abandon``.
    """

    def __init__(
        self,
        link: Link,
        wanted: Invert,
        *,
        on_frame: Callable[[InversionFrame], None],
        on_progress: Callable[[Progress], None],
        on_end: Callable[[Sought], None],
    ) -> None:
        """Start ``wanted``, from the beginning. Raises DaemonUnreachable unless the link is ready.

        ``on_frame`` is called with each frame, and the next one asked for when it returns.
        ``on_end`` is called once, unless the inversion is abandoned.
        """
        self.seen: InversionFrame | None = None
        self.interrupted = False
        self._link = link
        self._wanted = wanted
        self._on_frame = on_frame
        self._on_progress = on_progress
        self._on_end = on_end
        self._request = ""
        self._stopping = False
        self._over = False
        self._revived = False
        self._start()

    def stop(self) -> None:
        """End it with the best so far."""
        self._stopping = True
        if self.interrupted:
            self._finish(STOPPED, "", self._last())
        elif self._request and self._link.ready:
            self._link.ask(Stop(self._request), on_reply=_ignore, on_error=_ignore)

    def give_up(self) -> None:
        """End it with the last frame: the daemon does not answer a ``stop``."""
        self._link.forget(self._request)
        self._finish(STOPPED, "", self._last())

    def resume(self) -> None:
        """Go on from the last frame, where the link was lost and is ready again."""
        if self.interrupted:
            self._go_on()

    def abandon(self) -> None:
        """Stop, and tell nobody anything any more."""
        self._over = True
        request, self._request = self._request, ""
        if request and self._link.ready:
            self._link.ask(Stop(request), on_reply=_ignore, on_error=_ignore)
        self._link.forget(request)
        self.interrupted = False

    def _start(self) -> None:
        self._request = self._link.ask(
            self._wanted, on_reply=self._ended, on_error=self._failed, on_event=self._told
        )
        self.interrupted = False
        self._link.notify(NextFrame(self._request))

    def _go_on(self) -> None:
        """Start again from the last frame; without the link, when ``resume`` says so."""
        seen = self.seen
        if seen is not None:
            self._wanted = replace(
                self._wanted, model=seen.model, latent=seen.latent, stage=seen.stage
            )
        try:
            self._start()
        except DaemonUnreachable:
            self.interrupted = True

    def _told(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._on_progress(event)
        if not isinstance(event, InversionFrame):
            return
        request, self.seen = self._request, event
        try:
            self._on_frame(event)
        finally:
            if self._request == request and not self._over:
                self._link.notify(NextFrame(request))

    def _ended(self, ended: Inverted) -> None:
        self._request = ""
        found = Found(ended.model, ended.latent, ended.image, ended.likeness)
        self._finish(ended.reason, ended.text, found)

    def _failed(self, error: Error) -> None:
        """Take an end that is none of the inversion's own."""
        self._request = ""
        if self._stopping or error.code == STOPPED:
            self._finish(STOPPED, "" if error.code == STOPPED else error.text, self._last())
        elif error.code == LOST:
            self.interrupted = True
        elif error.code == WORKER_DIED and not self._revived:
            self._revived = True
            self._go_on()
        elif error.code == UNKNOWN_TUNING and self._untuned():
            self._go_on()
        else:
            self._finish(error.code, error.text, self._last())

    def _untuned(self) -> bool:
        """Let the last frame count without its tuning, which the daemon lost; False without one."""
        seen = self.seen
        if seen is None or not seen.model.tuned:
            return False
        model = ModelRef(seen.model.name, seen.model.weights)
        self.seen = replace(seen, model=model, stage=_LAST_STAGE, image=None)
        return True

    def _last(self) -> Found | None:
        seen = self.seen
        return None if seen is None else Found(seen.model, seen.latent, seen.image)

    def _finish(self, reason: str, text: str, found: Found | None) -> None:
        if self._over:
            return
        self._over = True
        self.interrupted = False
        self._request = ""
        self._on_end(Sought(reason, text, found))


def _ignore(_answer: object) -> None:
    """Nothing follows from it."""
