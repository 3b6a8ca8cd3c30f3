"""One inversion, from its start to its end, with its progress shown and Ctrl+C heeded."""

import time
from dataclasses import dataclass
from typing import Final

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

from tugline_protocol.blocking import Conversation, Pending
from tugline_protocol.errors import STOPPED, DaemonUnreachable, RequestFailed
from tugline_protocol.messages import Event, InversionFrame, Invert, Inverted, NextFrame
from tugline_protocol.messages import Progress as ProgressEvent

from .drags import Interrupts
from .live_bar import LiveBar
from .terminal import CommandFailed

_LINE_SECONDS: Final = 5.0
_STAGES: Final = {"w": "a latent", "w+": "a latent a layer", "tuning": "the weights"}


@dataclass(frozen=True)
class FinishedInversion:
    """An inversion that ended: the daemon's last word, and whether Ctrl+C ended it."""

    ended: Inverted
    seconds: float
    interrupted: bool


class InversionCut(CommandFailed):
    """Something failed in the middle; ``last`` is the last frame that came, if one did."""

    def __init__(self, text: str, last: InversionFrame | None) -> None:
        super().__init__(text)
        self.last = last


class StoppedEarly(CommandFailed):
    """Ctrl+C came before there was anything to keep."""


def run_inversion(conversation: Conversation, request: Invert) -> FinishedInversion:
    """Do the inversion ``request``.

    The first Ctrl+C stops it, which then still ends with its best result, or in StoppedEarly where
    there is none yet; the second one raises KeyboardInterrupt at once. Raises InversionCut where
    the daemon fails.
    """
    last: InversionFrame | None = None
    began = time.monotonic()
    stopped = False
    try:
        with Interrupts() as interrupts, InversionProgress() as progress:
            inversion = conversation.begin(request)
            conversation.notify(NextFrame(inversion.id))
            stopped = _heeded(interrupts, inversion, stopped=stopped)
            for event in inversion.events():
                progress.show(event)
                if isinstance(event, InversionFrame):
                    last = event
                    conversation.notify(NextFrame(inversion.id))
                stopped = _heeded(interrupts, inversion, stopped=stopped)
            ended = inversion.result()
    except (DaemonUnreachable, RequestFailed) as error:
        if stopped and isinstance(error, RequestFailed) and error.code == STOPPED:
            raise StoppedEarly("Stopped before anything was found; nothing is written.") from error
        raise InversionCut(str(error), last) from error
    return FinishedInversion(ended, time.monotonic() - began, interrupted=stopped)


def _heeded(interrupts: Interrupts, inversion: Pending[Inverted], *, stopped: bool) -> bool:
    """Stop the inversion if that was asked for and not done yet; return whether it is done."""
    if interrupts.asked and not stopped:
        inversion.stop()
    return interrupts.asked


class InversionProgress(LiveBar):
    """A bar over all stages with the time that is left; without a terminal, lines."""

    def __init__(self) -> None:
        super().__init__(
            TextColumn("Inverting"),
            BarColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            text="",
            whole=1.0,
            line_seconds=_LINE_SECONDS,
        )

    def show(self, event: Event) -> None:
        """Show how far it is; before the first frame, what the daemon says that it does."""
        if isinstance(event, InversionFrame):
            self._say(told(event), event.done)
        elif isinstance(event, ProgressEvent) and not self._bar.tasks[0].completed:
            self._say(event.text, 0.0)

    def _say(self, text: str, done: float) -> None:
        self.say(text, done, f"Inverting: {text}")


def told(frame: InversionFrame) -> str:
    """Say how far an inversion is: what it looks for, how near it is, how long it still takes."""
    stage = _STAGES.get(frame.stage, frame.stage)
    left = f", {_duration(frame.seconds_left)} left" if frame.seconds_left >= 0 else ""
    return f"{stage}, step {frame.step}, {frame.psnr:.1f} dB{left}"


def _duration(seconds: float) -> str:
    """Return a time as people say it: "41 s", "3 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
