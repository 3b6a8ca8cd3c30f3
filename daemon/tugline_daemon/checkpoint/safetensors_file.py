"""Safetensors files, read with every bound checked before anything is allocated.

The format (https://huggingface.co/docs/safetensors): eight bytes with the header's length as a
little-endian unsigned number, a JSON header ``{name: {dtype, shape, data_offsets}}`` with texts
under ``__metadata__``, then the tensors' bytes without holes. A header with a key twice and bytes
that overlap or belong to no tensor are refused, which other readers let pass.
"""

import json
import math
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from .errors import UnreadableFile

# The widest published networks of the family name some 200 tensors in 30 kB.
MOST_HEADER_BYTES: Final = 1 << 20
_MOST_TENSORS: Final = 4096
_MOST_DIMENSIONS: Final = 8
_MOST_NAME: Final = 256

DTYPE_BYTES: Final[Mapping[str, int]] = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}


@dataclass(frozen=True)
class TensorPlace:
    """A tensor as the header tells of it; ``start`` and ``stop`` count from the file's begin."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


class SafetensorsFile:
    """An open file whose header was found sound; ``tensors`` and ``metadata`` are by name."""

    def __init__(
        self,
        file: BinaryIO,
        path: Path,
        tensors: Mapping[str, TensorPlace],
        metadata: Mapping[str, str],
    ) -> None:
        self._file = file
        self._path = path
        self.tensors = tensors
        self.metadata = metadata

    def read(self, name: str) -> bytes:
        """Return the bytes of a tensor, row-major and little-endian; raises UnreadableFile."""
        place = self.tensors[name]
        try:
            self._file.seek(place.start)
            data = self._file.read(place.stop - place.start)
        except OSError as error:
            raise _unreadable(self._path, f"reading it failed ({error.strerror})") from error
        if len(data) != place.stop - place.start:
            raise _unreadable(self._path, f"it ends within the tensor {name}")
        return data


@contextmanager
def open_safetensors(
    path: Path, *, most_bytes: int, dtypes: Mapping[str, int] = DTYPE_BYTES
) -> Iterator[SafetensorsFile]:
    """Open ``path`` for reading, for as long as the block lasts.

    ``dtypes`` are the types that its tensors may have, with the bytes of a number: those of weights
    unless others are named.

    Raises UnreadableFile for what is no regular file, is larger than ``most_bytes``, or has a
    header that is unsound in any way; nothing but the header has been read by then.
    """
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    except OSError as error:
        raise _unreadable(path, f"it cannot be opened ({error.strerror})") from error
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(path, "it is no ordinary file")
        if status.st_size > most_bytes:
            raise _unreadable(
                path, f"it has {status.st_size} bytes where {most_bytes} are the most"
            )
        yield SafetensorsFile(file, path, *read_places(file, path, status.st_size, dtypes))


def read_places(
    file: BinaryIO, path: Path, size: int, dtypes: Mapping[str, int] = DTYPE_BYTES
) -> tuple[dict[str, TensorPlace], dict[str, str]]:
    """Return what the header at the begin of ``file`` says of a file of ``size`` bytes.

    That is the tensors and the metadata, by name. Raises UnreadableFile as ``open_safetensors``
    does; ``path`` is what its sentence names.
    """
    header, data_start = _read_header(file, path, size)
    metadata = _metadata(header.pop("__metadata__", {}), path)
    return _places(header, path, data_start, size, dtypes), metadata


def _unreadable(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} cannot be used: {reason}; fetch the file again, or convert it to safetensors."
    )


def _read_header(file: BinaryIO, path: Path, size: int) -> tuple[dict[str, Any], int]:
    """Return the JSON header and where the tensors' bytes begin."""
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > size - 8:
        raise _unreadable(path, "it is cut off or no safetensors file")
    if length > MOST_HEADER_BYTES:
        raise _unreadable(
            path, f"its header has {length} bytes where {MOST_HEADER_BYTES} are the most"
        )
    try:
        header = json.loads(
            file.read(length).decode(), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"its header is no sound JSON ({str(error)[:80]})") from error
    if not isinstance(header, dict):
        raise _unreadable(path, "its header is no JSON object")
    return header, 8 + length


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name[:40]!r} stands there twice")
        found[name] = value
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _metadata(value: object, path: Path) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _unreadable(path, "its __metadata__ is no table of texts")
    return value


def _places(
    header: Mapping[str, object],
    path: Path,
    data_start: int,
    size: int,
    dtypes: Mapping[str, int],
) -> dict[str, TensorPlace]:
    """Check that the tensors lie one behind the other and fill the file to its end."""
    if not 1 <= len(header) <= _MOST_TENSORS:
        raise _unreadable(path, f"it names {len(header)} tensors where 1 to {_MOST_TENSORS} may be")
    places = [_place(name, entry, path, data_start, dtypes) for name, entry in header.items()]
    expected = data_start
    for place in sorted(places, key=lambda place: place.start):
        if place.start != expected:
            raise _unreadable(path, f"the tensor {place.name} overlaps another or leaves a hole")
        expected = place.stop
    if expected != size:
        raise _unreadable(path, "its tensors do not end where the file ends")
    return {place.name: place for place in places}


def _place(
    name: str, entry: object, path: Path, data_start: int, dtypes: Mapping[str, int]
) -> TensorPlace:
    if not 1 <= len(name) <= _MOST_NAME or not name.isprintable():
        raise _unreadable(path, f"a tensor's name is not 1 to {_MOST_NAME} printable characters")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _unreadable(path, f"the tensor {name} is not told by dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in dtypes:
        raise _unreadable(path, f"the tensor {name} is not of a type among {', '.join(dtypes)}")
    if not _whole_numbers(shape, least=1) or len(shape) > _MOST_DIMENSIONS:
        raise _unreadable(path, f"the tensor {name} has a shape that cannot be")
    if not _whole_numbers(offsets, least=0) or len(offsets) != 2:
        raise _unreadable(path, f"the tensor {name} has data_offsets that cannot be")
    start, stop = offsets
    if stop - start != math.prod(shape) * dtypes[dtype]:
        raise _unreadable(path, f"the tensor {name} has not as many bytes as its shape needs")
    return TensorPlace(name, dtype, tuple(shape), data_start + start, data_start + stop)


def _whole_numbers(value: object, *, least: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, int) and not isinstance(item, bool) and least <= item < 1 << 40
        for item in value
    )
