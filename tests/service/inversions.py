"""What the tests of inversions have in common: a picture to invert, and inversions of few steps."""

from dataclasses import replace

import numpy as np

from tests.service.drags import TINY
from tests.service.running import Daemon
from tugline_protocol.blocking import Conversation, Pending
from tugline_protocol.messages import Generate, Invert, Inverted, NextFrame, Ping
from tugline_protocol.values import Image, InversionOptions, ModelRef, PictureFormat

CRITTERS = ModelRef("critters-2")
SHORT = InversionOptions(w_steps=4, wplus_steps=4, tuning_steps=0)
ENDLESS = InversionOptions(w_steps=100_000, wplus_steps=100_000, tuning_steps=100_000)


def short_inversion(talk: Conversation, model: ModelRef = TINY, *, tuning_steps: int = 0) -> Invert:
    """Return an inversion of few steps, of a picture that the model made."""
    made = talk.call(Generate(model, seed=5, picture=PictureFormat()))
    assert made.image is not None
    return Invert(model, made.image, options=replace(SHORT, tuning_steps=tuning_steps))


def endless_inversion(talk: Conversation) -> Invert:
    """Return an inversion of "large" that goes on for long: of noise, which it never meets."""
    return Invert(ModelRef("large"), noise(256), options=ENDLESS)


def noise(side: int) -> Image:
    """Return a picture that is of no model's kind."""
    draw = np.random.default_rng(3)
    return Image(side, side, "RGB", draw.integers(0, 256, 3 * side * side, np.uint8).tobytes())


def pixels(image: Image | None) -> np.ndarray:
    """Return the pixels of an RGB picture as int64 [height, width, 3]."""
    assert image is not None
    shape = (image.height, image.width, 3)
    return np.frombuffer(image.data, np.uint8).reshape(shape).astype(int)


def begin_seen(daemon: Daemon, talk: Conversation, invert: Invert) -> Pending[Inverted]:
    """Begin an inversion of which a frame is asked for before its first step."""
    with daemon.worker_held():
        inversion = talk.begin(invert)
        talk.notify(NextFrame(inversion.id))
        talk.call(Ping())
    return inversion
