"""Where the picture lies in a dialog's preview: zoom, margins, and the maps between them.

*View* pixels are logical ones, from the top left corner of the whole scrolled area. *Shown* pixels
are the document's, from the top left corner of the box in which the picture lies: 100 % is as large
as on a canvas at 100 %.
"""

from dataclasses import dataclass
from typing import Final

from tugline_edit.geometry import XY, Affine, Placement

Size = tuple[int, int]

# So much stays free around the picture: arrows at its edge are seen whole and can be pulled out.
MARGIN: Final = 14
# View pixels for a shown pixel, as steps of the zoom buttons.
ZOOMS: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LARGEST_FIT: Final = 4.0
# Two zooms that are nearer than this are one step.
_SAME: Final = 1.02


@dataclass(frozen=True)
class View:
    """A picture of ``shown`` pixels seen through a window of ``viewport`` view pixels.

    ``zoom`` is how many view pixels a shown pixel has; None fits the picture into the window.
    """

    shown: Size
    viewport: Size
    zoom: float | None = None

    @property
    def scale(self) -> float:
        """How many view pixels a shown pixel has."""
        return self.fitting if self.zoom is None else self.zoom

    @property
    def fitting(self) -> float:
        """The scale at which the whole picture is seen."""
        across, down = (
            max(1, room - 2 * MARGIN) / side
            for room, side in zip(self.viewport, self.shown, strict=True)
        )
        return min(across, down, LARGEST_FIT)

    @property
    def canvas(self) -> Size:
        """The size of the scrolled area: never less than the window."""
        width, height = (
            max(room, round(side * self.scale) + 2 * MARGIN)
            for room, side in zip(self.viewport, self.shown, strict=True)
        )
        return width, height

    @property
    def origin(self) -> Size:
        """Where the picture's top left corner lies."""
        left, top = (
            (whole - round(side * self.scale)) // 2
            for whole, side in zip(self.canvas, self.shown, strict=True)
        )
        return left, top

    @property
    def to_view(self) -> Affine:
        """The map from shown pixels to view pixels."""
        left, top = self.origin
        return Affine(a=self.scale, d=self.scale, e=left, f=top)

    def scroll_to_keep(self, place: XY, before: "View", scrolled: XY) -> XY:
        """Return how far to scroll so that the shown pixel under ``place`` stays where it is seen.

        ``place`` is in view pixels of ``before``, which is scrolled by ``scrolled``.
        """
        x, y = self.to_view.map(before.to_view.inverted().map(place))
        left = _bounded(x - place[0] + scrolled[0], self.canvas[0] - self.viewport[0])
        top = _bounded(y - place[1] + scrolled[1], self.canvas[1] - self.viewport[1])
        return left, top


def to_shown(placement: Placement) -> Affine:
    """Return the map from image pixels to shown pixels."""
    box = placement.box
    return placement.to_document.then(Affine(e=-box.x, f=-box.y))


def zoomed(scale: float, steps: int) -> float:
    """Return the zoom so many steps nearer (or, below 0, further off) than ``scale``."""
    if steps > 0:
        nearer = [zoom for zoom in ZOOMS if zoom > scale * _SAME]
        return nearer[min(steps, len(nearer)) - 1] if nearer else ZOOMS[-1]
    further = [zoom for zoom in reversed(ZOOMS) if zoom < scale / _SAME]
    return further[min(-steps, len(further)) - 1] if further else ZOOMS[0]


def percent(scale: float) -> str:
    """Return a scale as it is written beside the zoom buttons."""
    return f"{round(scale * 100)} %"


def _bounded(value: float, most: float) -> float:
    return min(max(0.0, value), max(0.0, most))
