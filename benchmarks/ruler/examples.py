"""What the landmark network learns from: critters that are moved about and made a little worse."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.ruler.network import SIDE
from tools.critters.landmarks import Landmark, landmarks

MIRRORED = torch.tensor(
    [
        Landmark.EYE_RIGHT_OUTER,
        Landmark.EYE_RIGHT_INNER,
        Landmark.EYE_RIGHT_UPPER_LID,
        Landmark.EYE_RIGHT_LOWER_LID,
        Landmark.PUPIL_RIGHT,
        Landmark.EYE_LEFT_INNER,
        Landmark.EYE_LEFT_OUTER,
        Landmark.EYE_LEFT_UPPER_LID,
        Landmark.EYE_LEFT_LOWER_LID,
        Landmark.PUPIL_LEFT,
        Landmark.NOSE_TIP,
        Landmark.MOUTH_RIGHT,
        Landmark.MOUTH_LEFT,
        Landmark.LIP_UPPER,
        Landmark.LIP_LOWER,
        Landmark.CHIN,
        Landmark.EAR_RIGHT_TIP,
        Landmark.EAR_LEFT_TIP,
    ]
)
"""Which landmark a landmark becomes in the mirror, in the order of :class:`Landmark`."""

MOST_SHIFT = 0.05
"""How far pictures are moved at most, part of their side."""
MOST_ZOOM = 0.08
"""How much larger or smaller they are made at most."""
MOST_TURN = math.radians(8)
"""How far they are turned at most."""
MOST_BLUR = 1.0
"""Standard deviation of the strongest blur, pixels: networks draw softer than the renderer."""
MOST_NOISE = 0.03
MOST_TINT = 0.12
"""How much brighter or darker, and stronger or weaker, each colour is made at most."""


@dataclass(frozen=True)
class Examples:
    """N pictures and where their landmarks are.

    Attributes:
        pictures: [N, 3, 128, 128], RGB, -1 to 1.
        points: [N, 18, 2], (x, y) in image pixels.
        visible: [N, 18], bool.
    """

    pictures: Tensor
    points: Tensor
    visible: Tensor


def examples(z: Tensor, pictures: Tensor) -> Examples:
    """The landmarks of drawn critters ``z`` [N, Z_DIM], beside their pictures."""
    places = landmarks(z.numpy(), SIDE)
    return Examples(pictures, torch.from_numpy(places.points), torch.from_numpy(places.visible))


def varied(clean: Examples, choice: torch.Generator) -> Examples:
    """Mirror, move, tint, blur and roughen examples, each by chance."""
    return _worsened(_moved(_mirrored(clean, choice), choice), choice)


def _uniform(count: int, most: float, choice: torch.Generator) -> Tensor:
    """Numbers [count] between -most and most."""
    return (torch.rand(count, generator=choice) * 2 - 1) * most


def _mirrored(clean: Examples, choice: torch.Generator) -> Examples:
    flip = torch.rand(len(clean.points), generator=choice) < 0.5
    across = torch.tensor([-1.0, 1.0])
    points = clean.points[:, MIRRORED] * across + torch.tensor([float(SIDE), 0.0])
    return Examples(
        torch.where(flip[:, None, None, None], clean.pictures.flip(3), clean.pictures),
        torch.where(flip[:, None, None], points, clean.points),
        torch.where(flip[:, None], clean.visible[:, MIRRORED], clean.visible),
    )


def _moved(clean: Examples, choice: torch.Generator) -> Examples:
    """Turn, zoom and shift each picture about its centre."""
    count = len(clean.points)
    angle, zoom = _uniform(count, MOST_TURN, choice), 1 + _uniform(count, MOST_ZOOM, choice)
    shift = torch.stack([_uniform(count, 2 * MOST_SHIFT, choice) for _ in range(2)], dim=1)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    # Where each new pixel is read, in -1 to 1 of the old picture; the points go the other way.
    turn = torch.stack([cos, -sin, sin, cos], dim=1).reshape(count, 2, 2)
    reading = torch.cat([turn, shift[:, :, None]], dim=2)
    grid = F.affine_grid(reading, list(clean.pictures.shape), align_corners=False)
    pictures = F.grid_sample(
        clean.pictures, grid, mode="bilinear", padding_mode="border", align_corners=False
    )
    old = clean.points / (SIDE / 2) - 1 - shift[:, None]
    points = (old @ torch.linalg.inv(turn).transpose(1, 2) + 1) * (SIDE / 2)
    inside = ((points >= 0) & (points < SIDE)).all(2)
    return Examples(pictures, points, clean.visible & inside)


def _worsened(clean: Examples, choice: torch.Generator) -> Examples:
    """Tint, blur (one strength a batch) and roughen the pictures."""
    count = len(clean.points)
    blur = float(torch.rand(1, generator=choice)) * MOST_BLUR
    gain = 1 + _uniform(3 * count, MOST_TINT, choice).reshape(count, 3, 1, 1)
    offset = _uniform(3 * count, MOST_TINT, choice).reshape(count, 3, 1, 1)
    pictures = blurred(clean.pictures, blur) * gain + offset
    rough = torch.randn(pictures.shape, generator=choice)
    strength = torch.rand(count, 1, 1, 1, generator=choice) * MOST_NOISE
    return Examples((pictures + strength * rough).clamp(-1, 1), clean.points, clean.visible)


def blurred(pictures: Tensor, spread: float) -> Tensor:
    """Blur pictures by a Gaussian of the standard deviation ``spread``, in pixels."""
    if spread < 0.3:
        return pictures
    at = torch.arange(-3, 4, dtype=torch.float32)
    kernel = torch.exp(-((at / spread) ** 2) / 2)
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    padded = F.pad(pictures, (3, 3, 3, 3), mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel, groups=3), kernel.transpose(2, 3), groups=3)
