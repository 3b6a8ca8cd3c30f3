"""Each line of the paper as one function of features and positions.

Features are `F` [C, rows, columns]; positions are (x, y) in image pixels, pixel (0, 0) covering
[0, 1) x [0, 1).
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

Position = tuple[float, float]

# The whole map at 1024 px is a gigabyte, so it is looked at in bands of this many pixel rows.
_BAND = 64


def _neighbours(
    coordinates: Tensor, *, start: float, cell: float, cells: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the two cells around each coordinate along one axis, and the second one's share."""
    u = ((coordinates - start) / cell - 0.5).clamp(0, cells - 1)
    first = u.floor()
    second = (first + 1).clamp(max=cells - 1)
    return first.long(), second.long(), u - first


def _columns(grid: FeatureGrid, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return _neighbours(x, start=grid.left, cell=grid.cell_width, cells=grid.columns)


def _rows(grid: FeatureGrid, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return _neighbours(y, start=grid.top, cell=grid.cell_height, cells=grid.rows)


def at_positions(F: Tensor, grid: FeatureGrid, positions: list[Position]) -> Tensor:
    """`F(q)` for each position q: [C, P]."""
    q = torch.tensor(positions, dtype=torch.float64)
    left, right, across = _columns(grid, q[:, 0])
    upper, lower, down = _rows(grid, q[:, 1])
    across, down = across.to(F), down.to(F)
    return (
        F[:, upper, left] * (1 - across) * (1 - down)
        + F[:, upper, right] * across * (1 - down)
        + F[:, lower, left] * (1 - across) * down
        + F[:, lower, right] * across * down
    )


def _shares(neighbours: tuple[Tensor, Tensor, Tensor], cells: int, like: Tensor) -> Tensor:
    """Write the neighbours as a matrix [coordinates, cells] that interpolates along one axis."""
    first, second, part = neighbours
    every = torch.arange(len(part))
    shares = torch.zeros(len(part), cells, dtype=torch.float64)
    shares[every, first] += 1 - part
    shares[every, second] += part
    return shares.to(like)


def at_every_pixel(F: Tensor, grid: FeatureGrid, width: int, height: int) -> Iterator[Tensor]:
    """`F(q)` for the centre of each pixel of the picture: bands [C, some rows, W] from the top."""
    x = torch.arange(width, dtype=torch.float64) + 0.5
    y = torch.arange(height, dtype=torch.float64) + 0.5
    wide = F @ _shares(_columns(grid, x), grid.columns, F).T  # (C, rows, W)
    for band in torch.split(_shares(_rows(grid, y), grid.rows, F), _BAND):
        yield band @ wide


def disc(p: Position, r1: float, width: int, height: int) -> list[Position]:
    """Omega_1(p, r1): the pixel centres of the picture at most r1 from p."""
    columns = range(max(0, math.floor(p[0] - r1)), min(width, math.ceil(p[0] + r1)))
    rows = range(max(0, math.floor(p[1] - r1)), min(height, math.ceil(p[1] + r1)))
    return [
        (x + 0.5, y + 0.5)
        for y in rows
        for x in columns
        if (x + 0.5 - p[0]) ** 2 + (y + 0.5 - p[1]) ** 2 <= r1**2
    ]


def direction(p: Position, t: Position) -> Position:
    """The unit vector d = (t - p) / ||t - p||_2, and 0 when they coincide."""
    length = math.hypot(t[0] - p[0], t[1] - p[1])
    if length == 0:
        return (0.0, 0.0)
    return ((t[0] - p[0]) / length, (t[1] - p[1]) / length)


def motion_supervision(
    F: Tensor,
    grid: FeatureGrid,
    handles: list[Position],
    targets: list[Position],
    discs: list[list[Position]],
) -> Tensor:
    """Equation 1, first term: sum_i mean_q |F(q).detach() - F(q + d_i)|, q in Omega_1(p_i, r1)."""
    loss = F.new_zeros(())
    for p, t, omega in zip(handles, targets, discs, strict=True):
        dx, dy = direction(p, t)
        here = at_positions(F.detach(), grid, omega)
        ahead = at_positions(F, grid, [(x + dx, y + dy) for x, y in omega])
        loss = loss + (here - ahead).abs().mean()
    return loss


def mask_term(F: Tensor, F0: Tensor, grid: FeatureGrid, mask: Tensor) -> Tensor:
    """Equation 1, second term without lambda: the mean of |(F - F0) * (1 - M)| over all pixels.

    `mask` M is [H, W]; 1 may move, 0 stays.
    """
    height, width = mask.shape
    total = F.new_zeros(())
    # Interpolation is linear, so that of the difference is the difference of those of F and F0.
    bands = at_every_pixel(F - F0, grid, width, height)
    for difference, stays in zip(bands, torch.split(1 - mask, _BAND), strict=True):
        total = total + (difference * stays).abs().sum()
    return total / (F.shape[0] * height * width)


def square(p: Position, r2: float, width: int, height: int) -> list[Position]:
    """Omega_2(p, r2): p and whole pixels beside it up to r2, in the picture, nearest first."""
    reach = math.floor(r2)
    offsets = [(dx, dy) for dy in range(-reach, reach + 1) for dx in range(-reach, reach + 1)]
    offsets.sort(key=lambda offset: offset[0] ** 2 + offset[1] ** 2)
    positions = [(p[0] + dx, p[1] + dy) for dx, dy in offsets]
    return [(x, y) for x, y in positions if 0 <= x < width and 0 <= y < height]


def track(F: Tensor, grid: FeatureGrid, omega: list[Position], f: Tensor) -> Position:
    """Equation 2: argmin over q in Omega_2 of ||F(q) - f||_1, f [C] the point's first feature."""
    distances = (at_positions(F, grid, omega) - f[:, None]).abs().sum(0).tolist()
    return omega[distances.index(min(distances))]
