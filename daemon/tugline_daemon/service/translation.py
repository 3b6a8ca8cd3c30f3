"""The worker's exceptions, translated to the wire: the one place where that is done."""

from typing import Final

from tugline_daemon.checkpoint.errors import BadTuning, CheckpointError
from tugline_daemon.drag import DragError
from tugline_daemon.generator import GeneratorError
from tugline_daemon.inversion import InversionError
from tugline_daemon.library.errors import (
    LibraryError,
    NotWritten,
    OtherWeights,
    UnknownModel,
    UnknownTuning,
)
from tugline_protocol.errors import (
    BAD_FIELD,
    DISK_FULL,
    INTERNAL,
    MODEL_UNREADABLE,
    OUT_OF_MEMORY,
    UNKNOWN_MODEL,
    UNKNOWN_TUNING,
    WRONG_WEIGHTS,
)
from tugline_protocol.messages import Error

from .errors import Refused
from .failures import one_line

# The first that an error is one of says its code and field.
_KINDS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...]] = (
    (UnknownModel, UNKNOWN_MODEL, "model.name"),
    (OtherWeights, WRONG_WEIGHTS, "model.weights"),
    (UnknownTuning, UNKNOWN_TUNING, "model.tuned"),
    (BadTuning, BAD_FIELD, "model.tuned"),
    (NotWritten, DISK_FULL, ""),
    (LibraryError, MODEL_UNREADABLE, "model"),
    (CheckpointError, MODEL_UNREADABLE, ""),
    ((DragError, GeneratorError, InversionError), BAD_FIELD, ""),
)
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
    if isinstance(error, Refused):
        return Error(error.code, str(error), error.field, detail)
    for kinds, code, field in _KINDS:
        if isinstance(error, kinds):
            return Error(code, str(error), field, detail)
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
