"""Where the model's picture lies in the user's, and what of the user's picture is sent for it."""

import math
from dataclasses import dataclass
from typing import Final

from PIL import Image

from tugline_protocol.values import Image as WireImage
from tugline_protocol.values import Limits, ModelCard, PicturePlace

from .arguments import Crop
from .terminal import CommandFailed

LEAST_SIDE: Final = 16
# What a filter sees beyond the region's edge, in pixels of the smaller of both pictures.
_MARGIN: Final = 4


@dataclass(frozen=True)
class Region:
    """A rectangle of the user's picture, in its pixels, that becomes the model's whole picture.

    It may reach beyond the picture: what lies outside does not count.
    """

    left: float
    top: float
    width: float
    height: float

    def place(self, card: ModelCard) -> PicturePlace:
        """Return where the points of the model's picture lie."""
        across, down = self.width / card.width, self.height / card.height
        return PicturePlace(across, 0.0, 0.0, down, self.left, self.top)


@dataclass(frozen=True)
class Sent:
    """A picture as it is sent, and by what its pixels across and down have been scaled."""

    image: WireImage
    scale: tuple[float, float]

    def place(self, place: PicturePlace) -> PicturePlace:
        """Return where ``place``, in the picture before it was scaled, lies in what is sent."""
        return _stretched(place, *self.scale)

    def unscaled(self, place: PicturePlace) -> PicturePlace:
        """Return where ``place``, in what is sent, lies in the picture before it was scaled."""
        return _stretched(place, 1 / self.scale[0], 1 / self.scale[1])


def middle(picture: Image.Image, card: ModelCard) -> Region:
    """Return the largest region of the shape of the model's picture, in the middle."""
    scale = min(picture.width / card.width, picture.height / card.height)
    width, height = scale * card.width, scale * card.height
    return Region((picture.width - width) / 2, (picture.height - height) / 2, width, height)


def cropped(picture: Image.Image, crop: Crop, card: ModelCard) -> Region:
    """Return the region that was asked for; raises CommandFailed where it is off the picture."""
    region = Region(crop.x, crop.y, crop.size, crop.size * card.height / card.width)
    if not (
        -region.width < crop.x < picture.width and -region.height < crop.y < picture.height
    ):  # fmt: skip
        raise CommandFailed(
            f"--crop lies outside of the picture, which has {picture.width} x {picture.height} "
            "pixels; X,Y is the upper left corner and SIZE the width, in pixels."
        )
    return region


def check_region(picture: Image.Image, region: Region) -> None:
    """Raise CommandFailed where too few pixels of the picture are in the region."""
    across = min(region.left + region.width, picture.width) - max(region.left, 0)
    down = min(region.top + region.height, picture.height) - max(region.top, 0)
    if min(across, down) < LEAST_SIDE:
        raise CommandFailed(
            f"There are {across:.0f} x {down:.0f} pixels to go by, and {LEAST_SIDE} x {LEAST_SIDE} "
            "are the least; give a larger picture or a larger --crop."
        )


def cut_out(picture: Image.Image, region: Region, card: ModelCard) -> tuple[Image.Image, Region]:
    """Return what has to be sent of the picture, and where the region lies in that."""
    reach = _MARGIN * max(1.0, region.width / card.width, region.height / card.height)
    left = max(0, math.floor(region.left - reach))
    top = max(0, math.floor(region.top - reach))
    right = min(picture.width, math.ceil(region.left + region.width + reach))
    bottom = min(picture.height, math.ceil(region.top + region.height + reach))
    moved = Region(region.left - left, region.top - top, region.width, region.height)
    return picture.crop((left, top, right, bottom)), moved


def to_send(picture: Image.Image, limits: Limits) -> Sent:
    """Return the RGB or RGBA ``picture`` as it is sent, scaled down where it is too large."""
    channels = len(picture.getbands())
    most_pixels = (limits.message_bytes - limits.header_bytes) // channels
    factor = min(
        1.0,
        limits.side / max(picture.size),
        math.sqrt(most_pixels / (picture.width * picture.height)),
    )
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    scale = (size[0] / picture.width, size[1] / picture.height)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    image = WireImage(*size, "RGBA" if channels == 4 else "RGB", picture.tobytes())
    return Sent(image, scale)


def _stretched(place: PicturePlace, across: float, down: float) -> PicturePlace:
    return PicturePlace(
        place.a * across,
        place.b * down,
        place.c * across,
        place.d * down,
        place.e * across,
        place.f * down,
    )
