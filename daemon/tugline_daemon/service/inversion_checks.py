"""What an inversion and a tuning must fulfil, to be judged with the model's card.

Each function raises Refused with the field and the limit, and returns nothing otherwise.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tugline_daemon.library.cards import Card
from tugline_protocol.messages import Align, FetchTuning, Invert, KeepTuning
from tugline_protocol.values import Image, Limits, PicturePlace

from .errors import Refused
from .value_checks import check_image, check_latent, check_picture

# How much of its place a picture has to cover: with less there is nothing to go by.
_LEAST_COVERED: Final = 0.01
# A place is flat if it is less than a pixel wide, but for rounding.
_LEAST_WIDTH: Final = 0.999

Points = npt.NDArray[np.float64]


def check_invert(message: Invert, card: Card, limits: Limits) -> None:
    """Check picture and place, what the search goes on from, and the frames' format."""
    check_image(message.picture, "picture")
    if message.place:
        _check_place(message.place, message.picture, card)
    if message.latent:
        check_latent(message.latent, "latent", card)
    elif message.stage != "w":
        raise Refused(
            f"The stage {message.stage} goes on from a latent, and there is none; give one, or "
            "begin with the stage w.",
            field="stage",
        )
    if message.model.tuned and message.stage != "tuning":
        raise Refused(
            f"The stage {message.stage} works with the model as it is; leave model.tuned empty, or "
            "go on in the stage tuning.",
            field="model.tuned",
        )
    if message.frames:
        check_picture(message.frames, card, limits, "frames")


def check_align(message: Align) -> None:
    """Check the picture."""
    check_image(message.picture, "picture")


def check_tuning_named(message: FetchTuning | KeepTuning) -> None:
    """Check that the tuning is named."""
    if not message.model.tuned:
        raise Refused("The field model.tuned has to name a tuning.", field="model.tuned")


def _check_place(place: PicturePlace, picture: Image, card: Card) -> None:
    """Check that the place is not flat, and that the picture covers enough of it."""
    linear = np.array([[place.a, place.c], [place.b, place.d]])
    least = np.linalg.svd(linear, compute_uv=False)[-1]
    if least * min(card.width, card.height) < _LEAST_WIDTH:
        raise Refused(
            "The field place is flat: it has to be at least a pixel of the picture wide.",
            field="place",
        )
    corners = np.array([(0, 0), (card.width, 0), (card.width, card.height), (0, card.height)])
    region = corners @ linear.T + (place.e, place.f)
    covered = _area(_inside(region, picture.width, picture.height)) / _area(region)
    if covered < _LEAST_COVERED:
        raise Refused(
            f"The picture covers {100 * covered:.2g} % of its place, and has to cover at least "
            f"{100 * _LEAST_COVERED:g} %; choose a place in the picture.",
            field="place",
        )


def _inside(polygon: Points, width: int, height: int) -> Points:
    """Return the part of a convex polygon [n, 2] that lies in a picture of that size.

    The algorithm is that of Sutherland and Hodgman, 1974, against one edge after another.
    """
    for axis, limit, sign in ((0, 0, 1), (0, width, -1), (1, 0, 1), (1, height, -1)):
        inward = sign * (polygon[:, axis] - limit)
        kept: list[Points] = []
        for index, point in enumerate(polygon):
            before, depth, depth_before = polygon[index - 1], inward[index], inward[index - 1]
            if (depth >= 0) != (depth_before >= 0):
                part = depth_before / (depth_before - depth)
                kept.append(before + part * (point - before))
            if depth >= 0:
                kept.append(point)
        polygon = np.array(kept).reshape(-1, 2)
    return polygon


def _area(polygon: Points) -> float:
    """Return the area of a polygon [n, 2] by the shoelace formula."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
