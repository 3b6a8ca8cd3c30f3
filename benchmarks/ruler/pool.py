"""Drawn critters that both networks take their batches from."""

import numpy as np
import torch
from torch import Tensor

from benchmarks.ruler.network import SIDE
from tools.critters.parameters import Z_DIM, draw_z
from tools.critters.renderer import render


def drawn(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw critters of a numbered stream, some 10 ms each.

    Returns z [count, Z_DIM] and pictures [count, 3, 128, 128], RGB, -1 to 1.
    """
    z = draw_z(count, seed)
    pictures, _ = render(z, SIDE)
    return torch.from_numpy(z), torch.from_numpy(pictures)


class Pool:
    """Pictures kept as bytes; each batch draws a few more, which take the oldest places."""

    def __init__(self, size: int, fresh: int, seed: int) -> None:
        """Draw the first ``size`` pictures."""
        self._fresh, self._seed, self._oldest = fresh, seed, 0
        self._choice = np.random.default_rng(seed)
        self._z = torch.empty(size, Z_DIM)
        self._pictures = torch.empty(size, 3, SIDE, SIDE, dtype=torch.uint8)
        for start in range(0, size, 64):
            self._draw(min(64, size - start))

    def _draw(self, count: int) -> None:
        self._seed += 1
        z, pictures = drawn(count, self._seed)
        places = torch.arange(self._oldest, self._oldest + count) % len(self._z)
        self._z[places] = z
        self._pictures[places] = ((pictures + 1) * 127.5 + 0.5).to(torch.uint8)
        self._oldest = (self._oldest + count) % len(self._z)

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Return ``count`` of the critters: z and pictures, as :func:`drawn` does."""
        self._draw(self._fresh)
        places = torch.from_numpy(self._choice.integers(len(self._z), size=count))
        return self._z[places], self._pictures[places].float() / 127.5 - 1
