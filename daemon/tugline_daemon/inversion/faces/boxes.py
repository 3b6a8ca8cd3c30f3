"""Boxes around what may be faces: [N, 4] of left, top, right, bottom, in pixels of a picture."""

import torch
import torch.nn.functional as F
from torch import Tensor

_LARGEST_CROP = 1 << 14


def moved(boxes: Tensor, offsets: Tensor) -> Tensor:
    """Move each side of `boxes` by its offset [N, 4], in parts of the box's width or height."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return boxes + offsets * sides.repeat(1, 2)


def squared(boxes: Tensor) -> Tensor:
    """Widen each of `boxes` to a square about its centre."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    reach = (boxes[:, 2:] - boxes[:, :2]).amax(1, keepdim=True) / 2
    return torch.cat([centres - reach, centres + reach], dim=1)


def overlaps(boxes: Tensor, *, of_smaller: bool) -> Tensor:
    """Return [N, N] how much of each two boxes' union, or of the smaller one, both cover."""
    upper = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    lower = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = (lower - upper).clamp_min(0).prod(2)
    area = (boxes[:, 2:] - boxes[:, :2]).clamp_min(0).prod(1)
    if of_smaller:
        whole = torch.minimum(area[:, None], area[None])
    else:
        whole = area[:, None] + area[None] - common
    return common / whole.clamp_min(1e-6)


def thinned(
    boxes: Tensor, certainty: Tensor, *, most: int, overlap: float, of_smaller: bool = False
) -> Tensor:
    """Return the indices [K] of boxes to keep, the most certain [N] first.

    Of boxes that overlap by more than `overlap` only the most certain stays; of all, the `most`
    certain ones are looked at.
    """
    order = certainty.argsort(descending=True)[:most]
    too_near = overlaps(boxes[order], of_smaller=of_smaller) > overlap
    alive = torch.ones(len(order), dtype=torch.bool)
    for place in range(len(order)):
        if alive[place]:
            alive[place + 1 :] &= ~too_near[place, place + 1 :]
    return order[alive]


def crops(picture: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Return what lies in `boxes` of `picture` [3, H, W] as [N, 3, side, side]; outside is black.

    Boxes are widened to whole pixels. Each is averaged down, or repeated where it is smaller.
    """
    found = []
    height, width = picture.shape[1:]
    for left, top, right, bottom in _whole(boxes):
        inside = picture[:, max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        missing = (
            max(-left, 0),
            max(right - max(width, left), 0),
            max(-top, 0),
            max(bottom - max(height, top), 0),
        )
        filled = F.pad(inside, missing, value=-1.0)
        found.append(F.interpolate(filled[None], (side, side), mode="area")[0])
    return torch.stack(found) if found else picture.new_zeros(0, 3, side, side)


def _whole(boxes: Tensor) -> list[tuple[int, int, int, int]]:
    bounded = boxes.clamp(-_LARGEST_CROP, _LARGEST_CROP)
    corners = torch.cat([bounded[:, :2].floor(), bounded[:, 2:].ceil()], dim=1).int()
    return [(a, b, max(c, a + 1), max(d, b + 1)) for a, b, c, d in corners.tolist()]
