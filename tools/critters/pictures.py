"""A pool of drawn critters that training takes its batches from."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tools.critters.parameters import Z_DIM, Floats, draw_mixed, draw_z
from tools.critters.recipe import DETAIL, MIXED, RESOLUTION
from tools.critters.renderer import render


@dataclass(frozen=True)
class Batch:
    """Some critters, and what they are to look like.

    Attributes:
        z: [N, Z_DIM], whose shape.
        looks: [N, Z_DIM], whose colours, stripes and light; the same z but in mixtures.
        picture: [N, 3, R, R], -1 to 1.
        weight: [N, 1, R, R], how much each pixel counts.
    """

    z: Tensor
    looks: Tensor
    picture: Tensor
    weight: Tensor

    def at(self, resolution: int) -> "Batch":
        """The same pictures, averaged down to a lower resolution."""
        if self.picture.shape[-1] == resolution:
            return self
        return Batch(
            z=self.z,
            looks=self.looks,
            picture=F.adaptive_avg_pool2d(self.picture, resolution),
            weight=F.adaptive_avg_pool2d(self.weight, resolution),
        )

    def window(self, top: int, left: int, side: int, margin: int) -> "Batch":
        """A square part of the pictures; a margin along its cut edges weighs nothing."""
        full = self.picture.shape[-1]
        rows, columns = slice(top, top + side), slice(left, left + side)
        down = _counted(top, side, margin, full)[:, None]
        across = _counted(left, side, margin, full)[None]
        return Batch(
            z=self.z,
            looks=self.looks,
            picture=self.picture[..., rows, columns].contiguous(),
            weight=self.weight[..., rows, columns] * (down * across),
        )


def _counted(start: int, side: int, margin: int, full: int) -> Tensor:
    """Ones [side], but zeros in the margins at ends that are not the picture's."""
    counted = torch.ones(side)
    if start > 0:
        counted[:margin] = 0
    if start + side < full:
        counted[-margin:] = 0
    return counted


def drawn(z: Floats) -> Batch:
    """The critters ``z`` [N, Z_DIM] at the full resolution; details weigh more than flat parts."""
    return _drawn(z, z, z)


def _drawn(shape: Floats, looks: Floats, mixture: Floats) -> Batch:
    drawing, part_weight = render(mixture, RESOLUTION)
    picture = torch.from_numpy(drawing)
    blurred = F.avg_pool2d(picture, 9, stride=1, padding=4, count_include_pad=False)
    detail = (picture - blurred).abs().mean(1, keepdim=True)
    weight = torch.from_numpy(part_weight)[:, None] * (1 + DETAIL * detail)
    return Batch(torch.from_numpy(shape), torch.from_numpy(looks), picture, weight)


class Pool:
    """Keeps ``size`` pictures, as bytes; every batch replaces a few, drawn in another thread."""

    def __init__(self, size: int, fresh: int, seed: int) -> None:
        """Draw the first ``size`` pictures; takes about 10 ms each."""
        self._fresh = fresh
        self._seed = seed
        self._z = torch.empty(size, Z_DIM)
        self._looks = torch.empty(size, Z_DIM)
        self._picture = torch.empty(size, 3, RESOLUTION, RESOLUTION, dtype=torch.uint8)
        self._weight = torch.empty(size, 1, RESOLUTION, RESOLUTION, dtype=torch.float16)
        self._oldest = 0
        self._choice = np.random.default_rng(seed)
        self._thread = ThreadPoolExecutor(max_workers=1)
        for start in range(0, size, 64):
            self._store(self._draw(min(64, size - start)))
        self._next: Future[Batch] = self._thread.submit(self._draw, fresh)

    def _draw(self, count: int) -> Batch:
        self._seed += 1
        if self._seed % MIXED == 0:
            return _drawn(*draw_mixed(count, self._seed))
        return drawn(draw_z(count, self._seed))

    def _store(self, batch: Batch) -> None:
        places = torch.arange(self._oldest, self._oldest + len(batch.z)) % len(self._z)
        self._z[places] = batch.z
        self._looks[places] = batch.looks
        self._picture[places] = ((batch.picture + 1) * 127.5 + 0.5).to(torch.uint8)
        self._weight[places] = batch.weight.to(torch.float16)
        self._oldest = (self._oldest + len(batch.z)) % len(self._z)

    def batch(self, count: int) -> Batch:
        """Return ``count`` pictures of the pool, the newly drawn among them."""
        fresh = self._next.result()
        newest = (self._oldest + np.arange(self._fresh)) % len(self._z)
        self._store(fresh)
        self._next = self._thread.submit(self._draw, self._fresh)
        others = self._choice.integers(len(self._z), size=count - self._fresh)
        places = torch.from_numpy(np.concatenate([newest, others]))
        return Batch(
            z=self._z[places],
            looks=self._looks[places],
            picture=self._picture[places].float() / 127.5 - 1,
            weight=self._weight[places].float(),
        )
