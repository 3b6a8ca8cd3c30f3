"""How long a daemon that is told to stop is waited for, until its worker counts as hung."""

import math
import time
from typing import Final

# At least so long, and so many times as long as the quickest step that was seen, up to a limit:
# a large model without a GPU takes seconds for each.
STOP_MS: Final = 8000
STOP_STEPS: Final = 5
STOP_MOST_MS: Final = 60_000


class Patience:
    """Takes the time of a drag's steps."""

    def __init__(self) -> None:
        """Begin: the drag was asked for now."""
        self._heard = time.monotonic()
        self._quickest = math.inf

    def take_step(self) -> None:
        """Count a step that was made by now."""
        now = time.monotonic()
        self._heard, self._quickest = now, min(self._quickest, now - self._heard)

    @property
    def milliseconds(self) -> int:
        """How long an answer to a stop is waited for."""
        step = self._quickest if self._quickest < math.inf else 0.0
        return round(min(max(STOP_MS, STOP_STEPS * 1000 * step), STOP_MOST_MS))
