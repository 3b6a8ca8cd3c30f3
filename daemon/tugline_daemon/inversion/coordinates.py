"""Coordinates of latents in which every direction is as long as it matters.

W of a StyleGAN is thousands of times longer in some directions than in others. Along the principal
axes, in units of the standard deviation, a unit is as much of a change in each: in these
coordinates searches converge several times sooner, and a length says how unlikely a latent is.
"""

import torch
from torch import Tensor

from tugline_daemon.generator import Spread

# Nothing is divided by less than this share of the root mean square deviation: along directions
# in which random latents hardly differ, those of other pictures do.
_LEAST = 0.02


class Coordinates:
    """From coordinates [..., w_dim] to rows of latents [..., w_dim], and back."""

    def __init__(self, spread: Spread, device: torch.device) -> None:
        """Take the axes; all tensors that come and go lie on `device`.

        `usual_length` is the root mean square length of the coordinates of random latents.
        """
        deviations = spread.deviations
        least = _LEAST * float(deviations.square().mean().sqrt())
        self._scales = deviations.clamp_min(max(least, 1e-12)).to(device)
        self._directions = spread.directions.to(device)
        self.mean = spread.mean.to(device)
        self.usual_length = float((deviations.to(device) / self._scales).square().sum().sqrt())

    def rows(self, coordinates: Tensor) -> Tensor:
        """Return what lies at `coordinates`; 0 is the mean of W."""
        found: Tensor = self.mean + (coordinates * self._scales) @ self._directions
        return found

    def of(self, rows: Tensor) -> Tensor:
        """Return the coordinates of `rows`."""
        found: Tensor = ((rows - self.mean) @ self._directions.T) / self._scales
        return found
