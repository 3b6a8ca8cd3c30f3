"""Saved latents: a safetensors file with the tensor ``ws`` and the model that it belongs to.

The metadata: ``format`` (``tugline-latent/1``), ``model`` (its name), ``weights`` (the hash of its
weights). Numbers and texts, nothing that could run.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import safetensors.numpy

from tugline_daemon.checkpoint.errors import CheckpointError
from tugline_daemon.checkpoint.safetensors_file import open_safetensors
from tugline_daemon.checkpoint.whole_file import write_whole

from .cards import NAME_PATTERN
from .errors import BadLatent

FORMAT: Final = "tugline-latent/1"
_TENSOR: Final = "ws"
_MOST_ROWS: Final = 64
_MOST_WIDTH: Final = 4096
_MOST_BYTES: Final = 4 * _MOST_ROWS * _MOST_WIDTH + 65536


@dataclass(frozen=True)
class SavedLatent:
    """A point in W+ of the model ``model`` with the weights ``weights``.

    ``ws`` is float32 [num_ws, w_dim], all of it finite.
    """

    model: str
    weights: str
    ws: npt.NDArray[np.float32]


def write_latent(path: Path, latent: SavedLatent) -> None:
    """Write ``latent`` to ``path``, whole or not at all; raises BadLatent where that fails."""
    metadata = {"format": FORMAT, "model": latent.model, "weights": latent.weights}
    tensors = {_TENSOR: np.ascontiguousarray(latent.ws, np.float32)}
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
        with open_safetensors(path, most_bytes=_MOST_BYTES) as file:
            metadata, places = file.metadata, file.tensors
            if metadata.get("format") != FORMAT or set(places) != {_TENSOR}:
                raise _bad(path, f"it is no {FORMAT} file with one tensor {_TENSOR}")
            place, data = places[_TENSOR], file.read(_TENSOR)
    except CheckpointError as error:
        raise BadLatent(f"The latent cannot be read: {error}") from error
    if place.dtype != "F32" or len(place.shape) != 2:
        raise _bad(path, "ws has to be float32 of the shape num_ws x w_dim")
    if place.shape[0] > _MOST_ROWS or place.shape[1] > _MOST_WIDTH:
        raise _bad(path, f"ws may be at most {_MOST_ROWS} x {_MOST_WIDTH}")
    model, weights = metadata.get("model", ""), metadata.get("weights", "")
    if not re.fullmatch(NAME_PATTERN, model):
        raise _bad(path, "it names no model")
    if not re.fullmatch(r"[0-9a-f]{64}", weights):
        raise _bad(path, "it does not name the hash of its model's weights")
    ws = np.frombuffer(data, "<f4").astype(np.float32).reshape(place.shape)
    if not np.isfinite(ws).all():
        raise _bad(path, "ws has values that are not finite")
    return SavedLatent(model, weights, ws)


def _bad(path: Path, reason: str) -> BadLatent:
    return BadLatent(
        f"{path.name} is no latent that can be used: {reason}; save it again with --save-latent."
    )
