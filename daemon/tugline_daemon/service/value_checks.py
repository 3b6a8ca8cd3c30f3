"""What values must fulfil beyond the ranges of their fields: latents, buffers, masks, pictures.

Each function raises Refused with the field and the limit, and returns nothing otherwise.
"""

import numpy as np

from tugline_daemon.library.cards import Card
from tugline_protocol.errors import TOO_LARGE
from tugline_protocol.values import CHANNELS, Buffer, Image, Latent, Limits, Mask, PictureFormat

from .errors import Refused


def frame_size(picture: PictureFormat | None, card: Card) -> tuple[int, int]:
    """Return width and height in pixels of the whole picture that ``picture`` asks for."""
    if picture is None:
        return card.width, card.height
    return picture.width or card.width, picture.height or card.height


def check_latent(latent: Latent, field: str, card: Card) -> None:
    """Check that a latent is one of the model's, and finite."""
    if (latent.num_ws, latent.w_dim) != (card.num_ws, card.w_dim):
        raise Refused(
            f"The latent is {latent.num_ws} x {latent.w_dim} and belongs to another model: "
            f"{card.name} has {card.num_ws} x {card.w_dim}.",
            field=field,
        )
    check_numbers(latent.data, latent.num_ws * latent.w_dim, f"{field}.data")


def check_numbers(data: Buffer, numbers: int, field: str) -> None:
    """Check that a buffer holds exactly so many float32, all of them finite."""
    check_bytes(data, 4 * numbers, field)
    if not np.isfinite(np.frombuffer(data, "<f4")).all():
        raise Refused(f"The field {field} has numbers that are not finite.", field=field)


def check_bytes(data: Buffer, wanted: int, field: str) -> None:
    """Check that a buffer has exactly so many bytes."""
    if len(data) != wanted:
        raise Refused(
            f"The field {field} holds {len(data)} bytes where its sizes say {wanted}.", field=field
        )


def check_mask(mask: Mask, card: Card, frames: tuple[int, int]) -> None:
    """Check that a mask has the size of the model's picture or of the frames."""
    size = (mask.width, mask.height)
    if size not in ((card.width, card.height), frames):
        raise Refused(
            f"The mask is {mask.width} x {mask.height} pixels; it has to be {card.width} x "
            f"{card.height} as the model's picture, or {frames[0]} x {frames[1]} as the frames.",
            field="mask",
        )
    check_bytes(mask.data, mask.width * mask.height, "mask.data")


def check_picture(
    picture: PictureFormat, card: Card, limits: Limits, field: str = "picture"
) -> None:
    """Check that a picture that is wanted has its rectangle inside and fits into a message."""
    width, height = frame_size(picture, card)
    rect = picture.rect
    if rect and (rect.x + rect.width > width or rect.y + rect.height > height):
        raise Refused(
            f"The rectangle reaches beyond the picture of {width} x {height} pixels.",
            field=f"{field}.rect",
        )
    part = (rect.width, rect.height) if rect else (width, height)
    size = part[0] * part[1] * CHANNELS[picture.order]
    if size + limits.header_bytes > limits.message_bytes:
        raise Refused(
            f"A picture of {part[0]} x {part[1]} pixels has {size} bytes, more than a message may "
            f"hold ({limits.message_bytes}); ask for a smaller one or for a rectangle of it.",
            field=field,
            code=TOO_LARGE,
        )


def check_image(image: Image, field: str) -> None:
    """Check that a picture that was sent has the bytes that its sizes say."""
    check_bytes(image.data, image.width * image.height * CHANNELS[image.order], f"{field}.data")


def check_alpha(picture: PictureFormat, why: str, field: str = "picture.order") -> None:
    """Check that a picture that is wanted has an alpha, which ``why`` needs."""
    if CHANNELS[picture.order] != 4:
        raise Refused(
            f"The order {picture.order} has no alpha for {why}; ask for RGBA or BGRA.", field=field
        )
