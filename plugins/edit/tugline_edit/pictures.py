"""Pictures of latents from the daemon: their sizes, in strips where they are large, composites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tugline_protocol.errors import ProtocolError
from tugline_protocol.messages import Error, Render, Rendered
from tugline_protocol.values import Latent, ModelRef, PictureFormat, Rect

from . import wording
from .blending import Blend
from .geometry import Placement
from .host import Loop, Painter, Size
from .link import Link
from .masks import SelectionMask

STRIP_PIXELS = 1 << 20
FRAME_SIDE = 1024
DRAWN_SIDE = 4096
# So long the daemon may be silent over a strip, until its worker counts as hung; while it loads the
# model it tells how far it is.
ANSWER_MS = 30_000

Done = Callable[[bytes], None]
Failed = Callable[[str], None]


@dataclass(frozen=True)
class Sheet:
    """One picture to be drawn: with a mask it lies over the one before, which shows outside.

    With a ``blend`` it is transparent where that says so.
    """

    model: ModelRef
    latent: Latent
    mask: SelectionMask | None = None
    blend: Blend | None = None


class PictureOrder:
    """One picture of ``size`` pixels out of ``sheets``, the first whole, each other laid over it.

    ``done`` gets the bytes in the painter's order, ``failed`` a sentence, also where the daemon
    does not answer; one of the two is called, once, unless ``cancel`` came first. Large pictures
    come in strips, so that no message is large and the editor's event loop runs between them.
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        painter: Painter,
        sheets: Sequence[Sheet],
        size: Size,
        done: Done,
        failed: Failed,
    ) -> None:
        """Send for the first strip at once."""
        self._link = link
        self._loop = loop
        self._waits = 0
        self._painter = painter
        self._size = size
        self._done: Done | None = done
        self._failed: Failed | None = failed
        self._sheets = iter(sheets)
        self._picture = b""
        self._next_sheet()

    def cancel(self) -> None:
        """Call nobody back any more."""
        self._done = self._failed = None

    def _next_sheet(self) -> None:
        sheet = next(self._sheets, None)
        if sheet is None:
            self._finish()
            return
        self._sheet = sheet
        self._alpha = self._scaled_alpha(sheet.blend)
        self._drawn = bytearray()
        self._strips = strips(self._size)
        self._next_strip()

    def _next_strip(self) -> None:
        rect = next(self._strips, None)
        if rect is None:
            self._lay(bytes(self._drawn))
            self._next_sheet()
            return
        width, height = self._size
        blend = self._sheet.blend
        picture = PictureFormat(
            width,
            height,
            order=self._painter.order,
            rect=rect,
            feather=blend.pixels(self._size) if blend is not None else 0.0,
        )
        request = Render(
            self._sheet.model,
            self._sheet.latent,
            picture,
            self._alpha.wire() if self._alpha is not None else None,
        )
        self._wait()
        try:
            self._link.ask(
                request,
                on_reply=self._take,
                on_error=self._fail,
                on_event=lambda _progress: self._wait(),
            )
        except ProtocolError as error:
            self._give_up(str(error))

    def _scaled_alpha(self, blend: Blend | None) -> SelectionMask | None:
        """Return the mask that becomes the alpha, in the picture's size; None: all is opaque."""
        if blend is None:
            return None
        return self._painter.scaled(blend.alpha(self._size), self._size)

    def _lay(self, drawn: bytes) -> None:
        """Lay the sheet that was drawn over what was drawn before."""
        mask = self._sheet.mask
        if mask is None or not self._picture:
            self._picture = drawn
        else:
            seen = self._painter.seen_through(drawn, self._painter.scaled(mask, self._size).data)
            self._picture = self._painter.over(self._picture, seen, self._size)

    def _take(self, reply: object) -> None:
        if self._done is not None and isinstance(reply, Rendered):
            self._drawn += reply.image.data
            self._next_strip()

    def _wait(self) -> None:
        """Wait for a sign of life from now on."""
        waits = self._waits = self._waits + 1
        self._loop.later(ANSWER_MS, lambda: self._wait_no_longer(waits))

    def _wait_no_longer(self, waits: int) -> None:
        if waits == self._waits:
            self._give_up(wording.UNANSWERED)

    def _fail(self, error: Error) -> None:
        self._give_up(error.text)

    def _give_up(self, sentence: str) -> None:
        failed, self._done, self._failed = self._failed, None, None
        if failed is not None:
            failed(sentence)

    def _finish(self) -> None:
        done, self._done, self._failed = self._done, None, None
        if done is not None:
            done(self._picture)


def strips(size: Size) -> Iterator[Rect]:
    """Yield the rectangles of at most ``STRIP_PIXELS`` pixels, from the top, that make ``size``."""
    width, height = size
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        yield Rect(0, top, width, min(rows, height - top))


def frame_size(placement: Placement) -> Size:
    """Return the size in which frames are asked for: at most ``FRAME_SIDE`` a side."""
    return _bounded(placement.drawn_size, FRAME_SIDE)


def drawn_size(placement: Placement) -> Size:
    """Return the size in which a picture is drawn for good: at most ``DRAWN_SIDE`` a side."""
    return _bounded(placement.drawn_size, DRAWN_SIDE)


def _bounded(size: Size, side: int) -> Size:
    factor = min(1.0, side / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
