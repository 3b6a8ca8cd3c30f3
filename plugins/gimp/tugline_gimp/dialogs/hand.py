"""The hand in the preview: it moves the arrows of the bench, as it would on a canvas."""

from collections.abc import Callable, Sequence
from enum import Enum

from tugline_edit.geometry import XY, Affine
from tugline_edit.gestures import Part

from .asked import DragDesk
from .drawing import DrawnArrow


class Pointer(Enum):
    """What the pointer says a press would do."""

    PLAIN = "plain"
    PLACE = "place"
    GRASP = "grasp"
    HOLD = "hold"


class Hand:
    """Presses and pulls in view pixels, each with the map from image pixels at that moment."""

    def __init__(self, desk: DragDesk, unfinished: Callable[[], Sequence[XY]] = tuple) -> None:
        """Work on the edit that lies on the desk's bench, whichever that is.

        ``unfinished`` returns handles, in image pixels, that have no target on the canvas yet.
        """
        self._desk = desk
        self._unfinished = unfinished

    @property
    def busy(self) -> bool:
        """Whether a press was taken and its button is still down."""
        return self._desk.bench.gestures.busy

    def press(self, place: XY, to_view: Affine) -> None:
        """Take hold of an end, or set a new arrow."""
        bench = self._desk.bench
        if bench.edit is not None:
            change = bench.gestures.press(place, to_view, bench.reference())
            bench.hand(change, self._part())

    def move(self, place: XY, to_view: Affine) -> bool:
        """Pull what is held, or see what the pointer is over; whether the latter is another now."""
        bench = self._desk.bench
        if bench.edit is None:
            return False
        if not bench.gestures.busy:
            before = bench.gestures.hovered
            bench.gestures.move(place, to_view)
            return bench.gestures.hovered != before
        # A handle is set anew in the picture that is seen now.
        anew = bench.reference() if self._part() is Part.HANDLE else None
        bench.hand(bench.gestures.move(place, to_view, anew), self._part())
        return False

    def release(self, place: XY, to_view: Affine) -> None:
        """Let go."""
        bench = self._desk.bench
        if bench.gestures.busy and bench.edit is not None:
            part = self._part()
            bench.hand(bench.gestures.release(place, to_view), part)

    def pointer(self, place: XY, to_view: Affine) -> Pointer:
        """Return what a press at ``place`` would do."""
        gestures = self._desk.bench.gestures
        if self._desk.bench.edit is None:
            return Pointer.PLAIN
        if gestures.busy:
            return Pointer.HOLD
        if gestures.hovered is not None:
            return Pointer.GRASP
        return Pointer.PLACE if gestures.takes(place, to_view) else Pointer.PLAIN

    def arrows(self) -> tuple[DrawnArrow, ...]:
        """Return the arrows as they are to be seen, the selected one last: above the others.

        A handle without a target is seen faintly: it pulls nothing yet.
        """
        bench = self._desk.bench
        gestures, frozen = bench.gestures, bench.table.selection.frozen
        if bench.edit is None:
            return ()
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
        begun = [DrawnArrow(place, place, leaving=True) for place in self._unfinished()]
        return (*begun, *sorted(shown, key=lambda arrow: arrow.selected))

    def _part(self) -> Part | None:
        hovered = self._desk.bench.gestures.hovered
        return hovered.part if hovered is not None else None
