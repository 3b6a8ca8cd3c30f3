"""The broker's heap: what one frame took is kept for the next.

glibc gives large blocks back to the system as soon as they are free, and the system hands out pages
one fault at a time: for a frame of 1024 pixels 3,000 of them, which took as long as to encrypt it.
"""

import ctypes
import sys
from typing import Final

# From malloc.h; mallopt(3) says what they are. 32 MiB is the most for the second.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_MOST_BLOCK: Final = 32 << 20
_MOST_KEPT: Final = 64 << 20


def keep_what_frames_take() -> None:
    """Let the C library keep up to 64 MiB of free memory; one that is not glibc does as it does."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _MOST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
