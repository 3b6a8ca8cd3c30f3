"""The artist's hand on a picture, in view pixels: it moves the arrows of the bench."""

from enum import Enum

from .bench import Bench
from .drawn import DrawnArrow, drawn_arrows
from .geometry import XY, Affine
from .gestures import Part


class Pointer(Enum):
    """What the pointer says a press would do: PLAIN = nothing, it is for somebody else."""

    PLAIN = "plain"
    PLACE = "place"
    GRASP = "grasp"
    HOLD = "hold"


class Hand:
    """Presses and pulls in view pixels, each with the map from image pixels at that moment.

    Without an edit on the bench none of them does anything.
    """

    def __init__(self, bench: Bench) -> None:
        """Work on the edit that lies on ``bench``, whichever that is."""
        self._bench = bench

    @property
    def busy(self) -> bool:
        """Whether a press was taken and its button is still down."""
        return self._bench.gestures.busy

    @property
    def arrows(self) -> tuple[DrawnArrow, ...]:
        """The arrows as they are to be seen, the selected one last: above the others."""
        if self._bench.edit is None:
            return ()
        return drawn_arrows(self._bench.gestures, self._bench.table.selection.frozen)

    def press(self, place: XY, to_view: Affine) -> None:
        """Take hold of an end, or set a new arrow."""
        bench = self._bench
        if bench.edit is not None:
            change = bench.gestures.press(place, to_view, bench.reference())
            bench.hand(change, self._part())

    def move(self, place: XY, to_view: Affine) -> bool:
        """Pull what is held, or see what the pointer is over; whether the latter is another now."""
        bench = self._bench
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
        bench = self._bench
        if bench.gestures.busy and bench.edit is not None:
            part = self._part()
            bench.hand(bench.gestures.release(place, to_view), part)

    def pointer(self, place: XY, to_view: Affine) -> Pointer:
        """Return what a press at ``place`` would do."""
        gestures = self._bench.gestures
        if self._bench.edit is None:
            return Pointer.PLAIN
        if gestures.busy:
            return Pointer.HOLD
        if gestures.hovered is not None:
            return Pointer.GRASP
        return Pointer.PLACE if gestures.takes(place, to_view) else Pointer.PLAIN

    def _part(self) -> Part | None:
        hovered = self._bench.gestures.hovered
        return hovered.part if hovered is not None else None
