"""A leg's points as tensors on the network's device, which stay where they are."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from .points import DragPoint, Position
from .recorded import are_recorded
from .sampling import exact


class Board:
    """Room for some points; what is left over does not count.

    `handles` and `targets` are [room, 2], in image pixels, `present` [room] says which points there
    are. `firsts` [room, C] are their first features.
    """

    def __init__(self, room: int, channels: int, device: torch.device) -> None:
        """Make room; nothing counts yet."""
        self.room = room
        self.handles = torch.zeros(room, 2, dtype=exact(device), device=device)
        self.targets = torch.zeros_like(self.handles)
        self.present = torch.zeros(room, dtype=torch.bool, device=device)
        self.firsts = torch.zeros(room, channels, device=device)

    def put(
        self, points: Sequence[DragPoint], handles: Mapping[str, Position], firsts: Tensor
    ) -> None:
        """Set points up, of which there is room for; `firsts` are [points, C]."""
        # What does not count stands where the first point does: in the picture.
        whole = [*points, *[points[0]] * (self.room - len(points))]
        self.handles.copy_(_tensor([handles[point.id] for point in whole]))
        self.targets.copy_(_tensor([point.target for point in whole]))
        self.present.copy_(torch.arange(self.room) < len(points))
        self.firsts[: len(points)] = firsts


def room_for(points: int, device: torch.device) -> int:
    """Return how much room to make for so many points.

    Where steps are recorded that is a power of 2, so that points can be added to what is recorded.
    """
    return 1 << (points - 1).bit_length() if are_recorded(device) else points


def _tensor(positions: list[Position]) -> Tensor:
    return torch.tensor(positions, dtype=torch.float64)
