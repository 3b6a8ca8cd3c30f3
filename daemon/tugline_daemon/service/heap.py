"""The C library's heap: what it keeps for the next to ask, and what it gives back to the system.

Each is glibc's alone; another C library does as it does.
"""

import ctypes
import sys
from collections.abc import Callable
from typing import Final

# From malloc.h; mallopt(3) says what they are. 32 MiB is the most for the second.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_MOST_BLOCK: Final = 32 << 20
_MOST_KEPT: Final = 64 << 20
_LARGE_BLOCK: Final = 4 << 20


def keep_what_frames_take() -> None:
    """Let the heap keep up to 64 MiB of free memory: for the broker.

    It gives large blocks back as soon as they are free, and the system hands out pages one fault at
    a time: for a frame of 1024 pixels 3,000 of them, which took as long as to encrypt it.
    """
    if mallopt := _of_glibc("mallopt"):
        mallopt(_M_MMAP_THRESHOLD, _MOST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)


def give_large_blocks_back() -> None:
    """Let the heap give blocks of 4 MiB and more back as soon as they are free: for the worker.

    Left alone it soon keeps those of up to 32 MiB, each hole held open by something small above it:
    drags at 1024 pixels took 0.2 GB more at their peak. What this costs in page faults is little
    where the system has large pages (see the package's own file).
    """
    if mallopt := _of_glibc("mallopt"):
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def trim() -> None:
    """Give all that is free in the heap back; that takes up to a tenth of a second."""
    if malloc_trim := _of_glibc("malloc_trim"):
        malloc_trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    """Return the C library's function of that name, None where it has none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), name, None)
