"""Pictures that are drawn while a drag goes on: on CUDA, on a stream of their own.

The device draws beside the next steps, and copies the bytes into pinned memory, which it can do
without the processor. On other devices a picture is there as soon as it was begun.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakSet

import torch
from torch import Tensor

from tugline_daemon.generator import Generator
from tugline_protocol.values import Image, PictureFormat

from .feathering import Alpha
from .pictures import finished, to_pixels

# What turns a latent [num_ws, w_dim] into a picture [3, height, width] of about -1 to 1.
Draw = Callable[[Generator, Tensor], Tensor]


class Arrival(Protocol):
    """When a picture is there."""

    @property
    def come(self) -> bool:
        """Whether ``wait`` would return, or raise, at once."""
        ...

    def wait(self) -> None:
        """Wait until the picture is there; raises RuntimeError where the device failed at it."""
        ...

    @property
    def seconds(self) -> float:
        """How long the picture took; only once it is there."""
        ...


@dataclass(frozen=True)
class Rendering:
    """A picture that was begun, and how it is wanted.

    ``picture`` [3, height, width] is on the device, ``pixels`` [height, width, 3 or 4] are its
    bytes in the wanted order on the host. Both hold nothing of use before the ``arrival``.
    """

    picture: Tensor
    pixels: Tensor
    arrival: Arrival
    wanted: PictureFormat
    alpha: Alpha | None

    @property
    def ready(self) -> bool:
        """Whether ``image`` would not wait."""
        return self.arrival.come

    @property
    def seconds(self) -> float:
        """How long the device took; only once it is ``ready``."""
        return self.arrival.seconds

    def image(self) -> Image:
        """Return the picture as it is wanted; waits for it, and raises what drawing it raised."""
        self.arrival.wait()
        return finished(self.pixels.numpy(), self.wanted, self.alpha)


class Renderer:
    """Draws the pictures of drags on one device, for the thread that does their steps."""

    def __init__(self, device: torch.device) -> None:
        """Prepare to draw on ``device``."""
        self._stream: torch.cuda.Stream | None = None
        if device.type == "cuda":
            self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._warm: WeakSet[Generator] = WeakSet()

    def begin(
        self,
        draw: Draw,
        generator: Generator,
        ws: Tensor,
        wanted: PictureFormat,
        alpha: Alpha | None = None,
    ) -> Rendering:
        """Begin the picture that ``draw`` makes of ``ws`` [num_ws, w_dim].

        ``wanted`` and ``alpha`` are as in to_image. ``ws`` may change afterwards. A device without
        room for a picture raises here.
        """
        with torch.no_grad():
            if self._stream is None:
                picture, pixels, arrival = _at_once(draw, generator, ws, wanted)
            else:
                self._warm_up(self._stream, draw, generator, ws)
                picture, pixels, arrival = _beside(self._stream, draw, generator, ws, wanted)
        return Rendering(picture, pixels, arrival, wanted, alpha)

    def _warm_up(
        self, stream: torch.cuda.Stream, draw: Draw, generator: Generator, ws: Tensor
    ) -> None:
        """Draw a network's first picture for nobody, and let the steps wait for it.

        So what a network works out once and keeps is there before both streams use it, and the time
        that this takes is not taken for that of a picture.
        """
        if generator in self._warm:
            return
        steps = torch.cuda.current_stream(stream.device)
        stream.wait_stream(steps)
        with torch.cuda.stream(stream):
            draw(generator, ws)
        steps.wait_stream(stream)
        self._warm.add(generator)


def full_picture(generator: Generator, ws: Tensor) -> Tensor:
    """Return the picture [3, height, width] of ``ws`` [num_ws, w_dim]."""
    return generator.synthesize(ws[None])[0]


@dataclass(frozen=True)
class _Come:
    """A picture that is there, and took so many seconds."""

    seconds: float
    come: bool = True

    def wait(self) -> None:
        """Return."""


@dataclass(frozen=True)
class _Marks:
    """A picture between two marks on its stream."""

    begun: torch.cuda.Event
    done: torch.cuda.Event

    @property
    def come(self) -> bool:
        """Whether the device is past the second mark, or failed: then ``wait`` says how."""
        try:
            return bool(self.done.query())  # type: ignore[no-untyped-call]
        except RuntimeError:
            return True

    def wait(self) -> None:
        """Wait for the second mark."""
        self.done.synchronize()

    @property
    def seconds(self) -> float:
        """From mark to mark, by the device's clock; steps that ran beside it count in."""
        return float(self.begun.elapsed_time(self.done)) / 1000


def _at_once(
    draw: Draw, generator: Generator, ws: Tensor, wanted: PictureFormat
) -> tuple[Tensor, Tensor, Arrival]:
    begun = time.perf_counter()
    picture = draw(generator, ws)
    pixels = to_pixels(picture, wanted.order).cpu()
    return picture, pixels, _Come(time.perf_counter() - begun)


def _beside(
    stream: torch.cuda.Stream, draw: Draw, generator: Generator, ws: Tensor, wanted: PictureFormat
) -> tuple[Tensor, Tensor, Arrival]:
    """Draw on ``stream``, after all that the current one was told before."""
    steps = torch.cuda.current_stream(stream.device)
    own = ws.clone()  # among the steps: a later one may overwrite what it is given
    own.record_stream(stream)
    marks = _Marks(_mark(), _mark())
    stream.wait_stream(steps)
    with torch.cuda.stream(stream):
        marks.begun.record(stream)
        picture = draw(generator, own)
        picture.record_stream(steps)
        made = to_pixels(picture, wanted.order)
        # Torch keeps pinned memory that was freed, and hands it out again once no copy uses it.
        pixels = torch.empty(made.shape, dtype=made.dtype, pin_memory=True)
        pixels.copy_(made, non_blocking=True)
        marks.done.record(stream)
    return picture, pixels, marks


def _mark() -> torch.cuda.Event:
    return torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
