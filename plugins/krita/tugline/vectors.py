"""Lines that the artist drew on a vector layer, as arrows: from the handle to the target."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit.geometry import XY
from tugline_edit.host import LayerFault

VECTOR_NAME: Final = "Tugline arrows"

# Krita's shapes are measured in points, of which an inch has so many.
_POINTS_PER_INCH: Final = 72.0
# A stranger's file may hold any number of shapes; more arrows than this nobody can want.
_MOST_SHAPES: Final = 1000
_NUMBER: Final = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_GAP: Final = r"[\s,]*"
_POINT: Final = _GAP + _NUMBER + _GAP + _NUMBER
_LINE: Final = re.compile(rf"\s*M{_POINT}{_GAP}L{_POINT}\s*")
_PATH: Final = re.compile(r'<path\b[^>]*?\sd="([^"]{1,400})"', re.DOTALL)


@dataclass(frozen=True)
class VectorLines:
    """What a vector layer shows: its straight lines, and how many shapes are none.

    ``arrows`` are (handle, target) in document pixels, from the lowest line up.
    """

    arrows: tuple[tuple[XY, XY], ...]
    ignored: int


def arrows_in(document: Any) -> tuple[tuple[XY, XY], ...]:
    """Return the lines of the layer "Tugline arrows" as (handle, target) in document pixels.

    A line is drawn from the handle to the target. Raises LayerFault where there are none.
    """
    return lines_in(document).arrows


def lines_in(document: Any) -> VectorLines:
    """Return what the vector layer "Tugline arrows" shows, wherever in the layers it is.

    Raises LayerFault where there is no such layer, or no straight line on it.
    """
    layer = next(_vector_layers(document.rootNode()), None)
    if layer is None:
        raise LayerFault(f"Draw straight lines on a vector layer called “{VECTOR_NAME}” first.")
    shapes = list(_single(layer.shapes()))
    lines = [_line(shape, document.xRes(), document.yRes()) for shape in shapes[:_MOST_SHAPES]]
    arrows = tuple(line for line in lines if line is not None)
    if not arrows:
        raise LayerFault(
            f"There is no straight line on “{VECTOR_NAME}”; draw one with Krita's line tool."
        )
    return VectorLines(arrows, len(shapes) - len(arrows))


def _vector_layers(group: Any) -> Iterator[Any]:
    for node in group.childNodes():
        if node.type() == "vectorlayer" and node.name() == VECTOR_NAME:
            yield node
        yield from _vector_layers(node)


def _single(shapes: list[Any]) -> Iterator[Any]:
    """Yield the shapes that are no groups, those in groups too."""
    for shape in shapes:
        if shape.type() == "groupshape":
            yield from _single(shape.children())
        else:
            yield shape


def _line(shape: Any, xres: float, yres: float) -> tuple[XY, XY] | None:
    """Return where a line begins and ends, in document pixels; None where it is no straight line.

    Its path is written in points, before the shape's own transformation and its groups'.
    """
    path = _PATH.search(shape.toSvg(False, False))
    line = _LINE.fullmatch(path.group(1)) if path else None
    if line is None:
        return None
    x0, y0, x1, y1 = map(float, line.groups())
    place = shape.absoluteTransformation()

    def pixel(x: float, y: float) -> XY:
        across, down = place.map(x, y)
        return across * xres / _POINTS_PER_INCH, down * yres / _POINTS_PER_INCH

    return pixel(x0, y0), pixel(x1, y1)
