"""Pictures resampled and laid over each other, in the plainest way."""

from tugline_edit.geometry import Placement
from tugline_edit.history import THUMBNAIL_SIDE
from tugline_edit.host import Size
from tugline_edit.masks import SelectionMask
from tugline_protocol.values import Buffer, ByteOrder


class PlainPainter:
    """Nearest neighbours, upright placements, alpha that is there or not."""

    order: ByteOrder = "RGBA"

    def warp(self, data: Buffer, size: Size, placement: Placement) -> bytes:
        assert placement.upright
        return stretched(bytes(data), 4, size, (placement.box.width, placement.box.height))

    def over(self, base: Buffer, top: Buffer, size: Size) -> bytes:
        below, above = bytes(base), bytes(top)
        assert len(below) == len(above) == 4 * size[0] * size[1]
        pixels = range(0, len(below), 4)
        return b"".join((above if above[at + 3] else below)[at : at + 4] for at in pixels)

    def seen_through(self, data: Buffer, mask: bytes) -> bytes:
        seen = bytearray(data)
        seen[3::4] = bytes(min(pair) for pair in zip(seen[3::4], mask, strict=True))
        return bytes(seen)

    def scaled(self, mask: SelectionMask, size: Size) -> SelectionMask:
        return SelectionMask(*size, stretched(mask.data, 1, (mask.width, mask.height), size))

    def mask_in_place(self, mask: SelectionMask, placement: Placement) -> bytes:
        return self.scaled(mask, (placement.box.width, placement.box.height)).data

    def thumbnail(self, data: Buffer, size: Size) -> bytes:
        small = stretched(bytes(data), 4, size, (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return b"".join(small[at : at + 3] for at in range(0, len(small), 4))


def stretched(data: bytes, depth: int, size: Size, wanted: Size) -> bytes:
    """Return pixels of ``depth`` bytes in another size, each its nearest neighbour's."""
    if size == wanted:
        return data
    (width, height), (across, down) = size, wanted
    found = bytearray()
    for y in range(down):
        row = (y * height // down) * width
        for x in range(across):
            at = depth * (row + x * width // across)
            found += data[at : at + depth]
    return bytes(found)
