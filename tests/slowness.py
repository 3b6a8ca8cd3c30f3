"""How slow this machine is at present, so that a limit in seconds holds on a slower one as well."""

import time
from typing import Final

# What the loop below takes of a processor on the machine whose limits the tests name.
_LOOP_SECONDS: Final = 0.004


def slowness() -> float:
    """Return by how much a limit of that machine's grows on this one; at least 1."""
    return max(1.0, min(_loop() for _ in range(5)) / _LOOP_SECONDS)


def _loop() -> float:
    begun = time.thread_time()
    sum(number * number for number in range(100_000))
    return time.thread_time() - begun
