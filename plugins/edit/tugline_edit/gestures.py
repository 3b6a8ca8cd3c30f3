"""What a press, a pull and a key mean for the arrows, on any canvas.

Events come in *view* pixels, each with the map from image pixels to the view at that moment, so a
canvas may be zoomed, turned or mirrored between two of them. Nothing here draws.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from .arrows import MOST_ARROWS, Arrow, Arrows, clamp
from .geometry import XY, Affine

# View pixels, for a mouse as for a pen: what can be hit without aiming hard.
GRIP_RADIUS: Final = 9.0
# A press that strays less than this is a click.
PULL_DISTANCE: Final = 3.0
# An end that is let go of so far outside of the picture is thrown away.
LEAVE_DISTANCE: Final = 24.0


class Part(Enum):
    """An end of an arrow."""

    HANDLE = "handle"
    TARGET = "target"


@dataclass(frozen=True)
class Grip:
    """The end of one arrow, by the arrow's id."""

    arrow: str
    part: Part


class Change(Enum):
    """What an event did.

    BEGUN: the hand has hold of something; the arrows are as they will be without a pull. PULLED:
    the arrow in hand has changed. ENDED: the hand let go of what it pulled, or took its pull back.
    REMOVED: an arrow is gone. SELECTED: the selection may be another, the arrows are as they were.
    """

    BEGUN = "begun"
    PULLED = "pulled"
    ENDED = "ended"
    REMOVED = "removed"
    SELECTED = "selected"


@dataclass
class _Hold:
    """A button that is down: what it holds, since when, and what that was before.

    ``offset`` is from the pointer to the grip, in view pixels. ``before`` is None for an arrow that
    this press has made.
    """

    grip: Grip | None
    pressed: XY
    offset: XY
    reference: str
    before: Arrow | None
    pulled: bool = False
    left: bool = False


