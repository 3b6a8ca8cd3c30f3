"""GIMP's selection over a picture, as a mask for the daemon and to keep the rest exactly."""

import time
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit.geometry import Box, Placement
from tugline_edit.masks import SelectionMask

from .gi_modules import Gimp
from .pixels import selected

# So large a part of the time may go into reading a selection that is asked for again and again.
_SHARE: Final = 0.1


@dataclass(frozen=True)
class _Read:
    """A selection as it was read last, and until when (``time.monotonic``) it will do."""

    box: Box
    bounds: tuple[int, ...]
    mask: SelectionMask
    until: float


def selection_bounds(image: Any) -> Box | None:
    """Return the box around what is selected in an image, None where nothing is."""
    _, something, left, top, right, bottom = Gimp.Selection.bounds(image)
    return Box(left, top, right - left, bottom - top) if something else None


class SelectionReader:
    """Reads the selection of one image; a large one, whose bounds stay, not at every call."""

    def __init__(self, image: Any) -> None:
        self._image = image
        self._last: _Read | None = None

    def over(self, placement: Placement, *, fresh: bool) -> SelectionMask | None:
        """Return the selection with a byte a pixel of ``placement.box``, None for none.

        255 = may move, 0 = stays, between them feathering; 0 beyond the image. ``fresh``: as it is
        now.
        """
        if Gimp.Selection.is_empty(self._image):
            return None
        box, last = placement.box, self._last
        bounds = tuple(int(number) for number in Gimp.Selection.bounds(self._image))
        now = time.monotonic()
        same = last is not None and (last.box, last.bounds) == (box, bounds)
        if last is None or fresh or not same or now > last.until:
            mask = SelectionMask(box.width, box.height, selected(self._image, box))
            read = time.monotonic()
            if same and last is not None and mask == last.mask:
                mask = last.mask  # what was made from it need not be made again
            self._last = last = _Read(box, bounds, mask, read + (read - now) / _SHARE)
        return last.mask
