"""Whether steps still gain something, and how many more will."""

import math
from dataclasses import dataclass, field


@dataclass
class Gains:
    """The lowest loss after each step of one stage.

    A stage is over once the last `window` steps lowered it by less than the share `least`.
    """

    window: int
    least: float
    _lowest: list[float] = field(default_factory=list)

    def add(self, loss: float) -> None:
        """Take what the last step found."""
        self._lowest.append(min(loss, self._lowest[-1]) if self._lowest else loss)

    @property
    def steps(self) -> int:
        """How many steps it knows of."""
        return len(self._lowest)

    @property
    def are_over(self) -> bool:
        """Whether the last steps gained too little."""
        return len(self._lowest) > self.window and self._gain(0) < self.least

    def steps_left(self, limit: int, usual: int) -> int:
        """Guess how many more steps will be made of `limit` in all, of which `usual` are usual.

        Once there are two windows, their gains say how fast they shrink.
        """
        made = len(self._lowest)
        left = max(0, limit - made)
        guess = max(usual - made, self.window)
        if made > 2 * self.window:
            before, now = self._gain(self.window), self._gain(0)
            if self.least < now < before:
                windows = math.log(now / self.least) / math.log(before / now)
                guess = max(1, math.ceil(windows * self.window))
        return min(left, guess)

    def _gain(self, ago: int) -> float:
        """The share by which the window that ended so many steps ago lowered the loss."""
        end = self._lowest[-1 - ago]
        begin = self._lowest[-1 - ago - self.window]
        return 1 - end / begin if begin > 0 else 0.0
