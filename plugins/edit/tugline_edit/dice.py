"""The die that chooses seeds: its face, and its throw."""

import random
from typing import Final

from .geometry import XY
from .preferences import SEED_MOST

# The middles of a five's pips, in sides of the die.
PIPS: Final[tuple[XY, ...]] = ((0.28, 0.28), (0.72, 0.28), (0.5, 0.5), (0.28, 0.72), (0.72, 0.72))


def thrown() -> int:
    """Return a seed, any of all with the same chance."""
    return random.randint(0, SEED_MOST)  # noqa: S311 - a picture, no secret
