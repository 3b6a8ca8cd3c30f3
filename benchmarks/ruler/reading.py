"""The ruler: where the landmarks are in pictures, and how far it is off on average."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from benchmarks.ruler.network import SIDE, LandmarkNetwork

WEIGHTS = Path(__file__).parent / "landmarks.safetensors"
FIGURES = Path(__file__).parent / "landmarks.json"

_AT_ONCE = 32


@dataclass(frozen=True)
class Reading:
    """What the ruler sees in N pictures.

    Attributes:
        points: [N, 18, 2], (x, y) in image pixels, in the order of ``tools.critters.landmarks``.
        visible: [N, 18], how likely each landmark is in sight, 0 to 1; the points of hidden ones
            mean little.
    """

    points: Tensor
    visible: Tensor


@dataclass(frozen=True)
class HeldOutError:
    """How far the ruler's points lie from the renderer's on pictures it never saw, image pixels.

    Over all visible landmarks of ``pictures`` critters drawn from stream ``seed``.
    """

    median_px: float
    mean_px: float
    p95_px: float
    pictures: int
    seed: int


@cache
def _network() -> LandmarkNetwork:
    network = LandmarkNetwork()
    network.load_state_dict({name: part.float() for name, part in load_file(WEIGHTS).items()})
    return network.eval().requires_grad_(requires_grad=False)


def read(pictures: Tensor) -> Reading:
    """Find all landmarks of ``pictures`` [N, 3, 128, 128], RGB, -1 to 1.

    Raises ValueError for pictures of another shape.
    """
    if pictures.shape[1:] != (3, SIDE, SIDE):
        raise ValueError(
            f"pictures have shape {list(pictures.shape)}; give [N, 3, {SIDE}, {SIDE}]."
        )
    with torch.no_grad():
        seen = [_network()(part.float()) for part in torch.split(pictures.clamp(-1, 1), _AT_ONCE)]
    return Reading(
        torch.cat([part.points for part in seen]),
        torch.cat([part.seen.sigmoid() for part in seen]),
    )


def find(pictures: Tensor) -> Tensor:
    """Return the landmarks' places [N, 18, 2], (x, y) in image pixels, as :func:`read` does."""
    return read(pictures).points


def held_out_error() -> HeldOutError:
    """Return the ruler's own error, the floor of what it can measure, as it was measured once.

    ``python -m benchmarks.ruler error`` measures it again.
    """
    stored = json.loads(FIGURES.read_text(encoding="utf-8"))
    return HeldOutError(**{name: stored[name] for name in HeldOutError.__dataclass_fields__})
