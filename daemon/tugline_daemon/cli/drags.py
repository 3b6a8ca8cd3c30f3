"""One drag, from its start to its end, with its progress shown and Ctrl+C heeded."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import dist
from types import FrameType, TracebackType
from typing import Final, Self

from PIL import Image
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import DaemonUnreachable, RequestFailed
from tugline_protocol.messages import DragEnded, DragFrame, Render, StartDrag
from tugline_protocol.values import PictureFormat, PointState

from .arguments import Pull
from .live_bar import LiveBar
from .pictures import to_picture
from .terminal import MESSAGES, CommandFailed

INTERRUPTED: Final = 130  # the exit code of what Ctrl+C ended, as shells have it
_LINE_SECONDS: Final = 2.0


@dataclass(frozen=True)
class FinishedDrag:
    """A drag that ended: the daemon's last word, its picture, and whether Ctrl+C ended it.

    The picture of a drag that composites has the mask as its alpha.
    """

    ended: DragEnded
    picture: Image.Image
    seconds: float
    interrupted: bool

    @property
    def pulls(self) -> tuple[Pull, ...]:
        """Where the handles came to lie, and what is left of their way."""
        return tuple(Pull(point.handle, point.target) for point in self.ended.points)


class DragCut(CommandFailed):
    """Something failed in mid-drag; ``last`` is the last frame that came, if one did."""

    def __init__(self, text: str, last: DragFrame | None) -> None:
        super().__init__(text)
        self.last = last


def run_drag(
    conversation: Conversation, start: StartDrag, on_frame: Callable[[DragFrame], None]
) -> FinishedDrag:
    """Do the drag ``start`` and hand each frame to ``on_frame``.

    The first Ctrl+C stops the drag, which then still ends with its best result; the second one
    raises KeyboardInterrupt at once. Raises DragCut where the daemon or ``on_frame`` fails.
    """
    last: DragFrame | None = None
    began = time.monotonic()
    stopped = False
    try:
        with Interrupts() as interrupts, DragProgress(start) as progress:
            drag = conversation.begin(start)
            for frame in drag.frames():
                last = frame
                progress.show(frame.step, frame.points)
                on_frame(frame)
                if interrupts.asked and not stopped:
                    stopped = True
                    drag.stop()
            ended = drag.result()
            seconds = time.monotonic() - began
            progress.show(ended.step, ended.points)
            rendered = conversation.call(_render(start, ended))
    except (DaemonUnreachable, RequestFailed, CommandFailed) as error:
        raise DragCut(str(error), last) from error
    return FinishedDrag(ended, to_picture(rendered.image), seconds, interrupted=stopped)


def _render(start: StartDrag, ended: DragEnded) -> Render:
    """Ask for the picture in which the drag ended, its mask as alpha where it composites."""
    if not start.options.composite:
        return Render(start.model, ended.latent)
    return Render(start.model, ended.latent, PictureFormat(order="RGBA"), start.mask)


class Interrupts:
    """Notes the first Ctrl+C as long as the block lasts; the second one interrupts as usual."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        MESSAGES.print("Stopping; press Ctrl+C again to leave at once.")


class DragProgress(LiveBar):
    """A bar with the way that is left to the furthest target; without a terminal, lines."""

    def __init__(self, start: StartDrag) -> None:
        self._whole = max(dist(point.handle, point.target) for point in start.points)
        super().__init__(
            TextColumn("Dragging"),
            BarColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            text=_told(0, self._whole),
            whole=self._whole or 1.0,
            line_seconds=_LINE_SECONDS,
        )

    def show(self, step: int, points: Sequence[PointState]) -> None:
        """Show where the handles are after a step."""
        left = max(point.distance for point in points)
        told = _told(step, left)
        self.say(told, max(0.0, self._whole - left), f"Dragging: {told}")


def _told(step: int, left: float) -> str:
    return f"step {step:3d}, {left:5.1f} px left"
