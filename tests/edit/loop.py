"""An event loop in small: what Qt or GLib gives a plugin, and nothing else."""

import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.service.running import PATIENCE
from tugline_edit.guarding import tell


@dataclass(eq=False)
class Timer:
    """A call that is due at ``due``, again every ``period`` seconds unless that is None."""

    call: Callable[[], object]
    due: float
    period: float | None = None
    on: bool = True

    def stop(self) -> None:
        self.on = False


@dataclass(eq=False)
class Watch:
    """A call for whenever ``descriptor`` can be read."""

    call: Callable[[], object]
    descriptor: int
    on: bool = True

    def stop(self) -> None:
        self.on = False


@dataclass
class PlainLoop:
    """Timers and descriptors, served by ``turn``; ``faults`` are what calls raised."""

    timers: list[Timer] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def later(self, milliseconds: int, call: Callable[[], object]) -> None:
        self.timers.append(Timer(call, time.monotonic() + milliseconds / 1000))

    def every(self, milliseconds: int, call: Callable[[], object]) -> Timer:
        period = milliseconds / 1000
        timer = Timer(call, time.monotonic() + period, period)
        self.timers.append(timer)
        return timer

    def watch(self, descriptor: int, call: Callable[[], object]) -> Watch:
        watch = Watch(call, descriptor)
        self.watches.append(watch)
        return watch

    def turn(self) -> None:
        """Wait for something to happen, 5 ms at the most, and call whom it concerns."""
        self.timers = [timer for timer in self.timers if timer.on]
        self.watches = [watch for watch in self.watches if watch.on]
        soon = any(timer.due <= time.monotonic() for timer in self.timers)
        seen = [watch.descriptor for watch in self.watches]
        readable, _, _ = select.select(seen, [], [], 0 if soon else 0.005)
        for watch in tuple(self.watches):
            if watch.on and watch.descriptor in readable:
                self._do(watch.call)
        now = time.monotonic()
        for timer in [timer for timer in self.timers if timer.due <= now]:
            if timer.on:
                timer.on = timer.period is not None
                timer.due = now + (timer.period or 0)
                self._do(timer.call)

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Turn until ``condition`` holds; fail, saying what was waited for."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited {seconds:g} s in vain: {what}"
            self.turn()

    def _do(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as fault:  # noqa: BLE001 - as an editor's loop does: told, and on it goes
            self.faults.append(fault)
            tell(fault)
