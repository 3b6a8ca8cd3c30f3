"""What can be done to a picture, from hardly seen to ruined."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

Choice = np.random.Generator
Apply = Callable[[Tensor, Tensor, float, Choice], Tensor]
"""Gets a picture [3, S, S], another such picture, an amount and what it may choose."""


@dataclass(frozen=True)
class Distortion:
    """One kind.

    ``hardly`` is the amount that can just be seen, ``ruined`` the one that leaves little of the
    picture, by our judgement; between them lies ``strength``, 0 to 1, in equal ratios. ``family``
    says what is touched: pixels, places, colours or parts. ``held_out`` ones are not trained with.
    """

    name: str
    family: str
    hardly: float
    ruined: float
    apply: Apply
    held_out: bool = False

    def __call__(self, picture: Tensor, other: Tensor, strength: float, choice: Choice) -> Tensor:
        """Return `picture` [3, S, S], -1 to 1, distorted; `other` may show through."""
        amount = self.hardly * (self.ruined / self.hardly) ** strength
        return self.apply(picture, other, amount, choice).clamp(-1, 1)


def _blur(picture: Tensor, _other: Tensor, sigma: float, _choice: Choice) -> Tensor:
    sigma *= picture.shape[-1] / 64
    reach = max(1, math.ceil(3 * sigma))
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).expand(3, 1, 1, -1)
    wide = F.pad(picture[None], (reach, reach, reach, reach), mode="reflect")
    return F.conv2d(F.conv2d(wide, taps, groups=3), taps.mT, groups=3)[0]


def _noise(picture: Tensor, _other: Tensor, spread: float, choice: Choice) -> Tensor:
    return picture + spread * _gaussian(choice, *picture.shape)


def _gaussian(choice: Choice, *shape: int) -> Tensor:
    return torch.from_numpy(choice.standard_normal(shape, dtype=np.float32))


def _mosaic(picture: Tensor, _other: Tensor, cell: float, _choice: Choice) -> Tensor:
    side = picture.shape[-1]
    cells = max(2, round(64 / cell))
    small = F.interpolate(picture[None], (cells, cells), mode="area")
    return F.interpolate(small, (side, side), mode="nearest")[0]


def _seen_from(
    picture: Tensor, matrix: Sequence[Sequence[float]], moved: Tensor | None = None
) -> Tensor:
    """Sample the picture where `matrix` [2, 3] says, with `moved` [1, S, S, 2] on top."""
    theta = torch.tensor(matrix, dtype=torch.float32)[None]
    grid = F.affine_grid(theta, [1, *picture.shape], align_corners=False)
    if moved is not None:
        grid = grid + moved
    return F.grid_sample(picture[None], grid, padding_mode="reflection", align_corners=False)[0]


def _shift(picture: Tensor, _other: Tensor, part: float, choice: Choice) -> Tensor:
    angle = choice.uniform(0, 2 * math.pi)
    x, y = 2 * part * math.cos(angle), 2 * part * math.sin(angle)
    return _seen_from(picture, [[1, 0, x], [0, 1, y]])


def _turn(picture: Tensor, _other: Tensor, degrees: float, choice: Choice) -> Tensor:
    angle = math.radians(degrees) * choice.choice([-1, 1])
    cos, sin = math.cos(angle), math.sin(angle)
    return _seen_from(picture, [[cos, -sin, 0], [sin, cos, 0]])


def _zoom(picture: Tensor, _other: Tensor, more: float, choice: Choice) -> Tensor:
    factor = (1 + more) ** choice.choice([-1, 1])
    return _seen_from(picture, [[factor, 0, 0], [0, factor, 0]])


def _warp(picture: Tensor, _other: Tensor, part: float, choice: Choice) -> Tensor:
    coarse = 2 * part * _gaussian(choice, 1, 2, 5, 5)
    size = picture.shape[-2:]
    moved = F.interpolate(coarse, size, mode="bicubic", align_corners=False).permute(0, 2, 3, 1)
    return _seen_from(picture, [[1, 0, 0], [0, 1, 0]], moved)


def _tint(picture: Tensor, _other: Tensor, amount: float, choice: Choice) -> Tensor:
    gain, offset = (amount * _gaussian(choice, 3, 1, 1) for _ in range(2))
    return picture * (1 + 0.5 * gain) + offset


def _contrast(picture: Tensor, _other: Tensor, less: float, choice: Choice) -> Tensor:
    mean = picture.mean((1, 2), keepdim=True)
    factor = 1 - less if choice.uniform() < 0.7 else 1 + 2 * less
    return mean + (picture - mean) * factor


def _clouds(picture: Tensor, _other: Tensor, spread: float, choice: Choice) -> Tensor:
    coarse = spread * _gaussian(choice, 1, 3, 4, 4)
    return picture + F.interpolate(coarse, picture.shape[-2:], mode="bilinear")[0]


def _window(side: int, area: float, choice: Choice) -> tuple[slice, slice]:
    ratio = math.exp(choice.uniform(-0.7, 0.7))
    height = min(side, max(1, round(side * math.sqrt(area * ratio))))
    width = min(side, max(1, round(side * math.sqrt(area / ratio))))
    top, left = choice.integers(side - height + 1), choice.integers(side - width + 1)
    return slice(top, top + height), slice(left, left + width)


def _part(picture: Tensor, other: Tensor, area: float, choice: Choice) -> Tensor:
    rows, columns = _window(picture.shape[-1], area, choice)
    changed = picture.clone()
    changed[:, rows, columns] = other[:, rows, columns]
    return changed


def _swap(picture: Tensor, _other: Tensor, area: float, choice: Choice) -> Tensor:
    """Lay a part of the picture over another of its parts, and a little of it stays there."""
    side = picture.shape[-1]
    rows, columns = _window(side, area, choice)
    by = (int(choice.integers(side // 4, side)), int(choice.integers(side // 4, side)))
    changed = picture.clone()
    changed[:, rows, columns] = picture.roll(by, (1, 2))[:, rows, columns]
    return changed


def _fade(picture: Tensor, other: Tensor, amount: float, _choice: Choice) -> Tensor:
    return picture.lerp(other, amount)


DISTORTIONS: tuple[Distortion, ...] = (
    Distortion("blur", "pixels", 0.35, 6.0, _blur),
    Distortion("noise", "pixels", 0.04, 1.2, _noise),
    Distortion("mosaic", "pixels", 1.3, 13.0, _mosaic, held_out=True),
    Distortion("shift", "places", 0.006, 0.3, _shift),
    Distortion("turn", "places", 0.8, 60.0, _turn, held_out=True),
    Distortion("zoom", "places", 0.012, 0.8, _zoom),
    Distortion("warp", "places", 0.005, 0.14, _warp),
    Distortion("tint", "colours", 0.03, 0.9, _tint),
    Distortion("contrast", "colours", 0.06, 0.95, _contrast),
    Distortion("clouds", "colours", 0.05, 1.2, _clouds, held_out=True),
    Distortion("part", "parts", 0.003, 0.7, _part),
    Distortion("swap", "parts", 0.003, 0.7, _swap, held_out=True),
    Distortion("fade", "parts", 0.04, 0.9, _fade),
)
