"""What a distance is measured to: a picture, and how much each of its pixels counts."""

import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion.errors import InversionError


def check_subject(picture: Tensor, weight: Tensor) -> None:
    """Raise InversionError unless `picture` is [3, H, W], `weight` [H, W], and something counts."""
    if picture.ndim != 3 or picture.shape[0] != 3:
        raise InversionError(
            f"The picture has the shape {tuple(picture.shape)} where three channels, height and "
            "width are expected; give it as RGB."
        )
    if weight.shape != picture.shape[1:]:
        raise InversionError(
            f"The weight has the shape {tuple(weight.shape)} where the picture has "
            f"{tuple(picture.shape[1:])}; give one number for each pixel."
        )
    if not bool(((weight >= 0) & (weight <= 1)).all()):
        raise InversionError(
            "The weight has numbers that are not from 0 to 1; clamp it to that range."
        )
    if not bool(weight.any()):
        raise InversionError("No pixel of the picture counts; give some of them a weight above 0.")


def composed(pictures: Tensor, picture: Tensor, weight: Tensor) -> Tensor:
    """Lay `pictures` [N, 3, H, W] over `picture` [3, H, W] as far as they count.

    Networks look at their surroundings: in this way what does not count is the same in both.
    """
    return picture + weight * (pictures.float() - picture)


def reduced(x: Tensor, side: int) -> Tensor:
    """Average `x` [N, C, H, W] down by a whole factor, its shorter side to `side` or a bit more.

    What a whole number of cells does not cover at the right and below goes with the last ones.
    """
    factor = min(x.shape[-2:]) // side
    if factor < 2:
        return x
    height, width = (length // factor for length in x.shape[-2:])
    return F.interpolate(x, (height, width), mode="area")
