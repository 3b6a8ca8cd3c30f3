"""The worker's exceptions, translated to the wire: the one place where that is done."""

from tugline_daemon.drag import DragError
from tugline_daemon.generator import GeneratorError
from tugline_daemon.library.errors import LibraryError, OtherWeights, UnknownModel
from tugline_protocol.errors import (
    BAD_FIELD,
    INTERNAL,
    MODEL_UNREADABLE,
    OUT_OF_MEMORY,
    UNKNOWN_MODEL,
    WRONG_WEIGHTS,
)
from tugline_protocol.messages import Error

from .failures import one_line

_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


def to_error(error: Exception) -> Error:
    """Return what the client is told of ``error``: a code, and a sentence that says what to do."""
    detail = one_line(error)
    if is_out_of_memory(error):
        return Error(
            OUT_OF_MEMORY,
            "The device has not enough memory for this; close other programs that use it, or take "
            "a smaller model.",
            detail=detail,
        )
    match error:
        case UnknownModel():
            return Error(UNKNOWN_MODEL, str(error), "model.name", detail)
        case OtherWeights():
            return Error(WRONG_WEIGHTS, str(error), "model.weights", detail)
        case LibraryError():
            return Error(MODEL_UNREADABLE, str(error), "model", detail)
        case DragError() | GeneratorError():
            return Error(BAD_FIELD, str(error), detail=detail)
        case _:
            return Error(
                INTERNAL,
                "The daemon failed on this request, the others go on; its log says why.",
                detail=detail,
            )


def is_out_of_memory(error: Exception) -> bool:
    """Say whether ``error`` is a lack of memory: torch has a type for it on CUDA alone."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error).lower() for words in _MEMORY_WORDS
    )
