"""The worker's rest: what it does once it has had nothing to do for a while."""

import math
import time
from collections.abc import Callable
from typing import Final

# Giving memory back takes up to a tenth of a second, and taking it again as long.
REST_SECONDS: Final = 3.0


class Rest:
    """Calls ``begin`` once, ``REST_SECONDS`` after the last thing that was done."""

    def __init__(
        self, begin: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare; ``clock`` tells seconds."""
        self._begin = begin
        self._clock = clock
        self._due = math.inf

    def note(self, *, busy: bool) -> None:
        """Take note of a turn of the loop: whether it did something."""
        if busy:
            self._due = self._clock() + REST_SECONDS
        elif self._due <= self._clock():
            self._due = math.inf
            self._begin()

    @property
    def wakes_in(self) -> float:
        """Seconds until the rest begins unless something is done, else infinite."""
        return max(0.0, self._due - self._clock())
