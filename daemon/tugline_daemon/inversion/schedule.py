"""Which stages an inversion goes through, when each is over, and how long it all still takes."""

from dataclasses import dataclass
from typing import Final

from .gains import Gains
from .pace import Clock, Pace
from .settings import InversionSettings
from .steps import Stage

STAGES: Final[tuple[Stage, ...]] = ("w", "w+", "tuning")
LOOKING: Final = "looking"
"""What comes before all stages."""


@dataclass(frozen=True)
class _Manner:
    """How a stage usually goes.

    Attributes:
        cost: what a step costs, against one in W. What is measured meanwhile takes its place.
        usual: how many steps it usually takes until they gain nothing more.
        window: it is over when so many steps lower the loss by less than ``least``, a share.
        share: until what part of the time there is it goes on, where another stage follows.
    """

    cost: float
    usual: int
    window: int
    least: float
    share: float


# Costs and usual steps as on critters-2, with its held-out pictures.
_MANNERS: Final[dict[Stage, _Manner]] = {
    "w": _Manner(cost=1.0, usual=110, window=20, least=0.04, share=0.2),
    "w+": _Manner(cost=1.0, usual=120, window=40, least=0.02, share=0.5),
    "tuning": _Manner(cost=3.2, usual=200, window=40, least=0.03, share=1.0),
}
_COST_OF_LOOKING: Final = 0.5
# So many steps of a stage are made whatever time they take.
_FEWEST: Final = 20


class Schedule:
    """Follows an inversion through its stages."""

    def __init__(self, settings: InversionSettings, first: Stage, clock: Clock) -> None:
        """Plan the stages from `first` on; the time begins now."""
        self._limits: dict[Stage, int] = {
            "w": settings.w_steps,
            "w+": settings.wplus_steps,
            "tuning": settings.tuning_steps,
        }
        self.stages = tuple(stage for stage in STAGES[STAGES.index(first) :] if self._limits[stage])
        self._whole = settings.seconds
        self._pace = Pace(
            {LOOKING: _COST_OF_LOOKING, **{one: _MANNERS[one].cost for one in STAGES}}, clock
        )
        self._gains = {
            stage: Gains(_MANNERS[stage].window, _MANNERS[stage].least) for stage in self.stages
        }
        self._made: dict[Stage, int] = dict.fromkeys(self.stages, 0)
        self._left: dict[str, int] = {LOOKING: 0}
        self._left |= {
            stage: min(self._limits[stage], _MANNERS[stage].usual) for stage in self.stages
        }

    def looked(self, batches_left: int) -> None:
        """Take note of a step before the stages, and of how many more of them there are."""
        self._left[LOOKING] = batches_left
        self._pace.tick(LOOKING)

    def stepped(self, stage: Stage, loss: float, *, is_settled: bool = True) -> bool:
        """Take note of a step of `stage` and the loss that it found; return whether it is over.

        What is found before it `is_settled` which way it goes tells nothing of gains.
        """
        self._pace.tick(stage)
        self._made[stage] += 1
        gains, usual = self._gains[stage], _MANNERS[stage].usual
        if is_settled:
            gains.add(loss)
        left = 0
        if not gains.are_over:
            tried = self._made[stage] - gains.steps
            guess = gains.steps_left(self._limits[stage] - tried, usual - tried)
            left = min(guess, self._in_time(stage))
        self._left[stage] = left
        return left == 0

    def steps_in_time(self, stage: Stage) -> int:
        """Return how many more steps of a stage are allowed, as far as there is time for them."""
        return min(self._limits[stage] - self._made.get(stage, 0), self._in_time(stage))

    def _in_time(self, stage: Stage) -> int:
        pace = self._pace.seconds_a_step(stage)
        if self._whole is None or not pace:
            return self._limits[stage]
        share = 1.0 if stage == self.stages[-1] else _MANNERS[stage].share
        in_time = int((share * self._whole - self._pace.spent) / pace)
        return max(in_time, _FEWEST - self._made.get(stage, 0), 0)

    @property
    def seconds_left(self) -> float:
        """The honest guess; -1 where there is none yet."""
        left = self._pace.seconds_left(self._left)
        if self._whole is None:
            return left
        fewest = {LOOKING: self._left[LOOKING]}
        for stage in self.stages:
            fewest[stage] = min(self._left[stage], max(0, _FEWEST - self._made[stage]))
        least = self._pace.seconds_left(fewest)
        return min(left, max(least, self._whole - self._pace.spent))

    @property
    def done(self) -> float:
        """How much of the whole is done, 0 to 1; it never goes back."""
        return self._pace.done(self.seconds_left)
