"""Pictures and latents between tensors and the wire: sizes, rectangles, byte orders, alpha."""

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Pillow

from tugline_daemon.generator import Generator
from tugline_protocol.values import (
    CHANNELS,
    Image,
    Latent,
    Mask,
    PictureFormat,
    Rect,
    ResampleFilter,
)

Pixels = npt.NDArray[np.uint8]

_FILTERS: dict[ResampleFilter, Pillow.Resampling] = {
    "nearest": Pillow.Resampling.NEAREST,
    "bilinear": Pillow.Resampling.BILINEAR,
    "bicubic": Pillow.Resampling.BICUBIC,
    "lanczos": Pillow.Resampling.LANCZOS,
}


def to_tensor(latent: Latent, device: torch.device) -> torch.Tensor:
    """Return a latent off the wire as [num_ws, w_dim]."""
    numbers = np.frombuffer(latent.data, "<f4").astype(np.float32)
    return torch.from_numpy(numbers.reshape(latent.num_ws, latent.w_dim)).to(device)


def to_latent(ws: torch.Tensor) -> Latent:
    """Return ``ws`` [num_ws, w_dim] for the wire."""
    num_ws, w_dim = ws.shape
    rows = ws.detach().to("cpu", torch.float32).numpy()
    return Latent(num_ws, w_dim, rows.astype("<f4").tobytes())


def render(generator: Generator, ws: torch.Tensor) -> Pixels:
    """Return the picture of ``ws`` [num_ws, w_dim] as uint8 [height, width, 3], RGB."""
    with torch.no_grad():
        picture = generator.synthesize(ws[None])[0]  # [3, height, width], about -1 to 1
        pixels = (picture * 127.5 + 128).clamp(0, 255).to(torch.uint8)
        return pixels.permute(1, 2, 0).cpu().numpy()


def to_image(pixels: Pixels, wanted: PictureFormat, mask: Pixels | None = None) -> Image:
    """Return ``pixels`` [height, width, 3] in the size, rectangle and byte order that is wanted.

    ``mask`` [rows, columns], stretched over the same picture, becomes the alpha; without one alpha
    is 255. A rectangle shows what the whole picture shows there, but for rounding: the filter sees
    what lies around it.
    """
    rgb = _resampled(pixels, wanted, _FILTERS[wanted.filter])
    height, width, _ = rgb.shape
    channels = CHANNELS[wanted.order]
    out = np.full((height, width, channels), 255, np.uint8)
    out[..., :3] = rgb[..., ::-1] if wanted.order == "BGRA" else rgb
    if mask is not None and channels == 4:
        size = (wanted.width or pixels.shape[1], wanted.height or pixels.shape[0])
        whole = PictureFormat(*size, rect=wanted.rect)
        out[..., 3] = _resampled(mask, whole, Pillow.Resampling.BILINEAR)
    return Image(width, height, wanted.order, out.data.cast("B"))


def mask_pixels(mask: Mask) -> Pixels:
    """Return a mask off the wire as uint8 [height, width]; 255 = may move."""
    return np.frombuffer(mask.data, np.uint8).reshape(mask.height, mask.width)


def movable(mask: Mask, generator: Generator, device: torch.device) -> torch.Tensor:
    """Return a mask in the size of the model's picture: [height, width], 1 = may move."""
    size = PictureFormat(generator.width, generator.height)
    pixels = _resampled(mask_pixels(mask), size, Pillow.Resampling.BOX)
    return torch.from_numpy(pixels.astype(np.float32) / 255).to(device)


def _resampled(pixels: Pixels, wanted: PictureFormat, by: Pillow.Resampling) -> Pixels:
    """Return the wanted rectangle of ``pixels`` stretched to the wanted size."""
    height, width = pixels.shape[:2]
    size = (wanted.width or width, wanted.height or height)
    rect = wanted.rect or Rect(0, 0, *size)
    if size == (width, height):
        return pixels[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    across, down = width / size[0], height / size[1]
    if by is Pillow.Resampling.NEAREST:
        # Pillow rounds the source of a part otherwise than that of the whole.
        rows = (np.arange(rect.y, rect.y + rect.height) + 0.5) * down
        columns = (np.arange(rect.x, rect.x + rect.width) + 0.5) * across
        return pixels[np.ix_(rows.astype(int), columns.astype(int))]
    box = (
        rect.x * across,
        rect.y * down,
        min((rect.x + rect.width) * across, width),
        min((rect.y + rect.height) * down, height),
    )
    part = Pillow.fromarray(pixels).resize((rect.width, rect.height), by, box=box)
    return np.asarray(part)
