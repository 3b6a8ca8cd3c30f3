"""How long an inversion still takes, by how long its steps took."""

from collections import deque
from collections.abc import Callable, Mapping
from statistics import median

Clock = Callable[[], float]

# The median of so many steps is their pace: one during which the machine did something else does
# not count.
_STEPS = 9


class Pace:
    """Measures the steps of phases, one phase after the other.

    What is between two steps counts as the second one's: frames that are drawn, other work.
    """

    def __init__(self, costs: Mapping[str, float], clock: Clock) -> None:
        """Take the phases in their order with what a step of each costs against one of the others.

        `clock` returns seconds.
        """
        self._costs = costs
        self._clock = clock
        self._began = self._last = clock()
        self._seconds: dict[str, deque[float]] = {}
        self._done = 0.0

    @property
    def spent(self) -> float:
        """The seconds since the beginning."""
        return self._last - self._began

    def tick(self, phase: str) -> None:
        """Take note that a step of a phase has just been made."""
        now = self._clock()
        self._seconds.setdefault(phase, deque(maxlen=_STEPS)).append(now - self._last)
        self._last = now

    def seconds_a_step(self, phase: str) -> float | None:
        """Return the pace of a phase, or that of the last one before it by what it costs more.

        None where nothing is known.
        """
        known = [(name, self._seconds[name]) for name in self._costs if name in self._seconds]
        if phase in self._seconds:
            return median(self._seconds[phase])
        if not known:
            return None
        name, seconds = known[-1]
        return median(seconds) * self._costs[phase] / self._costs[name]

    def seconds_left(self, steps: Mapping[str, int]) -> float:
        """Return how long so many more steps of each phase take; -1 where nothing is known."""
        paces = {phase: self.seconds_a_step(phase) for phase in steps}
        known = [
            count * pace
            for count, pace in zip(steps.values(), paces.values(), strict=True)
            if pace is not None
        ]
        return sum(known) if known or not steps else -1.0

    def done(self, seconds_left: float) -> float:
        """Return how much of the whole is done, 0 to 1; it never goes back."""
        if seconds_left >= 0:
            whole = self.spent + seconds_left
            self._done = max(self._done, self.spent / whole if whole > 0 else 1.0)
        return self._done
