"""An editor's event loop in small: what Qt or GLib does for a link, and nothing else."""

import select
import time
from collections.abc import Callable
from typing import Any, Self

from tests.service.running import PATIENCE
from tugline_edit.link import Link, LinkState, RemoteAddress
from tugline_protocol.messages import Answered, Error, Event

TICK_SECONDS = 0.4


class Editor:
    """Watches the link's descriptor, ticks, and keeps what it is told.

    ``ticks`` off leaves the descriptor alone to tell that something arrived. ``errors`` are those
    of all requests asked through ``ask``, ``replies`` their replies, by request id. ``longest`` is
    how much of this thread's own time the link took at once: a busy machine is no fault of its.
    """

    def __init__(
        self,
        remote: RemoteAddress | None = None,
        bridge: tuple[str, ...] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.link = Link(
            name="krita",
            version="5.2.9",
            on_change=self._changed,
            on_waiting=self._waiting,
            remote=remote,
            bridge=bridge,
            clock=clock,
        )
        self.states: list[LinkState] = []
        self.ticks = True
        self.replies: list[object] = []
        self.errors: list[Error] = []
        self.events: list[Event] = []
        self.longest = 0.0
        self._last_tick = 0.0
        self._soon = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def connected(self) -> Self:
        """Run until the link is ready and knows the models."""
        self.until(lambda: self.link.ready and self.link.models, "a link that is ready")
        return self

    def ask(self, request: Answered[Any]) -> str:
        return self.link.ask(
            request,
            on_reply=self.replies.append,
            on_error=self.errors.append,
            on_event=self.events.append,
        )

    def call(self, request: Answered[Any]) -> object:
        """Ask, and run until the one reply is there."""
        before = len(self.replies)
        self.ask(request)
        self.until(lambda: len(self.replies) > before, f"an answer; errors: {self.errors}")
        return self.replies[-1]

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Run the loop until ``condition`` holds; fail, saying what was waited for."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited {seconds:g} s in vain: {what}"
            self.turn()

    def turn(self) -> None:
        """Turn the loop once: wait 10 ms at the most."""
        number = self.link.fileno()
        readable, _, _ = select.select([number] if number is not None else [], [], [], 0.01)
        if readable or self._soon or self.link.polled:
            self._soon = False
            self._timed(self.link.drain)
        if self.ticks and time.monotonic() - self._last_tick > TICK_SECONDS:
            self._timed(self.link.tick)
            self._last_tick = time.monotonic()

    def _timed(self, act: Callable[[], None]) -> None:
        began = time.thread_time()
        act()
        self.longest = max(self.longest, time.thread_time() - began)

    def _changed(self) -> None:
        if not self.states or self.states[-1] is not self.link.state:
            self.states.append(self.link.state)

    def _waiting(self) -> None:
        self._soon = True
