"""Pictures, masks, latents and z between files and messages."""

import io
import os
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tugline_daemon.checkpoint.whole_file import write_whole
from tugline_daemon.library.latents import SavedLatent
from tugline_daemon.library.thumbnails import UNSOUND_PICTURE
from tugline_protocol.values import Image as WireImage
from tugline_protocol.values import Latent, Mask, ModelCard, ModelRef, Vector

from .terminal import CommandFailed

_MOST_MASK_BYTES: Final = 64 * 1024 * 1024
_MOST_Z_BYTES: Final = 256 * 1024
_MOST_Z: Final = 4096
_MODES: Final = {"RGB": ("RGB", "RGB"), "RGBA": ("RGBA", "RGBA"), "BGRA": ("RGBA", "BGRA")}


def to_picture(image: WireImage | None) -> Image.Image:
    """Return the pixels of a message as a picture."""
    if image is None:
        raise CommandFailed("The daemon sent no picture; its version may be another than this one.")
    mode, order = _MODES[image.order]
    return Image.frombytes(mode, (image.width, image.height), bytes(image.data), "raw", order)


def laid_over(ground: Image.Image, picture: Image.Image) -> Image.Image:
    """Return ``picture`` over ``ground`` of the same size, by its alpha.

    A picture without alpha is returned as it is.
    """
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(ground.convert("RGBA"), picture).convert("RGB")


def save_picture(picture: Image.Image, path: Path) -> None:
    """Write ``picture`` as PNG, whole or not at all; raises CommandFailed where that fails."""
    data = io.BytesIO()
    picture.save(data, "PNG")
    save_bytes(data.getvalue(), path)


def save_bytes(data: bytes, path: Path) -> None:
    """Write a result of a command, whole or not at all; raises CommandFailed where that fails."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise CommandFailed(
            f"{path} cannot be written ({error.strerror}); free some space or choose another place."
        ) from error


def check_place(path: Path) -> None:
    """Raise CommandFailed where no file can come to lie at ``path``; nothing is made or changed.

    Asked before work that takes long; what goes wrong later is still told by ``save_bytes``.
    """
    nearest = next(folder for folder in path.absolute().parents if os.path.lexists(folder))
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise CommandFailed(
            f"{path} cannot be written, because of {nearest}; choose another place."
        )


def read_mask(path: Path, card: ModelCard) -> Mask:
    """Read a PNG as a mask: white may move, black and transparent stay, greys in between.

    It has to be of the picture's size. Raises CommandFailed where it is not, or cannot be read.
    """
    try:
        if path.stat().st_size > _MOST_MASK_BYTES:
            raise CommandFailed(f"The mask {path} is larger than {_MOST_MASK_BYTES} bytes.")
        with Image.open(path, formats=("PNG",)) as picture:
            if picture.size != (card.width, card.height):
                raise CommandFailed(
                    f"The mask {path} has {picture.width} x {picture.height} pixels where the "
                    f"picture has {card.width} x {card.height}; resize it."
                )
            grey = _grey(picture)
    except UNSOUND_PICTURE as error:
        raise CommandFailed(f"The mask {path} is no PNG that can be read ({error}).") from error
    return Mask(card.width, card.height, grey.tobytes())


def _grey(picture: Image.Image) -> Image.Image:
    """Return ``picture`` over black, in 8-bit grey.

    Pillow's own conversion clips 16 bits to 8 and forgets what is transparent.
    """
    if picture.mode.startswith("I"):  # 16 bits, as editors write them from deep pictures
        return Image.fromarray((np.asarray(picture) >> 8).clip(0, 255).astype(np.uint8))
    if not picture.has_transparency_data:
        return picture.convert("L")
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, (0, 0, 0, 255)), seen).convert("L")


def read_z(path: Path) -> Vector:
    """Read z from a text of its numbers, apart by white space or commas.

    numpy.savetxt writes such a file. Raises CommandFailed where it is none.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_Z_BYTES + 1)
        numbers = [float(word) for word in data.decode().replace(",", " ").split()]
    except (OSError, ValueError) as error:
        raise CommandFailed(
            f"{path} holds no z that can be read ({error}); write its numbers as text, apart by "
            "blanks."
        ) from error
    with np.errstate(over="ignore"):
        z = np.array(numbers).astype("<f4")
    if len(data) > _MOST_Z_BYTES or not 1 <= z.size <= _MOST_Z or not np.isfinite(z).all():
        raise CommandFailed(
            f"{path} holds no z: it has to be 1 to {_MOST_Z} numbers, all of them finite."
        )
    return Vector(z.size, z.tobytes())


def saved_latent(model: ModelRef, latent: Latent, tuning: bytes = b"") -> SavedLatent:
    """Return a latent of a message as it is saved, with the model that it belongs to.

    ``tuning`` are the bytes of the tuning that ``model`` names, so that the file carries them.
    """
    values = np.frombuffer(bytes(latent.data), "<f4").astype(np.float32)
    ws = values.reshape(latent.num_ws, latent.w_dim)
    return SavedLatent(model.name, model.weights, ws, model.tuned, tuning)


def to_latent(saved: SavedLatent) -> Latent:
    """Return a saved latent as messages carry it."""
    rows, width = saved.ws.shape
    return Latent(rows, width, saved.ws.astype("<f4").tobytes())
