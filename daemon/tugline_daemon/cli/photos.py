"""A picture of the user's, of any kind, as pixels in sRGB: what an inversion starts from."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from tugline_daemon.library.thumbnails import UNSOUND_PICTURE

from .terminal import CommandFailed

MOST_PIXELS: Final = 1 << 27
_MOST_BYTES: Final = 1 << 30
# Not among them: formats that other programs would be started for, and those of raw data.
_FORMATS: Final = (
    *("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "AVIF", "TGA", "PCX", "PSD"),
    "QOI",
)
_MOVING: Final = ("GIF", "PNG", "WEBP", "AVIF")
_DEEP_GREY: Final = 257  # 65535 / 255
_CMYK: Final = "CMYK"


@dataclass(frozen=True)
class Photo:
    """A picture as it was read: ``picture`` is RGB, or RGBA where some of it is transparent.

    It stands upright and its colours are sRGB. ``remarks`` are sentences on what was left out.
    """

    picture: Image.Image
    remarks: tuple[str, ...] = ()


def read_photo(path: Path) -> Photo:
    """Read the picture ``path``; raises CommandFailed, in one sentence, where that cannot be.

    Its EXIF orientation and its colour profile are followed, 16 bits become 8, an alpha stays. Of
    several pictures the first is taken. A picture may have MOST_PIXELS pixels.
    """
    if path.is_dir():
        raise CommandFailed(f"{path} is a folder; name a picture in it.")
    if not path.exists():
        raise CommandFailed(f"There is no file {path}.")
    if not path.is_file():
        raise CommandFailed(f"{path} is no ordinary file; name a picture.")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CommandFailed(
                f"{path} has more than {_MOST_BYTES >> 20} MB; save it smaller, as PNG or JPEG."
            )
        with warnings.catch_warnings():
            # The limit on pixels is our own; what else Pillow warns of, it reads all the same.
            warnings.simplefilter("ignore")
            Image.init()
            known: list[str] = [name for name in _FORMATS if name in Image.OPEN]
            with Image.open(path, formats=known) as opened:
                return _photo(opened, path)
    except UnidentifiedImageError as error:
        raise CommandFailed(
            f"{path} is no picture of a kind that can be read; save it as PNG or JPEG."
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(path, "far too many pixels") from error
    except UNSOUND_PICTURE as error:
        raise CommandFailed(
            f"The picture {path} is damaged or cut off ({error}); save it again as PNG or JPEG."
        ) from error


def _photo(opened: Image.Image, path: Path) -> Photo:
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_large(path, f"{opened.width} x {opened.height} pixels")
    remarks = _remark_on_frames(opened)
    profile = opened.info.get("icc_profile")
    upright = _eight_bits(ImageOps.exif_transpose(opened), path)
    alpha = upright.getchannel("A") if "A" in upright.getbands() else None
    colours = upright.convert(upright.mode.removesuffix("A")) if alpha else upright
    if profile:
        colours, remark = _in_srgb(colours, profile)
        remarks += remark
    picture = colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        if alpha.getextrema() == (0, 0):
            raise CommandFailed(f"{path} is wholly transparent; there is nothing to look for.")
        picture.putalpha(alpha)
    return Photo(picture, remarks)


def _too_large(path: Path, size: str) -> CommandFailed:
    return CommandFailed(
        f"{path} has {size} where {MOST_PIXELS // 10**6} million are the most; scale it down, or "
        "cut out what matters."
    )


def _remark_on_frames(opened: Image.Image) -> tuple[str, ...]:
    frames = getattr(opened, "n_frames", 1)
    if frames == 1 or opened.format == "MPO":  # a photo with a second one for depth or preview
        return ()
    name = "frames" if opened.format in _MOVING else "pages or layers"
    return (f"It has {frames} {name}; the first is taken.",)


def _eight_bits(picture: Image.Image, path: Path) -> Image.Image:
    """Return ``picture`` as L, LA, RGB, RGBA or CMYK."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        values = np.asarray(picture).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise _too_deep(path)
        grey = (values + _DEEP_GREY // 2) // _DEEP_GREY
        return Image.fromarray(grey.astype(np.uint8))
    if picture.mode in {"F", "LAB", "HSV"}:
        raise _too_deep(path)
    if picture.mode == _CMYK:
        return picture
    if picture.has_transparency_data:
        return picture.convert("LA" if picture.mode in {"1", "L", "LA"} else "RGBA")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _too_deep(path: Path) -> CommandFailed:
    return CommandFailed(
        f"The colours of {path} are of a kind that cannot be read; save it with 8 or 16 bits a "
        "channel, as PNG or TIFF."
    )


def _in_srgb(picture: Image.Image, profile: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    """Return ``picture`` by its colour profile in sRGB, or as it is where that makes no sense."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(
            picture,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture, ("Its colour profile cannot be used; the colours are taken as sRGB.",)
    return turned or picture, ()
