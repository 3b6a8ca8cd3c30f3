"""Arrows: handle points with their targets, as the artist sees them, in image pixels."""

import math
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from tugline_protocol.values import PointState

from .geometry import XY

# The condition of an arrow that no drag has touched since it was set.
SET: Final = "set"
# As many as a drag may have points; the protocol's own limit.
MOST_ARROWS: Final = 128


@dataclass(frozen=True)
class Arrow:
    """A handle, where it goes, and where it comes from.

    ``handle`` is where the handle is tracked now, ``target`` where it shall go. ``origin`` is where
    it was in the picture in which it was set, and ``reference`` names that picture: the blob key of
    its latent. ``condition`` is "set", or what the daemon said of it last ("moving", "reached",
    "stuck", "lost"). A handle that is set anew, by hand, gets a new ``id`` (1 to 64 characters).
    """

    id: str
    handle: XY
    target: XY
    origin: XY
    reference: str
    condition: str = SET

    @property
    def distance(self) -> float:
        """What is left from the handle to its target, in image pixels."""
        return math.dist(self.handle, self.target)


@dataclass(frozen=True)
class Arrows:
    """The arrows of an edit, oldest first; every change gives new Arrows.

    Methods that take an id raise KeyError where there is no such arrow, except ``get``.
    """

    items: tuple[Arrow, ...] = ()

    def __iter__(self) -> Iterator[Arrow]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def get(self, arrow_id: str) -> Arrow | None:
        """Return the arrow called ``arrow_id``, or None."""
        return next((arrow for arrow in self.items if arrow.id == arrow_id), None)

    def add(self, handle: XY, target: XY, reference: str) -> "tuple[Arrows, Arrow]":
        """Return these and a new arrow, set in the picture of ``reference``, and that arrow."""
        arrow = Arrow(_new_id(), handle, target, handle, reference)
        return Arrows((*self.items, arrow)), arrow

    def with_target(self, arrow_id: str, target: XY) -> "Arrows":
        """Return these with another target for one; what was reached or stuck moves again."""
        old = self._have(arrow_id)
        if target == old.target:
            return self
        condition = SET if old.condition == SET else "moving"
        return self._swap(old, replace(old, target=target, condition=condition))

    def with_handle(self, arrow_id: str, handle: XY, reference: str) -> "tuple[Arrows, Arrow]":
        """Return these with one handle set anew in the picture of ``reference``, and its arrow."""
        old = self._have(arrow_id)
        anew = Arrow(_new_id(), handle, old.target, handle, reference)
        return self._swap(old, anew), anew

    def without(self, arrow_id: str) -> "Arrows":
        """Return these without one."""
        gone = self._have(arrow_id)
        return Arrows(tuple(arrow for arrow in self.items if arrow is not gone))

    def replaced(self, arrow_id: str, arrow: Arrow) -> "Arrows":
        """Return these with ``arrow`` in the place of the one called ``arrow_id``."""
        return self._swap(self._have(arrow_id), arrow)

    def tracked(self, points: Iterable[PointState]) -> "Arrows":
        """Return these with handles and conditions as a frame tells them.

        Points that are not among these are passed over; targets stay the artist's own, which may
        be newer than the frame's.
        """
        told = {point.id: point for point in points}
        return Arrows(
            tuple(
                replace(arrow, handle=told[arrow.id].handle, condition=told[arrow.id].state)
                if arrow.id in told
                else arrow
                for arrow in self.items
            )
        )

    def clamped(self, width: int, height: int) -> "Arrows":
        """Return these with handles and targets brought into a picture of that size."""
        return Arrows(
            tuple(
                replace(
                    arrow,
                    handle=clamp(arrow.handle, width, height),
                    target=clamp(arrow.target, width, height),
                )
                for arrow in self.items
            )
        )

    def _have(self, arrow_id: str) -> Arrow:
        arrow = self.get(arrow_id)
        if arrow is None:
            raise KeyError(arrow_id)
        return arrow

    def _swap(self, old: Arrow, new: Arrow) -> "Arrows":
        return Arrows(tuple(new if arrow is old else arrow for arrow in self.items))


def clamp(point: XY, width: int, height: int) -> XY:
    """Return the place in a picture of ``width`` x ``height``, border included, next to a point."""
    x, y = point
    return min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))


def _new_id() -> str:
    return uuid.uuid4().hex
