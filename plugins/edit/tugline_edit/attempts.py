"""When a daemon that could not be reached is tried again."""

from collections.abc import Callable
from typing import Final

# Seconds between attempts at a daemon that cannot be reached: twice as long each time.
FIRST_PAUSE: Final = 0.5
LAST_PAUSE: Final = 8.0
# Seconds between attempts at one that refused, which somebody has to change.
REFUSED_PAUSE: Final = 30.0
# A connection that is lost before so many seconds counts as an attempt that failed.
STEADY_SECONDS: Final = 5.0


class Attempts:
    """The attempts at one daemon: what came of them, and whether it is time for another."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with none; ``clock`` counts seconds."""
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._next = clock()
        self._ready_since = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time for another attempt."""
        return self._clock() >= self._next

    def begin(self) -> None:
        """Forget what was: it is another daemon."""
        self._pause = FIRST_PAUSE
        self._next = self._clock()

    def succeeded(self) -> None:
        """Note that the daemon answered."""
        self._ready_since = self._clock()

    def failed(self) -> None:
        """Note that it did not answer."""
        self._next = self._clock() + self._pause
        self._pause = min(2 * self._pause, LAST_PAUSE)

    def lost(self) -> None:
        """Note that it is gone: it is looked for at once, unless it never stays for long."""
        if self._clock() - self._ready_since > STEADY_SECONDS:
            self.begin()
        else:
            self.failed()

    def refused(self) -> None:
        """Note that it does not want this client."""
        self._next = self._clock() + REFUSED_PAUSE
