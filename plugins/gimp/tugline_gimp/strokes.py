"""What the strokes of a path mean for the arrows, and the arrows as strokes. Nothing here is GIMP.

A stroke is an arrow from its first anchor, the handle, to its last, the target; anchors and curves
between them mean nothing. A stroke of one anchor is a handle that has no target yet. A closed
stroke is an outline and no arrow. Ends outside of the picture count as its nearest border, and
strokes beyond MOST_ARROWS wait until others are gone.

Strokes have numbers in GIMP, but an undo deals them anew. So a stroke is known by its anchors: as
long as its first one stays it is the same arrow. One that is elsewhere is a handle set anew, with
one exception: where both lay together, as they do when a drag has arrived, the one that is pulled
away is the target, whichever GIMP gave to the hand.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tugline_edit.arrows import MOST_ARROWS, Arrow, Arrows, clamp
from tugline_edit.geometry import XY, Placement

# Document pixels that a place may be off and still be the same: .xcf files round to 32 bit floats.
SAME_PLACE: Final = 0.01
# Two ends lie together within this part of the picture's width, and within so many image pixels at
# least: a drag that has arrived left no more between them, in each direction.
TOGETHER: Final = 1 / 200
TOGETHER_LEAST: Final = 1.5
_ANCHOR: Final = 6  # numbers an anchor: the control point before it, itself, the one after it


@dataclass(frozen=True)
class Stroke:
    """One stroke as GIMP has it, in document pixels.

    ``points`` are x and y of three control points for each anchor: before it, itself, after it.
    """

    points: tuple[float, ...]
    closed: bool = False

    @classmethod
    def straight(cls, first: XY, last: XY) -> "Stroke":
        """Return the line from ``first`` to ``last``."""
        return cls((*first, *first, *first, *last, *last, *last))

    @property
    def anchors(self) -> int:
        """How many anchors it has."""
        return len(self.points) // _ANCHOR

    @property
    def first(self) -> XY:
        """Its first anchor."""
        return self.points[2], self.points[3]

    @property
    def last(self) -> XY:
        """Its last anchor."""
        return self.points[-4], self.points[-3]

    @property
    def is_arrow(self) -> bool:
        """Whether it leads from somewhere to somewhere."""
        return self.anchors > 1 and not self.closed

    @property
    def is_handle(self) -> bool:
        """Whether it is a handle that has no target yet."""
        return self.anchors == 1 and not self.closed


@dataclass(frozen=True)
class Drawn:
    """A stroke and the id of the arrow that it is; ``backwards``: from its target to its handle."""

    stroke: Stroke
    arrow: str
    backwards: bool = False

    @property
    def handle(self) -> XY:
        """Where its handle is, in document pixels."""
        return self.stroke.last if self.backwards else self.stroke.first

    @property
    def target(self) -> XY:
        """Where its target is, in document pixels."""
        return self.stroke.first if self.backwards else self.stroke.last


def drawn(arrows: Arrows, placement: Placement) -> tuple[Drawn, ...]:
    """Return ``arrows`` as straight strokes over a picture at ``placement``."""
    place = placement.to_document.map
    return tuple(
        Drawn(Stroke.straight(place(one.handle), place(one.target)), one.id) for one in arrows
    )


def arrows_among(strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """Return the strokes that count: as many as a drag can have."""
    return _parted(strokes)[0]


def handles_among(strokes: Sequence[Stroke], placement: Placement) -> tuple[XY, ...]:
    """Return the handles that have no target yet, in pixels of the picture at ``placement``."""
    return tuple(_inside(stroke.first, placement) for stroke in strokes if stroke.is_handle)


def same(strokes: Sequence[Stroke], arrows: Arrows, placement: Placement) -> bool:
    """Whether ``strokes`` show ``arrows``, in that order and to within rounding."""
    shown = arrows_among(strokes)
    return len(shown) == len(arrows) and all(
        _shows(stroke, arrow, placement) for stroke, arrow in zip(shown, arrows, strict=True)
    )


def with_arrows(
    strokes: Sequence[Stroke], arrows: Arrows, placement: Placement
) -> tuple[Stroke, ...]:
    """Return the strokes of a path that shows ``arrows`` and keeps what does not count.

    A stroke that shows an arrow already stays as the artist drew it, curves and all.
    """
    counted, rest = _parted(strokes)
    have, shown = list(counted), []
    for wanted, arrow in zip(drawn(arrows, placement), arrows, strict=True):
        kept = next((one for one in have if _shows(one, arrow, placement)), None)
        if kept is not None:
            have.remove(kept)
        shown.append(kept or wanted.stroke)
    return (*shown, *rest)


def follow(
    before: Sequence[Drawn],
    strokes: Sequence[Stroke],
    arrows: Arrows,
    placement: Placement,
    reference: str,
) -> tuple[Arrows, tuple[Drawn, ...]]:
    """Return ``arrows`` after the artist changed a path, and what its strokes are now.

    ``before`` is what they were. A stroke that did not change leaves its arrow as it is, whatever
    has moved that meanwhile, and an arrow that no stroke showed stays. A handle that was set anew
    is set in the picture of ``reference``, the blob key of its latent.
    """
    counted = arrows_among(strokes)
    now: list[Drawn] = []
    for stroke, known in zip(counted, _known(before, counted, placement), strict=True):
        if known is None or (known.aimed and arrows.get(known.now.arrow) is None):
            ends = _inside(stroke.first, placement), _inside(stroke.last, placement)
            arrows, arrow = arrows.add(*ends, reference)
            now.append(Drawn(stroke, arrow.id))
            continue
        if known.aimed:
            target = _inside(known.now.target, placement)
            arrows = arrows.with_target(known.now.arrow, target)
        now.append(known.now)
    return _in_order(arrows, before, now), tuple(now)


@dataclass(frozen=True)
class _Known:
    """A stroke that is the same arrow as before: what it was and what it is."""

    before: Drawn
    now: Drawn

    @property
    def aimed(self) -> bool:
        """Whether its target is elsewhere."""
        return not _near(self.before.target, self.now.target)


@dataclass(frozen=True)
class _Likeness:
    """Whether a stroke may be what an earlier one was, over a picture at ``placement``."""

    placement: Placement

    def unchanged(self, old: Drawn, stroke: Stroke) -> Drawn | None:
        """Both ends are where they were."""
        new = Drawn(stroke, old.arrow, old.backwards)
        stays = self._near(new.handle, old.handle) and self._near(new.target, old.target)
        return new if stays else None

    def aimed(self, old: Drawn, stroke: Stroke) -> Drawn | None:
        """The handle is where it was."""
        new = Drawn(stroke, old.arrow, old.backwards)
        return new if self._near(new.handle, old.handle) else None

    def turned(self, old: Drawn, stroke: Stroke) -> Drawn | None:
        """The ends lay together, and what was the handle was pulled away."""
        new = Drawn(stroke, old.arrow, not old.backwards)
        stays = self._near(new.handle, old.target)
        return new if stays and self._together(old) else None

    def _together(self, old: Drawn) -> bool:
        ends = _inside(old.handle, self.placement), _inside(old.target, self.placement)
        return math.dist(*ends) <= max(TOGETHER_LEAST, TOGETHER * self.placement.width)

    def _near(self, one: XY, other: XY) -> bool:
        place = self.placement.to_document.map
        return _near(place(_inside(one, self.placement)), place(_inside(other, self.placement)))


def _known(
    before: Sequence[Drawn], strokes: Sequence[Stroke], placement: Placement
) -> list[_Known | None]:
    """Return for each stroke what it was; None for one that is new. The surest come first."""
    left = list(before)
    known: list[_Known | None] = [None] * len(strokes)
    likeness = _Likeness(placement)
    for match in (likeness.unchanged, likeness.aimed, likeness.turned):
        for index, stroke in enumerate(strokes):
            if known[index] is None:
                pairs = ((old, match(old, stroke)) for old in left)
                found = next((_Known(old, new) for old, new in pairs if new is not None), None)
                if found is not None:
                    known[index] = found
                    left.remove(found.before)
    return known


def _in_order(arrows: Arrows, before: Sequence[Drawn], now: Sequence[Drawn]) -> Arrows:
    """Return the arrows that strokes show, in their order, then those that none ever showed."""
    were = {one.arrow for one in before} | {one.arrow for one in now}
    shown = [arrow for one in now if (arrow := arrows.get(one.arrow)) is not None]
    others = [arrow for arrow in arrows if arrow.id not in were]
    return Arrows((*shown, *others)[:MOST_ARROWS])


def _parted(strokes: Sequence[Stroke]) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """Return the strokes that count as arrows, and all the others."""
    counted = [index for index, stroke in enumerate(strokes) if stroke.is_arrow][:MOST_ARROWS]
    chosen = set(counted)
    rest = tuple(stroke for index, stroke in enumerate(strokes) if index not in chosen)
    return tuple(strokes[index] for index in counted), rest


def _shows(stroke: Stroke, arrow: Arrow, placement: Placement) -> bool:
    place = placement.to_document.map
    return _near(place(_inside(stroke.first, placement)), place(arrow.handle)) and _near(
        place(_inside(stroke.last, placement)), place(arrow.target)
    )


def _inside(point: XY, placement: Placement) -> XY:
    """Return the place in the picture, in its own pixels, that is next to a document's pixel."""
    return clamp(placement.to_document.inverted().map(point), placement.width, placement.height)


def _near(one: XY, other: XY) -> bool:
    return math.dist(one, other) <= SAME_PLACE
