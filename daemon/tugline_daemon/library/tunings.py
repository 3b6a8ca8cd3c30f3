"""The user's tunings: weights tuned to one picture each, as small files in a folder of their own.

``HASH.safetensors`` is the tuning of that name; its file's time is that of its last use. They can
be made anew from their pictures, and documents carry them, so that old ones are removed by a rule:
those that were not used for MOST_DAYS, and, where there are more than MOST_TUNINGS or all of them
have more than MOST_BYTES, the longest unused ones until it is enough. One that is in use stays.

Nothing of torch is needed here.
"""

import contextlib
import os
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.checkpoint.tuning_card import MOST_BYTES as MOST_BYTES_OF_ONE
from tugline_daemon.checkpoint.tuning_card import TuningCard, read_card_of_file
from tugline_daemon.checkpoint.tuning_factors import tuning_hash, unpack
from tugline_daemon.checkpoint.whole_file import write_whole

from .disk import disk_errors
from .errors import NotRemoved, UnknownTuning

MOST_DAYS: Final = 90
MOST_BYTES: Final = 2 << 30
# Small ones take hardly any room, but each is looked at whenever one is kept: 50,000 took seconds.
MOST_TUNINGS: Final = 1000

_DAY: Final = 24 * 60 * 60.0
_ENDING: Final = ".safetensors"
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_LEAST_DIGITS: Final = 6
# What a process that was killed leaves of a file that it wrote (``whole_file.new_file``).
_LEFT_OVER: Final = re.compile(rf"\.[0-9a-f]{{64}}{re.escape(_ENDING)}\.[0-9a-f]{{8}}")


@dataclass(frozen=True)
class KeptTuning:
    """A tuning in its folder: its name, its size in bytes, and when it was last used, in UTC."""

    tuned: str
    path: Path
    size: int
    used: datetime

    def card(self) -> TuningCard | None:
        """Read what it says of itself, None where that is not sound or it is gone."""
        try:
            return read_card_of_file(self.path)
        except BadTuning:
            return None


class Tunings:
    """The tunings of one folder, which need not be there before one is kept.

    Several processes may use it at once: a file is there whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        """Touch nothing yet."""
        self.folder = folder

    @classmethod
    def beside(cls, models: Path) -> "Tunings":
        """Return those that lie beside the folder of the user's own ``models``."""
        return cls(models.parent / "tunings")

    def keep(self, data: bytes, in_use: Collection[str] = ()) -> str:
        """Write the tuning ``data`` and return its name; then clean up, as ``clean`` does.

        One that is there already counts as used now. Raises BadTuning for bytes that are none, and
        NotWritten or DiskFull where the folder takes no file.
        """
        unpack(data)
        tuned = tuning_hash(data)
        with disk_errors("The weights tuned to the picture"):
            if self._read(tuned) is None:
                write_whole(self._path(tuned), data)
            os.utime(self._path(tuned))
        self.clean({*in_use, tuned})
        return tuned

    def find(self, tuned: str) -> bytes:
        """Return the bytes of the tuning of that name, which counts as used now.

        Raises UnknownTuning where there is none, or a file that does not hold it any more.
        """
        data = self._read(tuned)
        if data is None:
            raise UnknownTuning(
                f"The weights tuned to this picture ({tuned[:12]}) are not here any more; open a "
                "document that carries them, or invert the picture again."
            )
        # A folder that cannot be written into still gives what lies in it.
        with contextlib.suppress(OSError):
            os.utime(self._path(tuned))
        return data

    def kept(self) -> tuple[KeptTuning, ...]:
        """Return the tunings that are there, the last used one first."""
        found: list[KeptTuning] = []
        for path in self._files():
            with contextlib.suppress(OSError):  # another process has removed it
                status = path.stat()
                used = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append(KeptTuning(path.stem, path, status.st_size, used))
        return tuple(sorted(found, key=lambda one: (one.used, one.tuned), reverse=True))

    def look_up(self, digits: str) -> KeptTuning:
        """Return the one tuning whose name begins with ``digits``, six of them or more.

        Raises UnknownTuning where there is none, or more than one.
        """
        found = [one for one in self.kept() if one.tuned.startswith(digits.lower())]
        if len(digits) < _LEAST_DIGITS or len(found) != 1:
            raise UnknownTuning(
                f"{digits[:64]!r} names {'no' if not found else 'more than one'} tuning, or is "
                f"shorter than {_LEAST_DIGITS} digits; `tugline tunings` lists them."
            )
        return found[0]

    def remove(self, tuned: str) -> None:
        """Remove the tuning of that name, if it is there; raises NotRemoved."""
        path = self._path(tuned)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise NotRemoved(
                f"{path} cannot be removed ({error.strerror}); end what uses it (`tugline stop`) "
                "and remove it by hand."
            ) from error

    def clean(self, in_use: Collection[str] = ()) -> tuple[KeptTuning, ...]:
        """Remove tunings by the rule, none of those ``in_use``, and return what was removed.

        A file that the system holds on to stays, for the next time.
        """
        self._clear_left_over()
        oldest = datetime.fromtimestamp(time.time() - MOST_DAYS * _DAY, UTC)
        kept, removed = self.kept(), []
        whole, number = sum(one.size for one in kept), len(kept)
        for one in reversed(kept):
            is_enough = whole <= MOST_BYTES and number <= MOST_TUNINGS
            if one.tuned in in_use or (one.used >= oldest and is_enough):
                continue
            with contextlib.suppress(NotRemoved):
                self.remove(one.tuned)
                whole, number = whole - one.size, number - 1
                removed.append(one)
        return tuple(removed)

    def _path(self, tuned: str) -> Path:
        if not _NAME.fullmatch(tuned):
            raise UnknownTuning(
                f"{tuned[:64]!r} is no tuning's name, which has 64 digits from 0 to f; `tugline "
                "tunings` lists them."
            )
        return self.folder / f"{tuned}{_ENDING}"

    def _files(self) -> tuple[Path, ...]:
        try:
            paths = tuple(self.folder.iterdir())
        except OSError:
            return ()
        return tuple(
            path
            for path in paths
            if path.suffix == _ENDING and _NAME.fullmatch(path.stem) and path.is_file()
        )

    def _read(self, tuned: str) -> bytes | None:
        """Return the bytes of a tuning; None where they are not there, or are others."""
        path = self._path(tuned)
        try:
            if not path.is_file() or path.stat().st_size > MOST_BYTES_OF_ONE:
                return None
            data = path.read_bytes()
        except OSError:
            return None
        return data if tuning_hash(data) == tuned else None

    def _clear_left_over(self) -> None:
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if _LEFT_OVER.fullmatch(path.name) and time.time() - path.stat().st_mtime > _DAY:
                    path.unlink(missing_ok=True)
