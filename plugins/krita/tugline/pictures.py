"""Pictures of latents from the daemon, whole, in strips where they are large, and composites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tugline_edit.link import Link
from tugline_edit.masks import SelectionMask
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import Error, Render, Rendered
from tugline_protocol.values import Latent, ModelRef, PictureFormat, Rect

from .painting import over

STRIP_PIXELS = 1 << 20
CHANNELS = 4

Done = Callable[[bytes], None]
Failed = Callable[[str], None]


@dataclass(frozen=True)
class Sheet:
    """One picture to be drawn: with a mask it lies over the one before, which shows outside."""

    model: ModelRef
    latent: Latent
    mask: SelectionMask | None = None


class PictureOrder:
    """One picture of ``size`` pixels out of ``sheets``, the first whole, each other laid over it.

    ``done`` gets straight BGRA bytes, ``failed`` a sentence; one of the two is called, once, unless
    ``cancel`` came first. Large pictures come in strips, so that no message is large and Krita's
    event loop runs between them.
    """

    def __init__(
        self, link: Link, sheets: Sequence[Sheet], size: tuple[int, int], done: Done, failed: Failed
    ) -> None:
        """Send for the first strip at once."""
        self._link = link
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
        self._drawn = bytearray()
        self._strips = strips(self._size)
        self._next_strip()

    def _next_strip(self) -> None:
        rect = next(self._strips, None)
        if rect is None:
            drawn = bytes(self._drawn)
            self._picture = over(self._picture, drawn, self._size) if self._picture else drawn
            self._next_sheet()
            return
        width, height = self._size
        mask = self._sheet.mask.wire() if self._sheet.mask else None
        picture = PictureFormat(width, height, order="BGRA", rect=rect)
        request = Render(self._sheet.model, self._sheet.latent, picture, mask)
        try:
            self._link.ask(request, on_reply=self._take, on_error=self._fail)
        except DaemonUnreachable as error:
            self._give_up(str(error))

    def _take(self, reply: object) -> None:
        if self._done is not None and isinstance(reply, Rendered):
            self._drawn += reply.image.data
            self._next_strip()

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


def strips(size: tuple[int, int]) -> Iterator[Rect]:
    """Yield the rectangles of at most ``STRIP_PIXELS`` pixels, from the top, that make ``size``."""
    width, height = size
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        yield Rect(0, top, width, min(rows, height - top))
