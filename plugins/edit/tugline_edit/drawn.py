"""How arrows look over a picture, in any editor: what each of them shows, its sizes, its colours.

Every line is a light core in a dark casing, whatever the editor's theme, since what lies beneath is
the artist's picture. A handle's condition is told by its shape as well as by its colour. Sizes are
logical pixels of the view.
"""

import math
from dataclasses import dataclass
from typing import Final

from .geometry import XY
from .gestures import Gestures

# Red, green, blue and alpha, 0 to 255.
Ink = tuple[int, int, int, int]

HANDLE_RADIUS: Final = 6.5
TARGET_RADIUS: Final = 7.0
HEAD_LENGTH: Final = 11.0
HEAD_HALF_WIDTH: Final = 5.4
# How opaque an arrow is that would be removed if it were let go of now.
LEAVING: Final = 0.4
# What is selected or under the pointer is larger by so much.
_LARGER: Final = 2.0

CASING: Final[Ink] = (14, 16, 22, 190)
CORE: Final[Ink] = (255, 255, 255, 255)
INK: Final[Ink] = (14, 16, 22, 255)
FILLS: Final[dict[str, Ink]] = {
    "set": (42, 130, 255, 255),
    "moving": (42, 130, 255, 255),
    "reached": (28, 168, 92, 255),
    "stuck": (255, 176, 32, 255),
    "lost": (226, 48, 98, 255),
}


@dataclass(frozen=True)
class DrawnArrow:
    """One arrow as it is to be seen; ``handle`` and ``target`` in image pixels.

    ``condition`` is "set" (nothing runs) or the wire's "moving", "reached", "stuck", "lost".
    ``distance`` is what is left, in image pixels, written beside a moving handle. ``hovered`` is
    the end under the pointer, "handle" or "target". ``frozen``: the handle is outside of the
    selection. ``leaving``: it would be removed if it were let go of now.
    """

    handle: XY
    target: XY
    condition: str = "set"
    distance: float = 0.0
    selected: bool = False
    hovered: str | None = None
    frozen: bool = False
    leaving: bool = False

    @property
    def handle_radius(self) -> float:
        """How large its handle is drawn."""
        return self._grown(HANDLE_RADIUS, "handle")

    @property
    def target_radius(self) -> float:
        """How large its target is drawn."""
        return self._grown(TARGET_RADIUS, "target")

    def _grown(self, radius: float, end: str) -> float:
        return radius + _LARGER if self.selected or self.hovered == end else radius


def drawn_arrows(gestures: Gestures, frozen: frozenset[str]) -> tuple[DrawnArrow, ...]:
    """Return the arrows as they are to be seen, the selected one last: above the others.

    ``frozen`` are the ids of those whose handles lie outside of the selection.
    """
    hovered = gestures.hovered
    shown = [
        DrawnArrow(
            handle=arrow.handle,
            target=arrow.target,
            condition=arrow.condition,
            distance=arrow.distance,
            selected=arrow.id == gestures.selected,
            hovered=hovered.part.value if hovered and hovered.arrow == arrow.id else None,
            frozen=arrow.id in frozen,
            leaving=gestures.leaving and arrow.id == gestures.selected,
        )
        for arrow in gestures.arrows
    ]
    return tuple(sorted(shown, key=lambda arrow: arrow.selected))


def direction(handle: XY, target: XY) -> XY:
    """Return the unit vector from a handle to its target; to the right where they coincide."""
    length = math.dist(handle, target)
    if length == 0:
        return 1.0, 0.0
    return (target[0] - handle[0]) / length, (target[1] - handle[1]) / length


def beyond(point: XY, along: XY, distance: float) -> XY:
    """Return the place so far from ``point`` along a unit vector."""
    return point[0] + along[0] * distance, point[1] + along[1] * distance


def faded(ink: Ink, alpha: int) -> Ink:
    """Return ``ink`` with another alpha."""
    return (*ink[:3], alpha)
