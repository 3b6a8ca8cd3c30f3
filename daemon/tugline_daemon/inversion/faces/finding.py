"""The cascade that finds faces: propose, refine, look closely.

Thresholds and overlaps are those of the authors' program (MTCNN, 2016); what is proposed is
bounded, so that no picture takes much longer than others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion.errors import InversionError

from .boxes import crops, moved, squared, thinned
from .networks import FaceNetworks
from .placing import Point

_SEEN: Final = 12
"""Side of what the first network looks at, pixels; it does so at every second one."""
_STRIDE: Final = 2
_STEP: Final = 0.709
"""How much smaller each scale of the picture is: half the area."""
_SMALLEST: Final = 20.0
_SMALLEST_PART: Final = 0.08
"""The smallest faces that are looked for: pixels, and part of the picture's shorter side."""
LARGEST_SIDE: Final = 1024
"""Larger pictures are shrunk until their longer side has so many pixels."""
_CERTAIN: Final = (0.6, 0.7, 0.7)
_MOST: Final = 400


@dataclass(frozen=True)
class Face:
    """A face in a picture.

    ``box`` is left, top, right, bottom in pixels; ``certainty`` 0 to 1. ``landmarks`` are left eye,
    right eye, nose, left and right corner of the mouth, as the onlooker sees them, (x, y) in pixels
    from the top left corner.
    """

    box: tuple[float, float, float, float]
    certainty: float
    landmarks: tuple[Point, ...]

    @property
    def area(self) -> float:
        """The box's, in square pixels."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


class FaceFinder:
    """Finds faces in pictures, on the CPU."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights that `tugline models get faces` installs; InversionError for others."""
        self._networks = FaceNetworks(weights)

    @torch.no_grad()
    def find(self, picture: Tensor) -> tuple[Face, ...]:
        """Return the faces in `picture` [3, H, W], -1 to 1, the largest first.

        Raises InversionError for another shape.
        """
        if picture.ndim != 3 or picture.shape[0] != 3 or not picture.numel():
            raise InversionError(
                f"The picture has the shape {tuple(picture.shape)} where three channels, height "
                "and width are expected; give it as RGB."
            )
        shrunk, factor = _shrunk(picture.float().cpu())
        boxes = self._proposed(shrunk)
        boxes = self._refined(shrunk, boxes)
        faces = self._looked_at(shrunk, boxes, factor)
        return tuple(sorted(faces, key=lambda face: -face.area))

    def _proposed(self, picture: Tensor) -> Tensor:
        """Return squares [N, 4] in which there may be a face."""
        found = [_nowhere()]
        sure = [torch.zeros(0)]
        for scale in _scales(*picture.shape[1:]):
            boxes, certainty = self._proposed_at(picture, scale)
            kept = thinned(boxes, certainty, most=_MOST, overlap=0.5)
            found.append(boxes[kept])
            sure.append(certainty[kept])
        boxes, certainty = torch.cat(found), torch.cat(sure)
        return squared(boxes[thinned(boxes, certainty, most=_MOST, overlap=0.7)])

    def _proposed_at(self, picture: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        """Return boxes [N, 4] and certainties [N] at one scale of the picture."""
        height, width = (max(_SEEN, round(side * scale)) for side in picture.shape[1:])
        small = F.interpolate(picture[None], (height, width), mode="area")[0]
        certainty, offsets = self._networks.pnet(small)
        rows, columns = (certainty > _CERTAIN[0]).nonzero(as_tuple=True)
        corner = torch.stack([columns, rows], dim=1) * _STRIDE
        to_picture = torch.tensor(
            [picture.shape[2] / width, picture.shape[1] / height], dtype=torch.float32
        )
        boxes = torch.cat([corner * to_picture, (corner + _SEEN) * to_picture], dim=1)
        return moved(boxes, offsets[:, rows, columns].T), certainty[rows, columns]

    def _refined(self, picture: Tensor, boxes: Tensor) -> Tensor:
        """Return those of the squares [N, 4] that look like faces at 24 pixels, moved."""
        if not len(boxes):
            return boxes
        certainty, offsets = self._networks.rnet(crops(picture, boxes, 24))
        likely = certainty > _CERTAIN[1]
        boxes, certainty, offsets = boxes[likely], certainty[likely], offsets[likely]
        kept = thinned(boxes, certainty, most=_MOST, overlap=0.7)
        return squared(moved(boxes[kept], offsets[kept]))

    def _looked_at(self, picture: Tensor, boxes: Tensor, factor: float) -> list[Face]:
        """Return the faces among the squares [N, 4]; ``factor`` leads to the whole picture."""
        if not len(boxes):
            return []
        certainty, offsets, landmarks = self._networks.onet(crops(picture, boxes, 48))
        sides = (boxes[:, 2:] - boxes[:, :2])[:, None]
        points = boxes[:, None, :2] + landmarks * sides
        likely = certainty > _CERTAIN[2]
        exact, certainty, points = moved(boxes, offsets)[likely], certainty[likely], points[likely]
        kept = thinned(exact, certainty, most=_MOST, overlap=0.7, of_smaller=True)
        return [
            Face(
                _four((exact[index] * factor).tolist()),
                float(certainty[index]),
                tuple((float(x), float(y)) for x, y in (points[index] * factor).tolist()),
            )
            for index in kept.tolist()
        ]


def _four(sides: list[float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = sides
    return left, top, right, bottom


def _nowhere() -> Tensor:
    return torch.zeros(0, 4)


def _shrunk(picture: Tensor) -> tuple[Tensor, float]:
    """Return a picture no side of which is longer than LARGEST_SIDE, and the way back."""
    longest = max(picture.shape[1:])
    if longest <= LARGEST_SIDE:
        return picture, 1.0
    factor = longest / LARGEST_SIDE
    size = [max(1, round(side / factor)) for side in picture.shape[1:]]
    return F.interpolate(picture[None], size, mode="area")[0], factor


def _scales(height: int, width: int) -> list[float]:
    """Return by how much the picture is to be shrunk so that faces of each size are seen."""
    shorter = min(height, width)
    scale = _SEEN / max(_SMALLEST, _SMALLEST_PART * shorter)
    scales = []
    while shorter * scale >= _SEEN:
        scales.append(scale)
        scale *= _STEP
    return scales
