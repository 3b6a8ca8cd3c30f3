"""What the tests of inversions have in common: a picture to invert, and inversions of few steps."""

from dataclasses import replace

from tests.service.running import Daemon
from tugline_protocol.blocking import Conversation, Pending
from tugline_protocol.messages import Generate, Invert, Inverted, NextFrame, Ping
from tugline_protocol.values import Image, InversionOptions, ModelRef, PictureFormat

CRITTERS = ModelRef("critters-2")
SHORT = InversionOptions(w_steps=4, wplus_steps=4, tuning_steps=0)
ENDLESS = InversionOptions(w_steps=100_000, wplus_steps=100_000, tuning_steps=100_000)


def picture(talk: Conversation, seed: int = 5, wanted: PictureFormat | None = None) -> Image:
    """Return a picture that the model made."""
    made = talk.call(Generate(CRITTERS, seed=seed, picture=wanted or PictureFormat()))
    assert made.image is not None
    return made.image


def short_inversion(talk: Conversation, *, tuning_steps: int = 0, seed: int = 5) -> Invert:
    options = replace(SHORT, tuning_steps=tuning_steps)
    return Invert(CRITTERS, picture(talk, seed), options=options)


def begin_seen(daemon: Daemon, talk: Conversation, invert: Invert) -> Pending[Inverted]:
    """Begin an inversion of which a frame is asked for before its first step."""
    with daemon.worker_held():
        inversion = talk.begin(invert)
        talk.notify(NextFrame(inversion.id))
        talk.call(Ping())
    return inversion