class Gestures:
    """The arrows of one picture under the artist's hand.

    ``arrows`` may be set from outside at any time, in the middle of a pull as well: frames move
    handles. ``selected`` is the id of an arrow or None, ``hovered`` the grip under the pointer.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        """Take a picture of ``size`` = (width, height) image pixels, without arrows."""
        self.size = size
        self.arrows = Arrows()
        self.selected: str | None = None
        self.hovered: Grip | None = None
        self._hold: _Hold | None = None

    @property
    def busy(self) -> bool:
        """Whether a press was taken and its button is still down."""
        return self._hold is not None

    @property
    def leaving(self) -> bool:
        """Whether the arrow in hand would be removed if it were let go of now."""
        return self._hold is not None and self._hold.left

    def grip_at(self, view: XY, to_view: Affine) -> Grip | None:
        """Return the nearest grip within GRIP_RADIUS; a target comes before any handle."""
        for part in (Part.TARGET, Part.HANDLE):
            near = [
                (math.dist(to_view.map(_end(arrow, part)), view), -index, arrow.id)
                for index, arrow in enumerate(self.arrows)
            ]
            distance, _, arrow_id = min(near, default=(math.inf, 0, ""))
            if distance <= GRIP_RADIUS:
                return Grip(arrow_id, part)
        return None

    def takes(self, view: XY, to_view: Affine) -> bool:
        """Whether a press there is for the arrows: on a grip or on the picture."""
        return self.grip_at(view, to_view) is not None or self._inside(view, to_view)

    def press(self, view: XY, to_view: Affine, reference: str) -> Change | None:
        """Take hold of a grip, or set a new arrow in the picture of ``reference``.

        ``reference`` is the blob key of the latent whose picture is seen now. None means that the
        press is outside of the picture and for somebody else.
        """
        # Where the release of a press before was never heard of, that one ends where it was.
        self._let_go()
        if not self.takes(view, to_view):
            return None
        grip = self.grip_at(view, to_view)
        before = self.arrows.get(grip.arrow) if grip else None
        offset = (0.0, 0.0)
        if grip and before:
            end = to_view.map(_end(before, grip.part))
            offset = (end[0] - view[0], end[1] - view[1])
        elif len(self.arrows) < MOST_ARROWS:
            place = clamp(to_view.inverted().map(view), *self.size)
            self.arrows, arrow = self.arrows.add(place, place, reference)
            grip = Grip(arrow.id, Part.TARGET)
        self._hold = _Hold(grip, view, offset, reference, before)
        self.selected = grip.arrow if grip else None
        self.hovered = grip
        return Change.BEGUN

    def move(self, view: XY, to_view: Affine, reference: str | None = None) -> Change | None:
        """Pull what is held, or see what the pointer is over; None where no arrow changed.

        A handle that is pulled is set anew in the picture of ``reference``, which is the one of the
        press unless another is given.
        """
        hold = self._hold
        if hold is None:
            self.hovered = self.grip_at(view, to_view)
            return None
        if reference is not None:
            hold.reference = reference
        hold.pulled = hold.pulled or math.dist(view, hold.pressed) >= PULL_DISTANCE
        if not hold.pulled or hold.grip is None or self.arrows.get(hold.grip.arrow) is None:
            return None
        self._pull(hold, hold.grip, view, to_view)
        return Change.PULLED

    def release(self, view: XY, to_view: Affine) -> Change | None:
        """Let go; None where nothing was held.

        A press that was not pulled selects what it was on, or nothing: the arrow of no length that
        it set is taken away again. What was pulled out of the picture is removed.
        """
        if self._hold is None:
            return None
        self.move(view, to_view)
        return self._let_go()

    def _let_go(self) -> Change | None:
        hold, self._hold = self._hold, None
        if hold is None:
            return None
        if hold.grip is None:
            return Change.SELECTED
        if self.arrows.get(hold.grip.arrow) is None:
            return Change.ENDED
        if hold.left:
            return self._remove(hold.grip.arrow)
        if hold.pulled:
            return Change.ENDED
        if hold.before is None:
            self._remove(hold.grip.arrow)
        return Change.SELECTED

    def delete_selected(self) -> Change | None:
        """Remove the selected arrow; None where none is selected."""
        if self.selected is None or self.arrows.get(self.selected) is None:
            return None
        return self._remove(self.selected)

    def escape(self) -> Change | None:
        """Take a pull back while the button is down, else deselect; None where neither is to do.

        After the former the button is down still, and holds nothing.
        """
        hold = self._hold
        if hold is None or hold.grip is None:
            change = Change.SELECTED if self.selected is not None else None
            self.selected = None
            return change
        grip, hold.grip, hold.left = hold.grip, None, False
        if self.arrows.get(grip.arrow) is None:
            return Change.ENDED
        if hold.before is None:
            return self._remove(grip.arrow)
        self.arrows = self._taken_back(grip, hold.before)
        self.selected, self.hovered = hold.before.id, None
        return Change.ENDED

    def _inside(self, view: XY, to_view: Affine) -> bool:
        x, y = to_view.inverted().map(view)
        return 0 <= x <= self.size[0] and 0 <= y <= self.size[1]

    def _pull(self, hold: _Hold, grip: Grip, view: XY, to_view: Affine) -> None:
        end = (view[0] + hold.offset[0], view[1] + hold.offset[1])
        place = clamp(to_view.inverted().map(end), *self.size)
        hold.left = math.dist(to_view.map(place), end) > LEAVE_DISTANCE
        if grip.part is Part.TARGET:
            self.arrows = self.arrows.with_target(grip.arrow, place)
            return
        self.arrows, arrow = self.arrows.with_handle(grip.arrow, place, hold.reference)
        hold.grip = self.hovered = Grip(arrow.id, grip.part)
        self.selected = arrow.id

    def _taken_back(self, grip: Grip, before: Arrow) -> Arrows:
        if grip.part is Part.TARGET:
            return self.arrows.with_target(grip.arrow, before.target)
        return self.arrows.replaced(grip.arrow, before)

    def _remove(self, arrow_id: str) -> Change:
        self.arrows = self.arrows.without(arrow_id)
        if self.selected == arrow_id:
            self.selected = None
        if self.hovered and self.hovered.arrow == arrow_id:
            self.hovered = None
        return Change.REMOVED


def _end(arrow: Arrow, part: Part) -> XY:
    return arrow.target if part is Part.TARGET else arrow.handle
