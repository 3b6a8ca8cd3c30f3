"""Weights of networks that are no generators: what inversion looks at pictures and faces with."""

from pathlib import Path
from typing import Final, Literal

from torch import Tensor

from tugline_daemon.checkpoint.weights import read_weights
from tugline_daemon.folders import auxiliary_folder

from .store import packaged_folder

AuxiliaryName = Literal["features", "lpips", "faces"]

PACKAGED: Final[AuxiliaryName] = "features"
"""Comes with Tugline; the others have to be installed."""


def auxiliary_file(name: AuxiliaryName, folder: Path | None = None) -> Path:
    """Return where the weights lie, or would; ``folder`` is the user's unless another is named."""
    if name == PACKAGED:
        return packaged_folder() / f"{name}.safetensors"
    return (auxiliary_folder() if folder is None else folder) / f"{name}.safetensors"


def auxiliary_weights(name: AuxiliaryName, folder: Path | None = None) -> dict[str, Tensor] | None:
    """Return the tensors of ``name`` on the CPU, None where they are not installed.

    "features" tell how alike pictures look, as "lpips" (VGG16) do; "faces" find faces. Raises
    UnreadableFile for a file that is damaged.
    """
    path = auxiliary_file(name, folder)
    return read_weights(path) if path.exists() else None
