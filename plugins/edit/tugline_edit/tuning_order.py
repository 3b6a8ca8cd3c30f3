"""The bytes of a tuning from the daemon, for the document to carry."""

import hashlib
from collections.abc import Callable

from tugline_protocol.errors import ProtocolError
from tugline_protocol.messages import FetchTuning, TuningFetched
from tugline_protocol.values import ModelRef

from .host import Loop
from .link import Link
from .storage import TUNING_BYTES

# So long they are waited for; the daemon has them on its disk.
ANSWER_MS = 30_000


class TuningOrder:
    """Fetches what ``model.tuned`` names; ``done`` gets the bytes, b"" where they do not come.

    It is called once, unless ``cancel`` came first.
    """

    def __init__(
        self, link: Link, loop: Loop, model: ModelRef, done: Callable[[bytes], None]
    ) -> None:
        """Send for them."""
        self._tuned = model.tuned
        self._done: Callable[[bytes], None] | None = done
        loop.later(ANSWER_MS, lambda: self._end(b""))
        try:
            link.ask(
                FetchTuning(model),
                on_reply=self._take,
                on_error=lambda _error: self._end(b""),
            )
        except ProtocolError:
            self._end(b"")

    def cancel(self) -> None:
        """Call nobody back any more."""
        self._done = None

    def _take(self, reply: TuningFetched) -> None:
        data = bytes(reply.data)
        fits = len(data) <= TUNING_BYTES and hashlib.sha256(data).hexdigest() == self._tuned
        self._end(data if fits else b"")

    def _end(self, data: bytes) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(data)
