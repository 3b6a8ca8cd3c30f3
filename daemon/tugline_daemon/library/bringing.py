"""The file that a model is made of, brought to where it can be read."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tugline_daemon.checkpoint.errors import UnfitWeights, UnknownNetwork, UnreadableFile
from tugline_daemon.checkpoint.inert.reading import MOST_BYTES

from .errors import AddressGone, BadSource, BrokenModel, WrongFile
from .fetching import Fetched, Report
from .memory import first_hash, note_hash
from .names import proposed_name
from .sources import AddressSource, FileSource
from .workshop import Workshop


class Fetcher(Protocol):
    """How a file is fetched: as ``fetching.fetch`` does."""

    def __call__(
        self, address: str, target: Path, *, most_bytes: int, sha256: str, report: Report
    ) -> Fetched:
        """Bring the file at ``address`` to ``target``."""


@dataclass(frozen=True)
class Brought:
    """A file that is there to be read, and its sha256 when it had the ``version``."""

    path: Path
    sha256: str
    version: tuple[int, ...]

    def check_unchanged(self) -> None:
        """Raise BadSource where the file is not what it was; to be asked once it was read."""
        try:
            version = _version(self.path)
        except OSError:
            version = ()
        if version != self.version:
            raise BadSource(
                f"{self.path} was changed while it was read; add it again once it is whole."
            )


def take(source: FileSource, sha256: str) -> Brought:
    """Look at the user's own file, which stays where it is.

    Raises BadSource where it cannot be read or is too large, WrongFile where its hash is not
    ``sha256``.
    """
    try:
        version = _version(source.path)
        if (size := source.path.stat().st_size) > MOST_BYTES:
            raise BadSource(
                f"{source.path} has {size} bytes where {MOST_BYTES} are the most; it is hardly a "
                "generator's weights."
            )
        if not size:  # so are those that the system makes up, which may have no end
            raise BadSource(f"{source.path} is empty; get the file again.")
        with source.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadSource(
            f"{source.path} cannot be read ({error.strerror}); see whether you may read it."
        ) from error
    if sha256 not in ("", found):
        raise WrongFile(
            f"{source.path} is not the file that was meant: its sha256 is {found} and not "
            f"{sha256}; get the file again, or look where the hash was named."
        )
    return Brought(source.path, found, version)


@contextmanager
def downloaded(
    source: AddressSource, sha256: str, workshop: Workshop, fetcher: Fetcher, report: Report
) -> Iterator[Brought]:
    """Fetch the file and keep it for the block; one of the catalogue is what it always was.

    It is removed when the block has ended well, or has found that the file is no good; else it
    stays, and need not come again. Raises DownloadFailed, WrongFile, DiskFull or NotWritten.
    """
    with workshop.download_place(source.address) as place:
        target = place / f"{proposed_name(source.file_name)}{Path(source.file_name).suffix[:16]}"
        fetched = _fetch(source, target, sha256, workshop, fetcher, report)
        try:
            yield Brought(target, fetched.sha256, _version(target))
        except (UnreadableFile, UnknownNetwork, UnfitWeights, BrokenModel):
            empty(place)
            raise
        if source.model is not None:
            note_hash(workshop, source.address, fetched.sha256)
        empty(place)


def empty(place: Path) -> None:
    """Remove what was downloaded to ``place``; raises OSError."""
    for path in place.iterdir():
        path.unlink(missing_ok=True)


def _version(path: Path) -> tuple[int, ...]:
    """Return numbers that are others once the file was written to or replaced."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _fetch(
    source: AddressSource,
    target: Path,
    sha256: str,
    workshop: Workshop,
    fetcher: Fetcher,
    report: Report,
) -> Fetched:
    """Fetch what has to have the hash ``sha256``, else the one that is known of it."""
    model = source.model
    first = "" if model is None or model.sha256 else first_hash(workshop, source.address)
    known = first if model is None else model.sha256 or first
    try:
        return fetcher(
            source.address,
            target,
            most_bytes=MOST_BYTES,
            sha256=sha256 or known,
            report=report,
        )
    except AddressGone as error:
        if model is None:
            raise
        raise AddressGone(
            f"The model {model.name} is at {source.address} no more; look for it at {model.page} "
            "and give `tugline models add` its new address."
        ) from error
    except WrongFile as error:
        if model is None or sha256 or not first:
            raise
        raise WrongFile(
            f"The file at {source.address} is another than at its first download, when its sha256 "
            f"was {first}; if {model.page} tells of a new one, give its hash with --sha256."
        ) from error
