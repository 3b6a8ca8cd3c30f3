"""A region of a picture off the wire, as the model would draw it: resampled through its place.

Where it shrinks the picture is averaged first, so that nothing is lost and nothing shimmers. What
is transparent, or lies outside of the picture, is grey and counts for nothing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Pillow
from torch import Tensor
from torch.nn.functional import grid_sample

from tugline_protocol.values import CHANNELS, ByteOrder, Image, PicturePlace

from .pictures import PLANES
from .resizing import Pixels

Plane = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

# How many pixels of the averaged picture a pixel of the model's may have: Pillow's own advice for
# `reducing_gap` is 2 to 3. Through a place that turns, each costs as many samples.
_GAP_UPRIGHT: Final = 3.0
_GAP_TURNED: Final = 1.0
_MOST_SAMPLES: Final = 4
# What Lanczos' filter sees on either side, in pixels of what it makes.
_REACH: Final = 3
# Less of a pixel than that is not seen in 8 bits, and its colour would be rounding noise.
_LEAST_WEIGHT: Final = 1 / 255


@dataclass(frozen=True)
class Taken:
    """A picture [3, height, width] from -1 to 1, and how much its pixels count, [height, width].

    The weights are from 0 to 1; where one is 0 the picture is grey.
    """

    picture: Tensor
    weight: Tensor


def take(image: Image, place: PicturePlace | None, width: int, height: int) -> Taken:
    """Return what lies in ``place`` of ``image``, ``width`` by ``height`` pixels of the model's.

    The place may not be flat, and meets the picture (``inversion_checks.py``).
    """
    found = place or PicturePlace(image.width / width, 0.0, 0.0, image.height / height, 0.0, 0.0)
    matrix = np.array([[found.a, found.c, found.e], [found.b, found.d, found.f]])
    upright = found.b == found.c == 0 and found.a > 0 and found.d > 0
    resample = _upright if upright else _turned
    pixels, matrix = _cropped(image, matrix, width, height)
    averaged = _Averaged.of(pixels, image.order, matrix, upright=upright)
    planes = resample(averaged, width, height)
    return _weighed(torch.from_numpy(np.stack(planes)))


@dataclass(frozen=True)
class _Averaged:
    """A picture's planes after averaging, and the place in it.

    The first three are the colours from -1 to 1 times the alpha, the last is the alpha. ``matrix``
    [2, 3] takes the model's image points to theirs.
    """

    planes: Sequence[Plane]
    matrix: Matrix

    @classmethod
    def of(cls, pixels: Pixels, order: ByteOrder, matrix: Matrix, *, upright: bool) -> "_Averaged":
        """Average so many pixels that the place has a few left for each of the model's."""
        linear = matrix[:, :2]
        if upright:
            factors = [_factor(linear[0, 0], _GAP_UPRIGHT), _factor(linear[1, 1], _GAP_UPRIGHT)]
        else:
            least = float(np.linalg.svd(linear, compute_uv=False)[-1])
            factors = [_factor(least, _GAP_TURNED)] * 2
        across, down = (
            min(factor, side) for factor, side in zip(factors, pixels.shape[1::-1], strict=True)
        )
        planes = [_reduced(plane, across, down) for plane in _planes(pixels, order)]
        return cls(planes, matrix / np.array([[across], [down]]))


def _factor(pixels: float, gap: float) -> int:
    """Return how many pixels to average where the model's pixel has so many."""
    return max(1, math.floor(pixels / gap))


def _planes(pixels: Pixels, order: ByteOrder) -> Iterator[Plane]:
    """Yield the colours from -1 to 1 times the alpha, and then the alpha, one after another."""
    if order == "RGB":
        alpha = np.ones(pixels.shape[:2], np.float32)
    else:
        alpha = pixels[..., 3].astype(np.float32)
        alpha /= 255
    for place in PLANES[order]:
        colour = pixels[..., place].astype(np.float32)
        colour /= 127.5
        colour -= 1
        colour *= alpha
        yield colour
    yield alpha


