"""What the worker is asked for, checked before it is handed over."""

from tugline_daemon.library.cards import Card
from tugline_protocol.messages import (
    Align,
    FetchTuning,
    Generate,
    Invert,
    KeepTuning,
    Mix,
    Render,
    StartDrag,
)
from tugline_protocol.values import Limits

from . import checks, inversion_checks
from .ledger import DragState
from .work import Work


def check_work(message: Work, card: Card, limits: Limits) -> DragState | None:
    """Check a request with the card of its model; return what is to be known of a drag.

    Raises Refused with the field and the limit.
    """
    match message:
        case Generate():
            checks.check_generate(message, card, limits)
        case Render():
            checks.check_render(message, card, limits)
        case Mix():
            checks.check_mix(message, card, limits)
        case Invert():
            inversion_checks.check_invert(message, card, limits)
        case Align():
            inversion_checks.check_align(message)
        case FetchTuning() | KeepTuning():
            inversion_checks.check_tuning_named(message)
        case StartDrag():
            checks.check_start(message, card, limits)
            return DragState(
                card=card,
                points={point.id for point in message.points},
                frames=message.frames,
                composite=message.options.composite,
            )
    return None
