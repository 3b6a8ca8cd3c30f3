"""The door: frames from a client become a message whose every field is within its range.

The ranges stand beside the protocol's own fields; pydantic checks them. What needs a model's card
or the state of a drag to be judged is in ``checks.py``.
"""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tugline_protocol.codec import decode
from tugline_protocol.errors import TOO_LARGE, UNSUPPORTED, BadMessage
from tugline_protocol.messages import (
    FROM_CLIENT,
    RESERVED,
    Align,
    DescribeModel,
    Message,
    RemoveModel,
)
from tugline_protocol.values import Buffer, Limits, ModelRef

from .errors import Refused

# What pydantic says of a value, where it says it in words that mean nothing to an artist.
_WORDS = {
    "finite_number": "has to be a finite number",
    "greater_than_equal": "has to be at least {ge:g}",
    "less_than_equal": "has to be at most {le:g}",
    "too_short": "needs at least {min_length} of them",
    "too_long": "may have at most {max_length} of them",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "literal_error": "has to be one of {expected}",
}

# These take no tuning of a model.
_UNTUNED = (DescribeModel, RemoveModel, Align)
_SHA256 = r"[0-9a-f]{64}"

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind) for name, kind in FROM_CLIENT.items()
}


def read(frames: Sequence[Buffer], limits: Limits) -> tuple[str, Message]:
    """Return the request id and the message of ``frames``.

    Raises Refused with the field and the limit, and BadMessage where the frames do not even begin
    with an id to answer to.
    """
    try:
        request_id, message = decode(frames, FROM_CLIENT, limits)
    except BadMessage as error:
        if error.field == "id":
            raise
        raise Refused(_sentence(error), field=error.field, code=error.code) from error
    if not request_id:
        raise BadMessage("The message begins with an empty request id.", field="id")
    try:
        _ADAPTERS[type(message).__name__].validate_python(message)
    except ValidationError as error:
        raise _refusal(error) from error
    _check_tuned(message)
    return request_id, message


def _sentence(error: BadMessage) -> str:
    """Return the error's sentence; of a type that is reserved, say that it is to come."""
    reserved = next((name for name in RESERVED if repr(name) in str(error)), None)
    if error.code == UNSUPPORTED and reserved:
        return f"This version of Tugline does not offer {reserved} yet."
    return str(error)


def _check_tuned(message: Message) -> None:
    """Check that a tuning is named by a hash, and only where one makes a difference."""
    model = getattr(message, "model", None)
    if not isinstance(model, ModelRef) or not model.tuned:
        return
    if isinstance(message, _UNTUNED):
        raise Refused(
            f"{type(message).__name__} is about the model as it is; leave model.tuned empty.",
            field="model.tuned",
        )
    if not re.fullmatch(_SHA256, model.tuned):
        raise Refused(
            "The field model.tuned has to be 64 lower-case hexadecimal digits, or empty.",
            field="model.tuned",
        )


def _refusal(error: ValidationError) -> Refused:
    """Translate pydantic's errors into one sentence about the one nearest to the message's root.

    An item that failed makes its array look too short besides, hence the deepest place counts.
    """
    found = error.errors(include_url=False, include_input=False)
    first = max(found, key=lambda one: len(one["loc"]))
    path = _path(first["loc"])
    words = _WORDS.get(first["type"])
    said = words.format(**first.get("ctx", {})) if words else first["msg"].lower()
    code = TOO_LARGE if first["type"] == "too_long" else "bad_field"
    return Refused(f"The field {path} {said}.", field=path, code=code)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier():
            path += f".{part}" if path else part
    return path
