"""The bytes of a tuning: a safetensors file with two factors for each weight that differs.

The difference of the weight ``NAME`` is the product of ``NAME.left`` [out, rank] and
``NAME.right`` [rank, n], ``n`` the weight's numbers for one output, both float16. The same
factors and card give the same bytes, since a tuning is named by their sha256: hence a writer of our
own, for that of the safetensors library puts the texts of the header in another order each time.
Documents of strangers carry such bytes, so that all of them is checked. Nothing of torch is needed
here.
"""

import hashlib
import io
import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from .errors import UnreadableFile
from .safetensors_file import TensorPlace, read_places
from .tuning_card import MOST_BYTES, TuningCard, bad_tuning, read_card, to_metadata

_SIDES: Final = ("left", "right")
_MOST_WEIGHTS: Final = 512
_MOST_RANK: Final = 1024
# 2,048 channels of 3 x 3 numbers are the most of any published network of the family.
_MOST_LENGTH: Final = 1 << 16
_ALIGNMENT: Final = 8

_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,64}(\.[A-Za-z0-9_]{1,64}){0,7}", re.ASCII)


@dataclass(frozen=True)
class FactorPair:
    """The factors of one weight's difference: ``left`` [out, rank], ``right`` [rank, n], float16.

    All of their numbers are finite.
    """

    left: npt.NDArray[np.float16]
    right: npt.NDArray[np.float16]


def tuning_hash(data: bytes) -> str:
    """Return the name of the tuning ``data``: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def unpack(data: bytes) -> tuple[dict[str, FactorPair], TuningCard]:
    """Return the factors in ``data``, by weight, and what it says of itself.

    Raises BadTuning for what is larger than MOST_BYTES, no sound safetensors file, holds anything
    but pairs of factors, one that is out of bounds, or a number that is not finite.
    """
    if len(data) > MOST_BYTES:
        raise bad_tuning(f"they have {len(data)} bytes where {MOST_BYTES} are the most")
    try:
        places, metadata = read_places(io.BytesIO(data), Path("tuning"), len(data))
    except UnreadableFile as error:
        raise bad_tuning("they are no sound safetensors file") from error
    card = read_card(metadata)
    names = sorted({name.rpartition(".")[0] for name in places})
    if set(places) != {f"{name}.{side}" for name in names for side in _SIDES}:
        raise bad_tuning("a factor has no other one, or does not belong to them")
    if len(names) > _MOST_WEIGHTS:
        raise bad_tuning(f"they change {len(names)} weights where {_MOST_WEIGHTS} are the most")
    return {name: _pair(name, places, data) for name in names}, card


def pack(factors: Mapping[str, FactorPair], card: TuningCard) -> bytes:
    """Return the bytes that ``unpack`` reads; raises BadTuning for what it would refuse."""
    header: dict[str, object] = {"__metadata__": to_metadata(card)}
    parts: list[bytes] = []
    end = 0
    for name in sorted(factors):
        for side, factor in zip(_SIDES, (factors[name].left, factors[name].right), strict=True):
            values = factor.astype("<f2").tobytes()
            parts.append(values)
            header[f"{name}.{side}"] = {
                "dtype": "F16",
                "shape": list(factor.shape),
                "data_offsets": [end, end + len(values)],
            }
            end += len(values)
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    data = struct.pack("<Q", len(text)) + text + b"".join(parts)
    unpack(data)
    return data


def _pair(name: str, places: Mapping[str, TensorPlace], data: bytes) -> FactorPair:
    left, right = (places[f"{name}.{side}"] for side in _SIDES)
    if not _NAME.fullmatch(name):
        raise bad_tuning("a weight's name is none that a network has")
    if (left.dtype, right.dtype) != ("F16", "F16"):
        raise bad_tuning(f"the factors of {name} are not float16")
    if len(left.shape) != 2 or len(right.shape) != 2 or left.shape[1] != right.shape[0]:
        raise bad_tuning(f"the factors of {name} do not fit each other")
    if left.shape[1] > _MOST_RANK or max(left.shape[0], right.shape[1]) > _MOST_LENGTH:
        raise bad_tuning(f"the factors of {name} are too large")
    return FactorPair(_values(name, left, data), _values(name, right, data))


def _values(name: str, place: TensorPlace, data: bytes) -> npt.NDArray[np.float16]:
    values = np.frombuffer(data[place.start : place.stop], "<f2").astype(np.float16)
    if not np.isfinite(values).all():
        raise bad_tuning(f"the factors of {name} have values that are not finite")
    return values.reshape(place.shape)
