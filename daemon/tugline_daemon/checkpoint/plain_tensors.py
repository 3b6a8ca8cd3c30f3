"""Some tensors of a stranger's file, of a network that is no generator.

A confined process reads it (``isolation.py``), as it does for generators.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from .errors import UnfitWeights, UnreadableFile
from .inert.refusal import shown
from .isolation import IsolatedReader, reading
from .passing import Told, ToldTensor

TABLE_READER: Final = (sys.executable, "-I", "-m", "tugline_daemon.checkpoint.plain_process")

_PIECE: Final = 1 << 20


def read_plain_tensors(
    path: Path, wanted: Mapping[str, tuple[int, ...]], *, reader: Sequence[str] = TABLE_READER
) -> dict[str, Tensor]:
    """Return the ``wanted`` tensors, by name and shape, of the torch or safetensors file ``path``.

    They are float32, on the CPU; what else the file holds is passed over. ``reader`` is the command
    of the process that reads.

    Raises UnreadableFile for a file that is unsound or has values that are not finite,
    UnknownNetwork for one without tensors, UnfitWeights where one is missing or of another shape or
    type, ReaderFailed where reading ran into a limit.
    """
    with reading(path, reader) as process:
        told = process.told()
        _check(told, wanted, path)
        found = {}
        for tensor in told.tensors:
            if tensor.name in wanted:
                found[tensor.name] = _values(process, tensor, path)
            else:
                _pass_over(process, tensor.size)
        process.finish()
    return found


def _check(told: Told, wanted: Mapping[str, tuple[int, ...]], path: Path) -> None:
    there = {tensor.name: tensor for tensor in told.tensors}
    for name, shape in wanted.items():
        if name not in there:
            difference = f"the tensor {name} is missing"
        elif there[name].shape != shape:
            difference = f"the tensor {name} has the shape {there[name].shape} and not {shape}"
        elif there[name].dtype != "F32":
            difference = f"the tensor {name} is of {there[name].dtype} and not of F32"
        else:
            continue
        raise UnfitWeights(
            f"{shown(path.name)} cannot be used, it is not of the network that is wanted: "
            f"{difference}; fetch the file again."
        )


def _values(process: IsolatedReader, tensor: ToldTensor, path: Path) -> Tensor:
    values = np.empty(tensor.shape, "<f4")
    process.read_into(values.reshape(-1).view(np.uint8).data)
    if not np.isfinite(values).all():
        raise UnreadableFile(
            f"{shown(path.name)} cannot be used: the tensor {tensor.name} has values that are not "
            "finite; fetch the file again."
        )
    return torch.from_numpy(values.astype(np.float32, copy=False))


def _pass_over(process: IsolatedReader, size: int) -> None:
    room = memoryview(bytearray(_PIECE))
    for first in range(0, size, _PIECE):
        process.read_into(room[: min(_PIECE, size - first)])
