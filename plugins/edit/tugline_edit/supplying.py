"""Tunings that the daemon does not have, given to it out of the document that carries them."""

from collections.abc import Callable

from tugline_protocol.messages import (
    Generate,
    Invert,
    KeepTuning,
    LoadModel,
    Render,
    Request,
    StartDrag,
)
from tugline_protocol.values import ModelRef

# The bytes of the tuning of that name, None where the document that is worked on has none.
Tunings = Callable[[str], bytes | None]


def no_tunings(_tuned: str) -> bytes | None:
    """Return nothing: no document is worked on."""
    return None


def supply(request: Request, tunings: Tunings) -> KeepTuning | None:
    """Return what gives the daemon the tuning that ``request`` names; None where that cannot be.

    Raises RecordError where the document's is damaged.
    """
    model = _model_of(request)
    data = tunings(model.tuned) if model is not None and model.tuned else None
    return KeepTuning(model, data) if model is not None and data is not None else None


def _model_of(request: Request) -> ModelRef | None:
    if isinstance(request, LoadModel | Generate | Render | StartDrag | Invert):
        return request.model
    return None
