"""Critters that become others: the farther on the way, the less they look like the first."""

import numpy as np
import torch
from torch import Tensor

from tools.critters.parameters import Z_DIM, draw_z, normalised
from tools.critters.renderer import render

FARTHEST = 1.2
NEAREST = 0.04
"""How far a critter goes, radians between the z of two; in equal ratios between these."""


def draw_walks(count: int, steps: int, side: int, seed: int) -> Tensor:
    """Return critters [count, steps + 1, 3, side, side], bytes: where a walk begins, then farther.

    Half of the walks change a fifth of the parameters only. A picture takes about 10 ms at 128 px.
    """
    first, towards = draw_z(count, seed), draw_z(count, seed + 1)
    chosen = np.random.default_rng(seed).random((count, Z_DIM)) < 0.2
    chosen[::2] = True
    first = normalised(first)
    towards = normalised(np.where(chosen, towards, first))
    drawn = []
    for angle in (0.0, *np.geomspace(NEAREST, FARTHEST, steps)):
        z = np.cos(angle) * first + np.sin(angle) * towards
        drawn.append(_bytes(render(np.where(chosen, z, first).astype(np.float32), side)[0]))
    return torch.stack(drawn, dim=1)


def _bytes(pictures: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Tensor:
    return torch.from_numpy(((pictures + 1) * 127.5 + 0.5).astype(np.uint8))
