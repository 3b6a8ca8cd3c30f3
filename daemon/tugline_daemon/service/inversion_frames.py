"""What the client of an inversion is shown: a frame for a credit, the best so far."""

import time
from dataclasses import dataclass, replace
from typing import Final

from tugline_daemon.generator import Generator, tuned
from tugline_daemon.inversion import InversionStep
from tugline_protocol.messages import InversionFrame
from tugline_protocol.values import Image, ModelRef, PictureFormat

from .pictures import to_latent
from .rendering import Renderer, Rendering, full_picture

# What was drawn takes at most this part of the time: the rest is the search's.
_SHARE: Final = 0.2
# More often nobody looks.
_LEAST_SECONDS: Final = 0.1
# A picture that is met exactly has no end of decibels, which no number on the wire says.
_MOST_PSNR: Final = 999.0


@dataclass(frozen=True)
class _Coming:
    """A frame under way: all but its ``image``, how that is drawn, and when it was begun."""

    frame: InversionFrame
    rendering: Rendering | None
    begun: float


class InversionFrames:
    """The frames of one inversion, one under way at most."""

    def __init__(self, wanted: PictureFormat | None, renderer: Renderer) -> None:
        """Show pictures as they are ``wanted``, None = none."""
        self._wanted = wanted
        self._renderer = renderer
        self._credit = False
        self._shown = -1
        self._next = 0.0
        self._coming: _Coming | None = None

    def credit(self) -> None:
        """Owe the client one frame; credits do not add up."""
        self._credit = True

    def due(self, step: InversionStep) -> bool:
        """Whether a frame is there, or is to be begun with ``step``, the newest."""
        if self._coming is not None:
            return self._coming.rendering is None or self._coming.rendering.ready
        fresh = step.number != self._shown
        return self._credit and fresh and time.monotonic() >= self._next

    def frame(
        self, generator: Generator, model: ModelRef, step: InversionStep
    ) -> InversionFrame | None:
        """Go on with the frame that is ``due``; return it once it is there.

        ``model`` is how it names the model, ``generator`` that model before any tuning.
        """
        self._coming = coming = self._coming or self._begin(generator, model, step)
        if coming.rendering is not None and not coming.rendering.ready:
            return None
        self._coming = None
        self._credit = False
        self._shown = coming.frame.step
        image = coming.rendering.image() if coming.rendering else None
        took = time.monotonic() - coming.begun
        self._next = time.monotonic() + max(_LEAST_SECONDS, took / _SHARE)
        return replace(coming.frame, image=image)

    def last_picture(self, generator: Generator, step: InversionStep) -> Image | None:
        """Draw the picture of the last step, and wait; None where no pictures are wanted."""
        rendering = self._rendering(generator, step)
        return None if rendering is None else rendering.image()

    def _begin(self, generator: Generator, model: ModelRef, step: InversionStep) -> _Coming:
        begun = time.monotonic()
        frame = InversionFrame(
            step=step.number,
            stage=step.stage,
            model=model,
            latent=to_latent(step.latent),
            done=step.done,
            seconds_left=step.seconds_left,
            psnr=on_the_wire(step.psnr),
        )
        return _Coming(frame, self._rendering(generator, step), begun)

    def _rendering(self, generator: Generator, step: InversionStep) -> Rendering | None:
        if self._wanted is None:
            return None
        if step.tuning is not None:
            generator = tuned(generator, step.tuning)
        return self._renderer.begin(full_picture, generator, step.latent, self._wanted)


def on_the_wire(psnr: float) -> float:
    """Return ``psnr``, in dB, as a number that the wire carries."""
    return min(max(psnr, -_MOST_PSNR), _MOST_PSNR)
