"""What the client of a drag is shown of it: a frame for a credit, the newest, full or a draft."""

import math
import time
from dataclasses import dataclass, replace
from typing import Final

from tugline_daemon.drag import DragStep
from tugline_daemon.generator import Generator
from tugline_protocol import values as wire
from tugline_protocol.messages import DragFrame, StartDrag

from .drafting import LONG_STEPS, Drafting
from .pictures import draw, mask_pixels, to_image, to_latent
from .resizing import Pixels

# How long a drag that waits for a Retarget is left alone before its full picture is drawn: a hand
# that moves on at once does not wait for that.
REST_SECONDS: Final = 0.15


@dataclass(frozen=True)
class _State:
    """What tells one frame of a drag from another: its step, and the Retarget that it follows."""

    step: int
    retarget: int


class Showing:
    """The frames of one drag. ``drafting`` None: all of them are full."""

    def __init__(self, request: StartDrag) -> None:
        """Show the drag as ``request`` wants it; it has no step yet."""
        self.drafting: Drafting | None = None
        self._wanted = request.frames
        self._composite = request.options.composite
        self._mask: Pixels | None = None
        self._credit = False
        self._newest: DragStep | None = None
        self._state = self._shown = _State(-1, 0)
        self._shown_full = True
        self._idle_since = math.inf
        self._step_seconds = math.inf  # the shortest so far: that nothing else held up
        self._frame_seconds = math.inf  # the last one; until there is one it may take long
        self.take_mask(request.mask)

    def take_mask(self, mask: wire.Mask | None) -> None:
        """Have another mask as the alpha, where the drag composites."""
        self._mask = mask_pixels(mask) if mask and self._composite else None

    def credit(self) -> None:
        """Owe the client one frame; credits do not add up."""
        self._credit = True

    def note(self, step: DragStep, follows: int, seconds: float, *, idle: bool) -> None:
        """Take the newest step, which took so long and follows the Retarget of that number.

        ``idle`` says that no further step comes before another Retarget.
        """
        self._newest = step
        self._state = _State(step.number, follows)
        self._step_seconds = min(seconds, self._step_seconds)
        self._idle_since = time.monotonic() if idle else math.inf

    def go_on(self) -> None:
        """Note that a drag that was idle is not any more."""
        self._idle_since = math.inf

    @property
    def wakes_in(self) -> float:
        """Seconds until a drag that rests is to be shown in full, infinite where it is not."""
        if not self._credit or self._shown_full:
            return math.inf
        return max(0.0, self._idle_since + REST_SECONDS - time.monotonic())

    @property
    def due(self) -> bool:
        """Whether there is a credit, and something that the client was not shown."""
        if not self._credit or self._newest is None:
            return False
        return self._state != self._shown or self.wakes_in == 0.0

    def is_outdated(self, followed: int) -> bool:
        """Whether the next step, which follows Retarget ``followed``, is to be shown instead.

        Where a frame takes little time beside a step it is shown nevertheless: more is seen so.
        """
        late = self._frame_seconds > LONG_STEPS * self._step_seconds
        return self._state.retarget != followed and late

    def frame(self, generator: Generator) -> DragFrame:
        """Make the frame that is ``due``: picture, latent and handles of the newest step."""
        step = self._newest
        if step is None:
            raise ValueError("There is no frame before the first step.")
        begun = time.monotonic()
        resting = begun >= self._idle_since + REST_SECONDS
        full = resting or self.drafting is None or not self.drafting.pays(self._step_seconds)
        frame = DragFrame(
            step=self._state.step,
            retarget=self._state.retarget,
            latent=to_latent(step.latent),
            points=states(step),
            image=self._picture(generator, step, full=full),
            full=full,
        )
        self._credit = False
        self._shown, self._shown_full = self._state, full
        self._frame_seconds = time.monotonic() - begun
        return frame

    def last_picture(self, generator: Generator, step: DragStep) -> wire.Image | None:
        """Draw the full picture of a drag's last step; None where it has no frames."""
        if self._wanted is None:
            return None
        return draw(generator, step.latent, self._wanted, self._mask)

    def _picture(self, generator: Generator, step: DragStep, *, full: bool) -> wire.Image | None:
        if self._wanted is None or self.drafting is None:
            return self.last_picture(generator, step)
        if full:
            picture = self.drafting.full(generator, step.latent, self._step_seconds)
            return to_image(picture, self._wanted, self._mask)
        wanted = replace(
            self._wanted,
            width=self._wanted.width or generator.width,
            height=self._wanted.height or generator.height,
        )
        return to_image(self.drafting.draft(generator, step.latent), wanted, self._mask)


def states(step: DragStep) -> tuple[wire.PointState, ...]:
    """Return where the handles are after ``step``, for the wire."""
    return tuple(
        wire.PointState(one.id, one.handle, one.target, one.distance, one.state)
        for one in step.points
    )
