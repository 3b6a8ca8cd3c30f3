"""The network that finds landmarks: an hourglass; its heat maps' centres of mass are the points."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tools.critters.landmarks import Landmark

SIDE = 128
"""Pixels a side of the pictures that the network reads."""

GRID = 64
"""Cells a side of its heat maps."""


class Sight(NamedTuple):
    """What the network makes of N pictures.

    Attributes:
        points: [N, 18, 2], (x, y) in image pixels, pixel (0, 0) covering [0, 1) x [0, 1).
        seen: [N, 18], the logit of each landmark's being visible.
        maps: [N, 18, GRID * GRID], the logits whose softmax says where each landmark is.
    """

    points: Tensor
    seen: Tensor
    maps: Tensor


class Convolution(nn.Sequential):
    """A 3 x 3 convolution, normalised, then rectified."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Convolution(channels, channels),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same shape [N, C, H, W]."""
        return F.relu(x + self.body(x))


class _Rise(nn.Module):
    """Brings coarse features to twice the resolution and adds those from the way down."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(inputs, outputs, 1)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """[N, I, H, W] and [N, O, 2 H, 2 W] -> [N, O, 2 H, 2 W]."""
        return fine + F.interpolate(self.narrow(coarse), scale_factor=2.0, mode="nearest")


class LandmarkNetwork(nn.Module):
    """Pictures [N, 3, 128, 128] (RGB, -1 to 1) -> :class:`Sight`."""

    def __init__(self) -> None:
        super().__init__()
        self.down64 = Convolution(3, 24, stride=2)
        self.down32 = nn.Sequential(Convolution(24, 48, stride=2), Residual(48))
        self.down16 = nn.Sequential(Convolution(48, 64, stride=2), Residual(64))
        self.down8 = nn.Sequential(Convolution(64, 96, stride=2), Residual(96))
        self.rise16, self.up16 = _Rise(96, 64), Residual(64)
        self.rise32, self.up32 = _Rise(64, 48), Residual(48)
        self.rise64, self.up64 = _Rise(48, 24), Convolution(24, 24)
        self.maps = nn.Conv2d(24, len(Landmark), 1)
        self.seen = nn.Linear(96, len(Landmark))

    def forward(self, pictures: Tensor) -> Sight:
        """Find the landmarks of N pictures."""
        x64 = self.down64(pictures)
        x32 = self.down32(x64)
        x16 = self.down16(x32)
        x8 = self.down8(x16)
        x16 = self.up16(self.rise16(x8, x16))
        x32 = self.up32(self.rise32(x16, x32))
        x64 = self.up64(self.rise64(x32, x64))
        maps = self.maps(x64).flatten(2).float()  # (N, 18, GRID * GRID)
        return Sight(centres(maps), self.seen(x8.mean((2, 3))).float(), maps)


def cell_centres(like: Tensor) -> Tensor:
    """The (x, y) of each cell's centre [GRID * GRID, 2] in image pixels, row by row."""
    line = (torch.arange(GRID, device=like.device, dtype=torch.float32) + 0.5) * (SIDE / GRID)
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y], dim=2).reshape(-1, 2)


def centres(maps: Tensor) -> Tensor:
    """The heat maps' centres of mass (soft argmax) [N, L, 2] in image pixels."""
    return maps.softmax(2) @ cell_centres(maps)
