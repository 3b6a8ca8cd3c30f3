"""Pictures and latents between tensors and the wire: sizes, rectangles, byte orders, alpha."""

from typing import Final

import numpy as np
import torch
from PIL import Image as Pillow

from tugline_daemon.generator import Generator
from tugline_protocol.values import CHANNELS, ByteOrder, Image, Latent, Mask, PictureFormat

from .feathering import Alpha
from .resizing import Pixels, by_pillow, resized

PLANES: Final[dict[ByteOrder, tuple[int, int, int]]] = {
    "RGB": (0, 1, 2),
    "RGBA": (0, 1, 2),
    "BGRA": (2, 1, 0),
}
# Rows that are converted at a time: what lies between stays in the processor's cache.
_STRIP: Final = 128


def to_tensor(latent: Latent, device: torch.device) -> torch.Tensor:
    """Return a latent off the wire as [num_ws, w_dim]."""
    numbers = np.frombuffer(latent.data, "<f4").astype(np.float32)
    return torch.from_numpy(numbers.reshape(latent.num_ws, latent.w_dim)).to(device)


def to_latent(ws: torch.Tensor) -> Latent:
    """Return ``ws`` [num_ws, w_dim] for the wire."""
    num_ws, w_dim = ws.shape
    rows = ws.detach().to("cpu", torch.float32).numpy()
    return Latent(num_ws, w_dim, rows.astype("<f4").tobytes())


def draw(
    generator: Generator, ws: torch.Tensor, wanted: PictureFormat, alpha: Alpha | None = None
) -> Image:
    """Return the picture of ``ws`` [num_ws, w_dim] as it is wanted; ``alpha`` as in to_image."""
    with torch.no_grad():
        picture = generator.synthesize(ws[None])[0]
    return to_image(picture, wanted, alpha)


def to_image(picture: torch.Tensor, wanted: PictureFormat, alpha: Alpha | None = None) -> Image:
    """Return ``picture`` [3, height, width] in the size, rectangle and byte order that is wanted.

    The values of a picture are about -1 to 1. ``alpha`` None is 255 everywhere. A rectangle shows
    what the whole picture shows there, but for rounding: the filter sees what lies around it.
    """
    return finished(to_pixels(picture, wanted.order).cpu().numpy(), wanted, alpha)


def to_pixels(picture: torch.Tensor, order: ByteOrder) -> torch.Tensor:
    """Return ``picture`` [3, height, width] as uint8 [height, width, channels], alpha 255.

    On a processor by numpy: torch would share each of these short works among its threads, and on
    a busy machine wait for the last of them. On a device by torch, so that bytes are copied.
    """
    picture = picture.detach().float()
    if picture.device.type == "cpu":
        return torch.from_numpy(_by_numpy(picture.numpy(), order))
    return _by_torch(picture, order)


def finished(pixels: Pixels, wanted: PictureFormat, alpha: Alpha | None = None) -> Image:
    """Return ``pixels`` of a whole picture, in the wanted order, as to_image says.

    They may be overwritten, and become part of the result.
    """
    height, width, channels = pixels.shape
    size = (wanted.width or width, wanted.height or height)
    pixels = resized(pixels, size, wanted.rect, wanted.filter)
    if alpha is not None and channels == 4:
        pixels[..., 3] = alpha.of(size, wanted)
    return Image(pixels.shape[1], pixels.shape[0], wanted.order, pixels.data.cast("B"))


def mask_pixels(mask: Mask) -> Pixels:
    """Return a mask off the wire as uint8 [height, width]; 255 = may move."""
    return np.frombuffer(mask.data, np.uint8).reshape(mask.height, mask.width)


def movable(mask: Mask, generator: Generator, device: torch.device) -> torch.Tensor:
    """Return a mask in the size of the model's picture: [height, width], 1 = may move."""
    size = generator.width, generator.height
    pixels = by_pillow(mask_pixels(mask), size, None, Pillow.Resampling.BOX)
    return torch.from_numpy(pixels.astype(np.float32) / 255).to(device)


def _by_numpy(planes: np.ndarray, order: ByteOrder) -> Pixels:
    _, height, width = planes.shape
    pixels = np.empty((height, width, CHANNELS[order]), np.uint8)
    pixels[..., 3:] = 255
    with np.errstate(invalid="ignore"):  # what is no number becomes 0
        for top in range(0, height, _STRIP):
            rows = slice(top, top + _STRIP)
            for place, plane in enumerate(PLANES[order]):
                pixels[rows, :, place] = _levels(planes[plane, rows])
    return pixels


def _levels(values: np.ndarray) -> np.ndarray:
    """Return values of about -1 to 1 as 0 to 255, like the reference's generate.py."""
    levels = values * np.float32(127.5)
    levels += np.float32(128)
    return np.clip(levels, 0, 255, out=levels)


def _by_torch(picture: torch.Tensor, order: ByteOrder) -> torch.Tensor:
    levels = (picture * 127.5 + 128).clamp(0, 255).nan_to_num(0).to(torch.uint8)
    _, height, width = picture.shape
    pixels = levels.new_full((height, width, CHANNELS[order]), 255)
    for place, plane in enumerate(PLANES[order]):
        pixels[..., place] = levels[plane]
    return pixels
