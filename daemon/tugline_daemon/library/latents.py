"""Saved latents: a safetensors file with the tensor ``ws`` and the model that it belongs to.

The metadata: ``format`` (``tugline-latent/1``), ``model`` (its name), ``weights`` (the hash of its
weights). A latent of a model that was tuned to a picture has the format ``tugline-latent/2``, which
an older version refuses instead of drawing it wrongly: ``tuned`` names the tuning, and the tensor
``tuning`` (uint8), if it is there, is the tuning's bytes, so that the file can be used elsewhere.
Numbers and texts, nothing that could run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import safetensors.numpy

from tugline_daemon.checkpoint.errors import CheckpointError
from tugline_daemon.checkpoint.safetensors_file import SafetensorsFile, open_safetensors
from tugline_daemon.checkpoint.tuning_card import MOST_BYTES as MOST_TUNING_BYTES
from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.checkpoint.whole_file import write_whole

from .cards import NAME_PATTERN
from .errors import BadLatent

FORMAT: Final = "tugline-latent/1"
TUNED_FORMAT: Final = "tugline-latent/2"
_TENSOR: Final = "ws"
_TUNING: Final = "tuning"
_MOST_ROWS: Final = 64
_MOST_WIDTH: Final = 4096
_MOST_BYTES: Final = 4 * _MOST_ROWS * _MOST_WIDTH + 65536 + MOST_TUNING_BYTES
_DTYPES: Final[Mapping[str, int]] = {"F16": 2, "F32": 4, "U8": 1}
_HASH: Final = r"[0-9a-f]{64}"


@dataclass(frozen=True)
class SavedLatent:
    """A point in W+ of the model ``model`` with the weights ``weights``.

    ``ws`` is float32 [num_ws, w_dim], all of it finite. ``tuned`` names the tuning with which the
    model draws it, "" for the model as it is; ``tuning`` is that tuning's bytes, b"" where they are
    not carried.
    """

    model: str
    weights: str
    ws: npt.NDArray[np.float32]
    tuned: str = ""
    tuning: bytes = b""


def write_latent(path: Path, latent: SavedLatent) -> None:
    """Write ``latent`` to ``path``, whole or not at all; raises BadLatent where that fails."""
    metadata = {"format": FORMAT, "model": latent.model, "weights": latent.weights}
    tensors: dict[str, npt.NDArray[np.generic]] = {
        _TENSOR: np.ascontiguousarray(latent.ws, np.float32)
    }
    if latent.tuned:
        metadata |= {"format": TUNED_FORMAT, "tuned": latent.tuned}
    if latent.tuning:
        tensors[_TUNING] = np.frombuffer(latent.tuning, np.uint8)
    try:
        write_whole(path, safetensors.numpy.save(tensors, metadata))
    except OSError as error:
        raise BadLatent(
            f"The latent {path} cannot be written ({error.strerror}); free some space or choose "
            "another folder."
        ) from error


def read_latent(path: Path) -> SavedLatent:
    """Read a saved latent; raises BadLatent, naming what is wrong with it."""
    if not path.is_file():
        raise BadLatent(f"There is no file {path}; save a latent with --save-latent first.")
    try:
        with open_safetensors(path, most_bytes=_MOST_BYTES, dtypes=_DTYPES) as file:
            tuned, tuning = _read_tuning(path, file)
            ws = _read_ws(path, file)
            metadata = file.metadata
    except CheckpointError as error:
        raise BadLatent(f"The latent cannot be read: {error}") from error
    model, weights = metadata.get("model", ""), metadata.get("weights", "")
    if not re.fullmatch(NAME_PATTERN, model):
        raise _bad(path, "it names no model")
    if not re.fullmatch(_HASH, weights):
        raise _bad(path, "it does not name the hash of its model's weights")
    return SavedLatent(model, weights, ws, tuned, tuning)


def _read_ws(path: Path, file: SafetensorsFile) -> npt.NDArray[np.float32]:
    place = file.tensors[_TENSOR]
    if place.dtype != "F32" or len(place.shape) != 2:
        raise _bad(path, "ws has to be float32 of the shape num_ws x w_dim")
    if place.shape[0] > _MOST_ROWS or place.shape[1] > _MOST_WIDTH:
        raise _bad(path, f"ws may be at most {_MOST_ROWS} x {_MOST_WIDTH}")
    ws = np.frombuffer(file.read(_TENSOR), "<f4").astype(np.float32).reshape(place.shape)
    if not np.isfinite(ws).all():
        raise _bad(path, "ws has values that are not finite")
    return ws


def _read_tuning(path: Path, file: SafetensorsFile) -> tuple[str, bytes]:
    """Return the name of the tuning, "" for none, and its bytes, b"" where they are not carried.

    Whether they are a tuning is found out by who uses them; here they have to be those named.
    """
    names, told = set(file.tensors), file.metadata.get("format")
    if told == FORMAT and names == {_TENSOR}:
        return "", b""
    if told != TUNED_FORMAT or _TENSOR not in names or not names <= {_TENSOR, _TUNING}:
        raise _bad(path, f"it is no {FORMAT} file with one tensor {_TENSOR}")
    tuned = file.metadata.get("tuned", "")
    if not re.fullmatch(_HASH, tuned):
        raise _bad(path, "it does not name the hash of its tuning")
    tuning = file.read(_TUNING) if _TUNING in names else b""
    if tuning and tuning_hash(tuning) != tuned:
        raise _bad(path, "the tuning in it is another one than it names")
    return tuned, tuning


def _bad(path: Path, reason: str) -> BadLatent:
    return BadLatent(
        f"{path.name} is no latent that can be used: {reason}; save it again with --save-latent."
    )