def _cropped(image: Image, matrix: Matrix, width: int, height: int) -> tuple[Pixels, Matrix]:
    """Return the part of a picture that a place can see, and where the place lies in that."""
    pixels = np.frombuffer(image.data, np.uint8).reshape(
        image.height, image.width, CHANNELS[image.order]
    )
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)]) @ matrix.T
    around = 2 + _REACH * np.maximum(1, np.abs(matrix[:, :2]).sum(1))
    most = (image.width - 1, image.height - 1)
    left, top = np.clip(np.floor(corners.min(0) - around), 0, most).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(0) + around), 1, (image.width, image.height))
    return (
        pixels[top : int(bottom), left : int(right)],
        matrix - np.array([[0, 0, left], [0, 0, top]]),
    )


def _reduced(plane: Plane, across: int, down: int) -> Plane:
    """Return the means of blocks; those at the right and lower edge are filled up with nothing."""
    if across == down == 1:
        return plane
    height, width = plane.shape
    filled = np.pad(plane, ((0, -height % down), (0, -width % across)))
    return np.array(Pillow.fromarray(filled).reduce((across, down)))


def _upright(averaged: _Averaged, width: int, height: int) -> list[Plane]:
    """Resample where the place is a rectangle that stands upright, by Lanczos."""
    (across, _, left), (_, down, top) = averaged.matrix
    rows, columns = averaged.planes[0].shape
    right, bottom = left + across * width, top + down * height
    # Nothing lies around the picture, and the filter may look at so much of it.
    before_x, before_y = (_missing(-edge, scale) for edge, scale in ((left, across), (top, down)))
    after_x = _missing(right - columns, across)
    after_y = _missing(bottom - rows, down)
    box = (left + before_x, top + before_y, right + before_x, bottom + before_y)
    margins = ((before_y, after_y), (before_x, after_x))
    return [
        np.asarray(
            Pillow.fromarray(np.pad(plane, margins)).resize(
                (width, height), Pillow.Resampling.LANCZOS, box=box
            )
        )
        for plane in averaged.planes
    ]


def _missing(beyond: float, scale: float) -> int:
    """Return how many pixels of nothing to lay beside the picture where the place goes beyond."""
    if beyond <= 0:
        return 0
    return math.ceil(beyond + _REACH * max(1.0, scale))


def _turned(averaged: _Averaged, width: int, height: int) -> list[Plane]:
    """Resample through any place: bicubic samples, several for a pixel, then Lanczos."""
    linear, offset = averaged.matrix[:, :2], averaged.matrix[:, 2]
    lengths = np.hypot(linear[0], linear[1])
    across, down = (min(_MOST_SAMPLES, max(1, math.ceil(length))) for length in lengths)
    x = (torch.arange(across * width) + 0.5) / across
    y = (torch.arange(down * height) + 0.5) / down
    rows, columns = averaged.planes[0].shape
    to_x = _normal(linear[0, 0] * x[None] + linear[0, 1] * y[:, None] + offset[0], columns)
    to_y = _normal(linear[1, 0] * x[None] + linear[1, 1] * y[:, None] + offset[1], rows)
    grid = torch.stack([to_x, to_y], -1)[None].float()
    return [_sampled(plane, grid, (width, height)) for plane in averaged.planes]


def _normal(positions: Tensor, size: int) -> Tensor:
    """Return positions in pixels as grid_sample takes them: -1 to 1 from edge to edge."""
    return positions * (2 / size) - 1


def _sampled(plane: Plane, grid: Tensor, size: tuple[int, int]) -> Plane:
    found = grid_sample(
        torch.from_numpy(plane)[None, None],
        grid,
        mode="bicubic",
        padding_mode="zeros",
        align_corners=False,
    )
    samples = found[0, 0].numpy()
    if samples.shape == size[::-1]:
        return samples
    return np.asarray(Pillow.fromarray(samples).resize(size, Pillow.Resampling.LANCZOS))


def _weighed(planes: Tensor) -> Taken:
    """Return the colours without the alpha that they were taken times, and the alpha."""
    alpha = planes[3].clamp(0, 1)
    weight = torch.where(alpha < _LEAST_WEIGHT, 0.0, alpha)
    colours = planes[:3] / planes[3].clamp(min=_LEAST_WEIGHT)
    return Taken(torch.where(weight > 0, colours.clamp(-1, 1), 0.0), weight)
