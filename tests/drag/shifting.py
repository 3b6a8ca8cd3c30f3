"""A generator whose latent shifts and stretches a pattern: what a drag should do is known."""

import math

import torch
from torch import Tensor, nn

from tugline_daemon.generator import FeatureGrid, Generator, NoiseMode

SIZE = 64
_CELLS = 32
_WAVES = 24
# Pixels that one unit of W moves the pattern by.
_REACH = 50.0


class Shifting(Generator):
    """64 pixels, features of 32 cells, ws [4, 2].

    Row 0 shifts the pattern in x and y, row 1 stretches it about the picture's centre, row 2 is
    not movable by default, row 3 is not looked at. `runs` counts; after `good_runs` more (None:
    never) the features are NaN.
    """

    def __init__(self) -> None:
        super().__init__(
            z_dim=2, c_dim=0, w_dim=2, num_ws=4, width=SIZE, height=SIZE, feature_layers=("b32",)
        )
        generator = torch.Generator().manual_seed(0)
        angles = torch.rand(_WAVES, generator=generator) * 2 * math.pi
        lengths = 16 + 40 * torch.rand(_WAVES, generator=generator)
        waves = torch.stack([angles.cos(), angles.sin()], 1) * (2 * math.pi / lengths)[:, None]
        self.waves = nn.Parameter(waves)  # (waves, 2)
        self.register_buffer("phases", torch.rand(_WAVES, generator=generator) * 2 * math.pi)
        self.runs = 0
        self.good_runs: int | None = None

    phases: Tensor

    @property
    def default_feature_layer(self) -> str:
        return "b32"

    @property
    def default_movable_rows(self) -> tuple[int, ...]:
        return (0, 1)

    @property
    def w_avg(self) -> Tensor:
        return torch.zeros(2)

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,  # noqa: ARG002
        *,
        truncation_psi: float = 1.0,  # noqa: ARG002
        truncation_cutoff: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        return z[:, None].repeat(1, 4, 1)

    def synthesize(
        self,
        ws: Tensor,
        *,
        until: str | None = None,  # noqa: ARG002
        noise_mode: NoiseMode = "const",  # noqa: ARG002
    ) -> Tensor:
        self.runs += 1
        centers = (torch.arange(_CELLS) + 0.5) * (SIZE / _CELLS) - SIZE / 2
        y, x = torch.meshgrid(centers, centers, indexing="ij")
        grid = torch.stack([x, y], -1)[None]  # (1, rows, columns, 2), around the centre
        seen = (grid - _REACH * ws[:, 0, None, None]) / (1 + ws[:, 1, None, None])
        features = (seen @ self.waves.T + self.phases).sin() * (1 + ws[:, 2, :1, None, None])
        if self.good_runs is not None and self.runs > self.good_runs:
            features = features * torch.nan
        return features.permute(0, 3, 1, 2)

    def feature_grid(self, layer: str) -> FeatureGrid:  # noqa: ARG002
        return FeatureGrid(_CELLS, _CELLS, SIZE / _CELLS, SIZE / _CELLS)

    def rows_until(self, layer: str) -> int:  # noqa: ARG002
        return 3

    def first(self) -> Tensor:
        """The latent that leaves the pattern where it is."""
        return torch.zeros(self.num_ws, self.w_dim)

    def place(self, position: tuple[float, float], start: Tensor, end: Tensor) -> tuple[float, ...]:
        """Say where what was at `position` in the picture of one latent is in that of another."""
        around = torch.tensor(position) - SIZE / 2
        pattern = (around - _REACH * start[0]) / (1 + start[1])
        moved = pattern * (1 + end[1]) + _REACH * end[0] + SIZE / 2
        return tuple(moved.tolist())
