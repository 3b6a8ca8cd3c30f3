"""The selection as a mask: 255 = may move, 0 = stays, feathering between them."""

from dataclasses import dataclass

from tugline_protocol.values import Mask

from .geometry import XY, Box

# A handle counts as outside of the selection where less than half of it is selected.
_HALF = 128


@dataclass(frozen=True)
class SelectionMask:
    """A selection over the whole picture, in any resolution: a byte a pixel, rows from the top."""

    width: int
    height: int
    data: bytes

    @property
    def empty(self) -> bool:
        """Whether nothing may move."""
        return self.data.count(0) == len(self.data)

    @property
    def full(self) -> bool:
        """Whether everything may move, so that the mask can be left out."""
        return self.data.count(255) == len(self.data)

    def at(self, image_point: XY, picture: tuple[int, int]) -> int:
        """Return the byte under a point of a picture of ``picture`` = (width, height) pixels.

        A point outside the picture reads the pixel next to it.
        """
        x = int(image_point[0] * self.width / picture[0])
        y = int(image_point[1] * self.height / picture[1])
        column = min(max(x, 0), self.width - 1)
        row = min(max(y, 0), self.height - 1)
        return self.data[row * self.width + column]

    def freezes(self, point: XY, picture: tuple[int, int]) -> bool:
        """Whether a handle at ``point`` lies where the selection holds the picture still."""
        return self.at(point, picture) < _HALF

    def wire(self) -> Mask:
        """Return the mask as the protocol says it."""
        return Mask(self.width, self.height, self.data)


def crop(selection: bytes, selection_box: Box, box: Box) -> SelectionMask:
    """Return the part of a selection that lies over ``box``, 0 where the selection has no pixels.

    ``selection`` holds a byte for each pixel of ``selection_box``, rows from the top; raises
    ValueError where it has another size.
    """
    if len(selection) != selection_box.width * selection_box.height:
        raise ValueError(
            f"A selection of {selection_box.width} x {selection_box.height} pixels came as "
            f"{len(selection)} bytes; select again."
        )
    left = max(box.x, selection_box.x)
    right = min(box.x + box.width, selection_box.x + selection_box.width)
    top = max(box.y, selection_box.y)
    bottom = min(box.y + box.height, selection_box.y + selection_box.height)
    data = bytearray(box.width * box.height)
    for y in range(top, bottom if left < right else top):
        source = (y - selection_box.y) * selection_box.width + left - selection_box.x
        goal = (y - box.y) * box.width + left - box.x
        data[goal : goal + right - left] = selection[source : source + right - left]
    return SelectionMask(box.width, box.height, bytes(data))
