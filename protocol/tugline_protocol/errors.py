"""Error codes of the wire, and the exceptions of this package.

::

    ProtocolError               anything this package raises
    +-- BadMessage              frames that are no message, or a field of the wrong type
    +-- DaemonUnreachable       no daemon found, or it does not answer (any more)
    |   +-- KeyRefused          the daemon does not list this user's key
    |   +-- BridgeFailed        what leads to the daemon cannot be used
    +-- RequestFailed           the daemon answered with an Error
"""

from typing import Final

BAD_MESSAGE: Final = "bad_message"
BAD_FIELD: Final = "bad_field"
TOO_LARGE: Final = "too_large"
UNSUPPORTED: Final = "unsupported"
VERSION: Final = "version"
HELLO_FIRST: Final = "hello_first"
DUPLICATE_ID: Final = "duplicate_id"
TOO_MANY_REQUESTS: Final = "too_many_requests"
UNKNOWN_MODEL: Final = "unknown_model"
UNKNOWN_TUNING: Final = "unknown_tuning"
WRONG_WEIGHTS: Final = "wrong_weights"
MODEL_UNREADABLE: Final = "model_unreadable"
NAME_TAKEN: Final = "name_taken"
LICENCE: Final = "licence"
DOWNLOAD_FAILED: Final = "download_failed"
WRONG_FILE: Final = "wrong_file"
DISK_FULL: Final = "disk_full"
DRAG_OVER: Final = "drag_over"
STOPPED: Final = "stopped"
OUT_OF_MEMORY: Final = "out_of_memory"
WORKER_DIED: Final = "worker_died"
SHUTTING_DOWN: Final = "shutting_down"
INTERNAL: Final = "internal"


class ProtocolError(Exception):
    """The root of this package's exceptions; its text is one sentence for a person."""


class BadMessage(ProtocolError):
    """Frames that are no message; ``field`` names the place, ``code`` is the wire's."""

    def __init__(self, text: str, *, field: str = "", code: str = BAD_MESSAGE) -> None:
        super().__init__(text)
        self.field = field
        self.code = code


class DaemonUnreachable(ProtocolError):
    """There is no daemon to talk to, or it stopped answering."""


class KeyRefused(DaemonUnreachable):
    """The daemon does not list this user's key."""


class BridgeFailed(DaemonUnreachable):
    """The bridge to the daemon cannot do its work; the text says why and what helps."""


class RequestFailed(ProtocolError):
    """The daemon answered a request with an Error: its code, field and detail."""

    def __init__(self, text: str, *, code: str, field: str = "", detail: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.field = field
        self.detail = detail
