"""The small picture beside a model, read as what it is: a stranger's file."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

_MOST_BYTES: Final = 2 * 1024 * 1024
_MOST_SIDE: Final = 1024

# What Pillow raises over the PNGs that strangers make; its parsers do not check every length.
UNSOUND_PICTURE: Final = (
    EOFError,
    Image.DecompressionBombError,
    LookupError,
    OSError,
    OverflowError,
    SyntaxError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Thumbnail:
    """A picture of at most 1024 pixels a side; ``rgb`` holds its rows from the top, uint8 RGB."""

    width: int
    height: int
    rgb: bytes


def read_thumbnail(path: Path) -> Thumbnail | None:
    """Return the PNG ``path``, or None where there is none that can be shown.

    A thumbnail is an ornament: a model without one, or with a broken or huge one, is no worse.
    """
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        with Image.open(path, formats=("PNG",)) as picture:
            if max(picture.size) > _MOST_SIDE:
                return None
            pixels = picture.convert("RGB")
    except UNSOUND_PICTURE:
        return None
    return Thumbnail(pixels.width, pixels.height, pixels.tobytes())
