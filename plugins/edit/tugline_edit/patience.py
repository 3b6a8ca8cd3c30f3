"""How long a daemon that is told to stop is waited for, until its worker counts as hung."""

import math
import time
from typing import Final

# At least so long, and so many times as long as the quickest step that was seen, or the quickest
# full picture: the end has one. Up to a limit: a large model without a GPU takes seconds for each.
STOP_MS: Final = 8000
STOP_STEPS: Final = 5
STOP_MOST_MS: Final = 60_000


class Patience:
    """Takes the time of a drag's steps."""

    def __init__(self) -> None:
        """Begin: the drag was asked for now."""
        self._heard = time.monotonic()
        self._quickest = {False: math.inf, True: math.inf}

    def take_step(self, *, full: bool) -> None:
        """Count a step that was made, and shown in full or as a draft, by now."""
        now = time.monotonic()
        self._quickest[full] = min(self._quickest[full], now - self._heard)
        self._heard = now

    @property
    def milliseconds(self) -> int:
        """How long an answer to a stop is waited for."""
        step = max((one for one in self._quickest.values() if one < math.inf), default=0.0)
        return round(min(max(STOP_MS, STOP_STEPS * 1000 * step), STOP_MOST_MS))
