"""Weights of networks that are no generators, fetched and made into one file of the user's."""

import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Final

from torch import Tensor

from tugline_daemon.checkpoint.plain_tensors import read_plain_tensors
from tugline_daemon.checkpoint.weights import write_weights

from .addresses import checked_address
from .auxiliary import AuxiliaryName, auxiliary_file
from .auxiliary_recipes import RECIPES, Source
from .available import AvailableFile, AvailableWeights
from .bringing import Fetcher, empty
from .disk import disk_errors
from .errors import UnknownModel, WrongFile
from .fetching import fetch
from .workshop import Workshop

Report = Callable[[str, float], None]
"""Hears what is done at present, and how much of all is done, 0 to 1."""

_MOST_BYTES: Final = 600 << 20
_MOST_MEMBER_BYTES: Final = 8 << 20
# What of the whole the downloads are, as far as anybody waits.
_DOWNLOADS: Final = 0.9


def bring_auxiliary(
    weights: AvailableWeights,
    folder: Path,
    *,
    report: Report = lambda _text, _done: None,
    fetcher: Fetcher = fetch,
) -> Path:
    """Fetch ``weights`` and write them into the user's ``folder``; returns their file.

    What is fetched is read by a process that can do nothing else. A download that breaks off is
    gone on with the next time. Raises UnknownModel for weights that nothing can be made of,
    DownloadFailed, WrongFile, DiskFull, NotWritten, and CheckpointError for a file that is unsound.
    """
    name = _known(weights.name)
    workshop = Workshop(folder)
    with disk_errors(f"The weights {name}"), ExitStack() as stack:
        places = []
        for number, file in enumerate(weights.files):
            place = stack.enter_context(workshop.download_place(file.address))
            _fetch(file, place, number, len(weights.files), report, fetcher)
            places.append(place)
        report("Reading the weights", _DOWNLOADS)
        tensors: dict[str, Tensor] = {}
        for source in RECIPES[name]:
            tensors |= _taken(source, places[source.file], weights.files[source.file])
        target = auxiliary_file(name, folder)
        write_weights(target, tensors, {"page": weights.page, "licence": weights.licence.text})
        for place in places:
            empty(place)
    report("Done", 1.0)
    return target


def _known(name: str) -> AuxiliaryName:
    for known in RECIPES:
        if known == name:
            return known
    raise UnknownModel(f"There are no weights called {name[:64]!r} that can be fetched.")


def _fetch(
    file: AvailableFile, place: Path, number: int, count: int, report: Report, fetcher: Fetcher
) -> None:
    def told(done: int, total: int | None) -> None:
        part = done / total if total else 0.0
        text = f"Downloading {_file_name(file)}: {done / 1e6:.1f} MB"
        report(text, _DOWNLOADS * (number + part) / count)

    fetcher(
        file.address,
        place / _file_name(file),
        most_bytes=file.size or _MOST_BYTES,
        sha256=file.sha256,
        report=told,
    )


def _file_name(file: AvailableFile) -> str:
    return PurePosixPath(checked_address(file.address).path).name


def _taken(source: Source, place: Path, file: AvailableFile) -> dict[str, Tensor]:
    """Return the tensors that a source gives, by the names that they get."""
    path = place / _file_name(file)
    if source.member:
        path = _unpacked(path, source.member)
    found = read_plain_tensors(path, {one.name: one.shape for one in source.ingredients})
    return {
        one.becomes: found[one.name].reshape(one.reshaped or one.shape)
        for one in source.ingredients
    }


def _unpacked(path: Path, member: str) -> Path:
    """Return a file of a zip, unpacked beside it; raises WrongFile where it is not there."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as packed:
            data = packed.read(_MOST_MEMBER_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        raise WrongFile(f"{path.name} is no archive with {member} in it ({error}).") from error
    if len(data) > _MOST_MEMBER_BYTES:
        raise WrongFile(f"{member} in {path.name} has more than {_MOST_MEMBER_BYTES} bytes.")
    target = path.with_name(PurePosixPath(member).name)
    target.write_bytes(data)
    return target
