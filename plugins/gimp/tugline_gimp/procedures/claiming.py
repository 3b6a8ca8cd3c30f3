"""Who works in an image: one of GIMP's processes at a time, and the others are told so.

Each procedure is a process of its own, so the claim is a byte that is locked in a file that all of
them share; it is free again when its process ends, however it ends.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from tugline_edit.host import LayerFault

FILE_NAME: Final = "gimp.claims"
TAKEN: Final = "Tugline already works in this image; use that window, or close it first."
# Each image of each GIMP has a byte; past the file's end it can be locked all the same.
_BYTES: Final = 2**31 - 1
_SPREAD: Final = 65521


class Claim:
    """An image claimed for this process, until ``release`` or the process' end."""

    def __init__(self, folder: Path, gimp: int, image: int) -> None:
        """Claim the image with that id in the GIMP with that process id.

        Raises LayerFault where another process has it. Where ``folder`` cannot be written nobody is
        kept off.
        """
        self._file: int | None = None
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        if self._file is not None:
            try:
                _lock(self._file, (gimp * _SPREAD + image) % _BYTES)
            except OSError as error:
                self.release()
                raise LayerFault(TAKEN) from error

    def release(self) -> None:
        """Let others have it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _lock(file: int, byte: int) -> None:
    """Lock one byte of an open file; raises OSError where another process has it."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there alone

        os.lseek(file, byte, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - everywhere else

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
