"""Callbacks that fail: the artist gets one line, the log the rest, and the editor notices nothing.

Nothing is swallowed: each fault is written to the plugin's log in the state folder (``open_log``)
with its traceback, and told to everybody who listens (message lines).
"""

import functools
import inspect
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, TypeVar

from tugline_protocol.endpoint import state_folder
from tugline_protocol.errors import ProtocolError

LOG_BYTES: Final = 1_000_000

Result = TypeVar("Result")
Listener = Callable[[str], None]

_log_name = "plugin.log"
_listeners: list[Listener] = []
_plain: tuple[type[Exception], ...] = (ProtocolError,)


def guarded(slot: Callable[..., Result]) -> Callable[..., Result | None]:
    """Let a callback fail in peace: the fault is logged and told, the callback returns None.

    Arguments beyond those that it takes are left out, as Qt does: ``clicked(bool)`` may be
    connected to a method without arguments.
    """
    otherwise: Result | None = None
    return guarded_returning(otherwise)(slot)


def guarded_returning(
    otherwise: Result,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Guard a callback that the editor wants a result of; at a fault that is ``otherwise``."""

    def guard(slot: Callable[..., Result]) -> Callable[..., Result]:
        most = _most_arguments(slot)

        @functools.wraps(slot)
        def run(*arguments: object) -> Result:
            try:
                return slot(*arguments[:most])
            except Exception as fault:  # noqa: BLE001 - the last one before the editor: told and logged
                tell(fault)
                return otherwise

        return run

    return guard


def tell(fault: Exception) -> None:
    """Write a fault to the log with its traceback, and its sentence to everybody who listens."""
    log().error("%s", fault, exc_info=fault)
    sentence = sentence_for(fault)
    for listener in tuple(_listeners):
        _say(listener, sentence)


def sentence_for(fault: Exception) -> str:
    """Return what the artist reads about ``fault``: its own sentence if it is of a plain kind."""
    if isinstance(fault, _plain):
        return str(fault)
    kind = type(fault).__name__
    return f"Something went wrong in Tugline ({kind}); the details are in {log_file()}."


def say_plainly(*kinds: type[Exception]) -> None:
    """Declare exceptions whose text is a sentence for the artist."""
    global _plain  # noqa: PLW0603 - one list for the process, added to while modules load
    _plain = (*_plain, *kinds)


def listen(listener: Listener) -> None:
    """Call ``listener`` with the sentence of every fault from now on."""
    _listeners.append(listener)


def unlisten(listener: Listener) -> None:
    """Call ``listener`` no more."""
    if listener in _listeners:
        _listeners.remove(listener)


def open_log(name: str) -> None:
    """Write the log to the file ``name`` in the state folder. Call it before anything is logged."""
    global _log_name  # noqa: PLW0603 - one log for the process, named once at its start
    _log_name = name


def log_file() -> Path:
    """Return where the plugin writes its log."""
    return state_folder() / _log_name


@functools.cache
def log() -> logging.Logger:
    """Return the plugin's logger; without a folder to write to, it writes to stderr."""
    logger = logging.getLogger("tugline")
    logger.propagate = False
    handler: logging.Handler
    try:
        log_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_file(), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    return logger


def _say(listener: Listener, sentence: str) -> None:
    try:
        listener(sentence)
    except Exception:  # noqa: BLE001 - this is where faults end; it is logged
        log().exception("a listener failed")


def _most_arguments(slot: Callable[..., object]) -> int | None:
    """How many positional arguments ``slot`` takes; None = any number."""
    kinds = [parameter.kind for parameter in inspect.signature(slot).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(kind in named for kind in kinds)
