"""The mask's term of equation 1 and its gradient, in one go through the activations.

The difference D = F - F0 is interpolated to places twice as fine along each axis, as
`FeatureGrid` says what lies between cell centres: a place a quarter of a cell from the centre has
3/4 of that cell and 1/4 of the next one; at the border it has the cell alone. The number is the
weighted sum of its absolute values, the gradient the transposed interpolation of their signs.
On a CPU both are made of a few rows at a time, which its cache holds: the finer places of all
channels are four times the activations, and would go through main memory again and again.
"""

from typing import Any

import torch
from torch import Tensor

from .recorded import recorder_on

# Numbers that are taken at once on a CPU: 1 MB.
_AT_ONCE = 1 << 18
_NEAR, _FAR = 0.75, 0.25


class Strayed(torch.autograd.Function):
    """`sum over places of weights * mean over channels of |D|`, for features [C, rows, columns].

    `weights` are [down * rows, across * columns]; `down` and `across` are 1 or 2.
    """

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, first: Tensor, weights: Tensor, down: int, across: int
    ) -> Tensor:
        """Compute the number, and keep its gradient."""
        value, gradient = strayed(
            features.permute(1, 2, 0), first.permute(1, 2, 0), weights, down, across
        )
        ctx.save_for_backward(gradient.permute(2, 0, 1))
        return value

    @staticmethod
    def backward(ctx: Any, in_value: Tensor) -> tuple[Tensor, None, None, None, None]:
        """Hand out the gradient in the features."""
        (gradient,) = ctx.saved_tensors
        return gradient * in_value, None, None, None, None


def strayed(
    features: Tensor, first: Tensor, weights: Tensor, down: int, across: int
) -> tuple[Tensor, Tensor]:
    """Return the number and its gradient [rows, columns, C] in features [rows, columns, C]."""
    rows, columns, channels = features.shape
    places = weights.reshape(rows, down, columns, across) / channels
    value = features.new_zeros(())
    gradient = features.new_zeros(rows, columns, channels)
    for start, stop in _bands(places, channels):
        # A row more on either side, at the border once more the last one.
        seen = torch.arange(start - 1, stop + 1, device=features.device).clamp(0, rows - 1)
        of_band, in_band = _band(features[seen] - first[seen], places[start:stop])
        value += of_band
        gradient.index_add_(0, seen, in_band)
    return value, gradient


def _bands(places: Tensor, channels: int) -> list[tuple[int, int]]:
    """Return which rows are done at once: from one to before another.

    Those that weigh nothing are left out where nobody waits for a device to know them.
    """
    rows, _, columns, _ = places.shape
    if recorder_on(places.device):
        return [(0, rows)]
    high = max(1, _AT_ONCE // (columns * channels))
    starts = range(0, rows, high)
    return [
        (start, min(start + high, rows))
        for start in starts
        if bool(places[start : start + high].any())
    ]


def _band(difference: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Do the rows between the first and the last of `difference` [rows + 2, columns, C]."""
    rows, down, columns, across = places.shape
    around = torch.cat([difference[:, :1], difference, difference[:, -1:]], 1)
    value = difference.new_zeros(())
    gradient = torch.zeros_like(around)
    for number, row in enumerate(_beside(down)):
        between = torch.lerp(around[1:-1], around[row : row + rows], _FAR)
        in_between = torch.zeros_like(between)
        for place, column in enumerate(_beside(across)):
            there = torch.lerp(between[:, 1:-1], between[:, column : column + columns], _FAR)
            signs = there.sign().mul_(places[:, number, :, place, None])
            value += torch.dot(there.flatten(), signs.flatten())
            in_between[:, 1:-1].add_(signs, alpha=_NEAR)
            in_between[:, column : column + columns].add_(signs, alpha=_FAR)
        gradient[1:-1].add_(in_between, alpha=_NEAR)
        gradient[row : row + rows].add_(in_between, alpha=_FAR)
    gradient[:, 1] += gradient[:, 0]
    gradient[:, -2] += gradient[:, -1]
    return value, gradient[:, 1:-1]


def _beside(factor: int) -> tuple[int, ...]:
    """Return where, from the cell before on, the other cell of each finer place is."""
    return (0, 2) if factor == 2 else (1,)
