"""Where the screen shows an image, seen from the colour that GIMP pads its canvas with."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.editors.wire import EditorError

PADDING = (255, 0, 254)
"""The colour around images in the tests' GIMP, which nothing else on the screen has."""


@dataclass(frozen=True)
class View:
    """The screen position of an image's corner (left, top), and screen pixels a pixel."""

    left: int
    top: int
    scale: float

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        """Return the global screen position of (x, y) in the image."""
        return self.left + x * self.scale, self.top + y * self.scale


def measure(screen: Path, width: int, height: int) -> View:
    """Find an image of (width, height) in a picture of the screen; EditorError where it is not."""
    with Image.open(screen) as picture:
        padding = (np.asarray(picture.convert("RGB")) == PADDING).all(axis=2)
    rows, columns = np.flatnonzero(padding.any(axis=1)), np.flatnonzero(padding.any(axis=0))
    if not len(rows):
        raise EditorError(f"no image is in view: {screen}")
    inside = ~padding[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    top, high = _span(inside.sum(axis=1))
    left, wide = _span(inside.sum(axis=0))
    scale = wide / width
    if abs(high - height * scale) > 2:
        raise EditorError(f"not all of the image is in view: {screen}")
    return View(int(columns[0]) + left, int(rows[0]) + top, scale)


def _span(counts: NDArray[np.int_]) -> tuple[int, int]:
    """Return the first and the number of the lines most of which are the image's."""
    found = np.flatnonzero(counts > counts.max() / 2)
    return int(found[0]), int(found[-1] - found[0] + 1)
