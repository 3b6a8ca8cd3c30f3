"""Handles, targets and the way between them, drawn over a picture.

Small pictures are enlarged first, so that the drawing hides little of them. Points are ``(x, y)``
in pixels of the picture as it was made.
"""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from .arguments import Pull

_HANDLE: Final = (230, 40, 40)
_TARGET: Final = (30, 100, 240)
_EDGE: Final = (255, 255, 255)
READABLE_SIDE: Final = 512
# Shapes are drawn so many times larger and reduced, which smooths their edges.
_SMOOTH: Final = 2


def draw_pulls(
    picture: Image.Image,
    pulls: Sequence[Pull],
    least_side: int = READABLE_SIDE,
    *,
    stroke: float = 1.0,
) -> Image.Image:
    """Return ``picture`` with an arrow from each handle (red) to its target (blue).

    It is enlarged by a whole number until its longer side has ``least_side`` pixels. ``stroke``
    makes arrows thicker, for pictures that are shown small.
    """
    scale = max(1, math.ceil(least_side / max(picture.size)))
    size = (picture.width * scale, picture.height * scale)
    overlay = Image.new("RGBA", (size[0] * _SMOOTH, size[1] * _SMOOTH), (*_EDGE, 0))
    pen = _Pen(ImageDraw.Draw(overlay), scale * _SMOOTH, stroke * max(overlay.size) / 512)
    for pull in pulls:
        pen.arrow(pull.handle, pull.target)
    for pull in pulls:
        pen.disc(pull.target, _TARGET)
        pen.disc(pull.handle, _HANDLE)
    enlarged = picture.convert("RGBA").resize(size, Image.Resampling.BICUBIC)
    smoothed = overlay.resize(size, Image.Resampling.BOX)
    return Image.alpha_composite(enlarged, smoothed).convert("RGB")


class _Pen:
    """Draws in pixels of the picture onto a larger overlay; widths are for a side of 512."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float, unit: float) -> None:
        self._draw = draw
        self._scale = scale
        self._unit = unit

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * self._scale - 0.5, point[1] * self._scale - 0.5

    def disc(self, point: tuple[float, float], colour: tuple[int, int, int]) -> None:
        x, y = self._place(point)
        for radius, fill in ((6.5, _EDGE), (5.0, colour)):
            reach = radius * self._unit
            self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(*fill, 255))

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a shaft that stops at the target's disc, with a head in front of it."""
        (x, y), (end_x, end_y) = self._place(start), self._place(end)
        length = math.hypot(end_x - x, end_y - y)
        head, gap = 13 * self._unit, 6 * self._unit
        if length <= gap:
            return
        along_x, along_y = (end_x - x) / length, (end_y - y) / length
        tip_x, tip_y = end_x - along_x * gap, end_y - along_y * gap
        neck_x, neck_y = tip_x - along_x * head, tip_y - along_y * head
        side_x, side_y = -along_y * head * 0.5, along_x * head * 0.5
        barbs = [
            (tip_x, tip_y),
            (neck_x + side_x, neck_y + side_y),
            (neck_x - side_x, neck_y - side_y),
        ]
        for width, colour in ((5.0, _EDGE), (2.6, _TARGET)):
            thickness = round(width * self._unit)
            self._draw.line((x, y, neck_x, neck_y), fill=(*colour, 255), width=thickness)
            self._draw.polygon(barbs, fill=(*colour, 255), outline=(*_EDGE, 255))
