"""What the client of a drag is shown of it: a frame for a credit, the newest, full or a draft."""

import math
import time
from dataclasses import dataclass, replace
from typing import Final

from torch import Tensor

from tugline_daemon.drag import DragStep
from tugline_daemon.generator import Generator
from tugline_protocol import values as wire
from tugline_protocol.messages import DragFrame, StartDrag

from .drafting import LONG_STEPS, Drafting
from .feathering import Alpha
from .pictures import mask_pixels, to_latent
from .rendering import Renderer, Rendering, full_picture

# How long a drag that waits for a Retarget is left alone before its full picture is drawn: a hand
# that moves on at once does not wait for that.
REST_SECONDS: Final = 0.15
# How often a drag that rests looks whether the picture under way is there.
_LOOK_SECONDS: Final = 0.001


@dataclass(frozen=True)
class _State:
    """What tells one frame of a drag from another: its step, and the Retarget that it follows."""

    step: int
    retarget: int


@dataclass(frozen=True)
class _Coming:
    """A frame under way: all but its ``image``, and how that is drawn; None where none is wanted.

    ``latent`` [num_ws, w_dim] is the frame's, on the device, ``begun`` when it was begun.
    """

    frame: DragFrame
    latent: Tensor
    rendering: Rendering | None
    begun: float

    @property
    def state(self) -> _State:
        return _State(self.frame.step, self.frame.retarget)

    @property
    def is_there(self) -> bool:
        return self.rendering is None or self.rendering.ready


class Showing:
    """The frames of one drag, one under way at most. ``drafting`` None: all of them are full."""

    def __init__(self, request: StartDrag, renderer: Renderer) -> None:
        """Show the drag as ``request`` wants it; it has no step yet."""
        self.drafting: Drafting | None = None
        self._renderer = renderer
        self._wanted = request.frames
        self._composite = request.options.composite
        self._alpha: Alpha | None = None
        self._credit = False
        self._newest: DragStep | None = None
        self._coming: _Coming | None = None
        self._state = self._shown = _State(-1, 0)
        self._shown_full = True
        self._idle_since = math.inf
        self._step_seconds = math.inf  # the shortest so far: that nothing else held up
        self._frame_seconds = math.inf  # the last one; until there is one it may take long
        self.take_mask(request.mask)
        self.take_alpha(request.alpha)

    def take_mask(self, mask: wire.Mask | None) -> None:
        """Have another mask as the alpha, where the drag composites and was given no alpha."""
        if mask and self._composite:
            self._alpha = Alpha(mask_pixels(mask))

    def take_alpha(self, alpha: wire.Mask | None) -> None:
        """Have another alpha from now on, whatever the mask is; None leaves it."""
        if alpha:
            self._alpha = Alpha(mask_pixels(alpha))
            self._composite = False

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
        """Seconds until there may be a frame to show although the drag rests, else infinite.

        That is one under way, or the full one of a drag that was shown in a draft.
        """
        if self._coming is not None:
            return 0.0 if self._coming.is_there else _LOOK_SECONDS
        if not self._credit or self._shown_full:
            return math.inf
        return max(0.0, self._idle_since + REST_SECONDS - time.monotonic())

    @property
    def due(self) -> bool:
        """Whether a frame is there, or is to be begun: there is a credit, and something new."""
        if self._coming is not None:
            return self._coming.is_there
        if not self._credit or self._newest is None:
            return False
        return self._state != self._shown or self.wakes_in == 0.0

    def is_outdated(self, followed: int) -> bool:
        """Whether the next step, which follows Retarget ``followed``, is to be shown instead.

        Where a frame takes little time beside a step, or is there already, it is shown
        nevertheless: more is seen so.
        """
        late = self._frame_seconds > LONG_STEPS * self._step_seconds
        return self._coming is None and self._state.retarget != followed and late

    def frame(self, generator: Generator) -> DragFrame | None:
        """Go on with the frame that is ``due``: picture, latent and handles of the newest step.

        Returns it as soon as it is there, None while the device draws it.
        """
        self._coming = coming = self._coming or self._begin(generator)
        if not coming.is_there:
            return None
        self._coming = None
        frame = replace(coming.frame, image=self._image(generator, coming))
        self._credit = False
        self._shown, self._shown_full = coming.state, frame.full
        self._frame_seconds = time.monotonic() - coming.begun
        return frame

    def last_picture(self, generator: Generator, step: DragStep) -> wire.Image | None:
        """Draw the full picture of a drag's last step, and wait; None where it has no frames."""
        rendering = self._rendering(generator, step.latent, full=True)
        return None if rendering is None else rendering.image()

    def _begin(self, generator: Generator) -> _Coming:
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
            image=None,
            full=full,
        )
        rendering = self._rendering(generator, step.latent, full=full)
        return _Coming(frame, step.latent, rendering, begun)

    def _rendering(self, generator: Generator, ws: Tensor, *, full: bool) -> Rendering | None:
        wanted = self._wanted
        if wanted is None:
            return None
        if full or self.drafting is None:
            return self._renderer.begin(full_picture, generator, ws, wanted, self._alpha)
        wanted = replace(
            wanted,
            width=wanted.width or generator.width,
            height=wanted.height or generator.height,
        )
        return self._renderer.begin(self.drafting.draft, generator, ws, wanted, self._alpha)

    def _image(self, generator: Generator, coming: _Coming) -> wire.Image | None:
        """Take the picture that has come; of a full one learn how drafts become like it."""
        rendering = coming.rendering
        if rendering is None:
            return None
        image = rendering.image()
        if coming.frame.full and self.drafting is not None:
            self.drafting.learn(
                generator,
                coming.latent,
                rendering.picture,
                seconds=rendering.seconds,
                step_seconds=self._step_seconds,
            )
        return image


def states(step: DragStep) -> tuple[wire.PointState, ...]:
    """Return where the handles are after ``step``, for the wire."""
    return tuple(
        wire.PointState(one.id, one.handle, one.target, one.distance, one.state)
        for one in step.points
    )
