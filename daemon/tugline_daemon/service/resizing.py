"""Pixels in another size: whole pictures as quickly as can be, parts as the whole has them."""

from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Pillow
from torch.nn.functional import interpolate
from torch.torch_version import TorchVersion

from tugline_protocol.values import Rect, ResampleFilter

Pixels = npt.NDArray[np.uint8]

_FILTERS: Final[dict[ResampleFilter, Pillow.Resampling]] = {
    "nearest": Pillow.Resampling.NEAREST,
    "bilinear": Pillow.Resampling.BILINEAR,
    "bicubic": Pillow.Resampling.BICUBIC,
    "lanczos": Pillow.Resampling.LANCZOS,
}
# What torch does as Pillow does it, two levels of 255 apart at the most, in a tenth of the time;
# Lanczos since https://github.com/pytorch/pytorch/pull/177320, surely in 2.13.
_BY_TORCH: Final = frozenset({"bilinear", "bicubic"}) | (
    frozenset({"lanczos"}) if TorchVersion(torch.__version__) >= "2.13" else frozenset()
)


def resized(pixels: Pixels, size: tuple[int, int], rect: Rect | None, by: ResampleFilter) -> Pixels:
    """Return ``pixels`` [height, width, 3 or 4] stretched to ``size`` (width, height).

    With ``rect``, in pixels of that size, only that part. The result may be ``pixels`` itself.
    """
    height, width = pixels.shape[:2]
    if rect == Rect(0, 0, *size):
        rect = None
    if size == (width, height):
        return pixels if rect is None else part(pixels, rect)
    if by == "nearest":
        return _by_nearest(pixels, size, rect or Rect(0, 0, *size))
    if rect is None and by in _BY_TORCH:
        return _by_torch(pixels, size, by)
    return by_pillow(pixels, size, rect, _FILTERS[by])


def part(pixels: Pixels, rect: Rect) -> Pixels:
    """Return a part of ``pixels`` [height, width, ...] as an array of its own."""
    return pixels[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width].copy()


def by_pillow(
    pixels: Pixels, size: tuple[int, int], rect: Rect | None, by: Pillow.Resampling
) -> Pixels:
    """Do what ``resized`` does, also for masks [height, width]; no channel is taken for an alpha.

    The filter sees what lies around a part.
    """
    height, width = pixels.shape[:2]
    across, down = width / size[0], height / size[1]
    rect = rect or Rect(0, 0, *size)
    box = (
        rect.x * across,
        rect.y * down,
        min((rect.x + rect.width) * across, width),
        min((rect.y + rect.height) * down, height),
    )
    mode = "L" if pixels.ndim == 2 else "RGB" if pixels.shape[2] == 3 else "RGBX"
    whole = Pillow.frombuffer(
        mode, (width, height), np.ascontiguousarray(pixels), "raw", mode, 0, 1
    )
    return np.array(whole.resize((rect.width, rect.height), by, box=box))


def _by_torch(pixels: Pixels, size: tuple[int, int], by: str) -> Pixels:
    # A view that torch knows for channels_last: it resizes that, and returns it, as it lies.
    planes = torch.from_numpy(pixels).view(1, *pixels.shape).permute(0, 3, 1, 2)
    found = interpolate(planes, size[::-1], mode=by, antialias=True)[0].permute(1, 2, 0)
    return np.ascontiguousarray(found.numpy())


def _by_nearest(pixels: Pixels, size: tuple[int, int], rect: Rect) -> Pixels:
    # Pillow would round the source of a part otherwise than that of the whole.
    height, width = pixels.shape[:2]
    rows = (np.arange(rect.y, rect.y + rect.height) + 0.5) * (height / size[1])
    columns = (np.arange(rect.x, rect.x + rect.width) + 0.5) * (width / size[0])
    found: Pixels = pixels.take(columns.astype(int), 1).take(rows.astype(int), 0)
    return found
