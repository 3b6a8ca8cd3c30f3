"""Keeps a Link going in the editor's event loop: it watches its descriptor, or polls, and ticks."""

from collections.abc import Callable
from typing import Final

from .host import Loop, Ticking
from .link import Link

TICK_MS: Final = 400
# A connection without a descriptor (through a helper's standard streams) is looked at so often.
POLL_MS: Final = 20


class Pump:
    """Drives the link that ``make`` makes until ``close``; nothing of it ever waits.

    ``make(follow, soon)`` gets what the link has to call when it changed and when it has something
    to drain.
    """

    def __init__(
        self, loop: Loop, make: Callable[[Callable[[], None], Callable[[], None]], Link]
    ) -> None:
        """Begin at once: the first tick looks for a daemon."""
        self._loop = loop
        self._closed = False
        self._watching: Ticking | None = None
        self._watched: int | None = None
        self._polls = False
        self.link = make(self._follow, self._soon)
        self._ticking = loop.every(TICK_MS, self.link.tick)
        loop.later(0, self._tick)

    def close(self) -> None:
        """Drive the link no more, and close it."""
        self._closed = True
        self._ticking.stop()
        self._unwatch()
        self.link.close()

    def _tick(self) -> None:
        if not self._closed:
            self.link.tick()

    def _readable(self) -> None:
        self.link.drain()
        # The descriptor is edge-triggered: what came meanwhile might not fire again.
        self._soon()

    def _soon(self) -> None:
        self._loop.later(0, self._drain)

    def _drain(self) -> None:
        if not self._closed:
            self.link.drain()

    def _follow(self) -> None:
        """Watch what the link has now: a descriptor that is closed must not be watched."""
        if self._closed:
            return
        number, polls = self.link.fileno(), self.link.polled
        if (number, polls) == (self._watched, self._polls):
            return
        self._unwatch()
        if number is not None:
            self._watching = self._loop.watch(number, self._readable)
        elif polls:
            self._watching = self._loop.every(POLL_MS, self._drain)
        self._watched, self._polls = number, polls

    def _unwatch(self) -> None:
        if self._watching is not None:
            self._watching.stop()
        self._watching = self._watched = None
        self._polls = False
