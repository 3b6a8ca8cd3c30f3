"""A pass through StyleGAN2 by hand: what does not move is computed once, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .feature_pass import FeaturePass
from .modulated import Modulated, Trace
from .windows import Windows

# Windows are worth their trouble where they have so much of a layer's cells at most.
_WORTH_IT = 0.6


@dataclass(frozen=True)
class Step:
    """One layer of a pass; `row` is which of the movable rows it reads, None where that stays."""

    layer: Modulated
    row: int | None


@dataclass(frozen=True)
class _Made:
    """What a step left for the way back.

    The windows are what it made, None where that was all of its layer. `begins` says that it cut
    them out of a whole layer.
    """

    layer: Modulated
    modulation: tuple[Tensor, Tensor] | None
    trace: Trace
    windows: Windows | None
    begins: bool


class ModulatedPass(FeaturePass):
    """Layers one after another, from a constant on."""

    def __init__(self, constant: Tensor, steps: Sequence[Step]) -> None:
        """Begin at `constant` [C, rows, columns]; what comes before any moving row is computed."""
        x = constant.detach().permute(1, 2, 0)[None].contiguous()
        first = next(
            (number for number, step in enumerate(steps) if step.row is not None), len(steps)
        )
        with torch.no_grad():
            for step in steps[:first]:
                x = step.layer.forward(x, None, None).y
        self._x = x
        self._steps = tuple(steps[first:])
        self._rows: Tensor | None = None
        self._made: list[_Made] = []

    def worth(self, windows: Windows) -> Windows | None:
        """Windows are, of a small part of the layer."""
        return windows if self._steps and windows.share <= _WORTH_IT else None

    def forward(self, rows: Tensor, windows: Windows | None = None) -> Tensor:
        """Go through the layers; windows begin at the first layer where they are worth it."""
        self._rows = rows = rows.detach().requires_grad_()
        self._made = []
        x, before = self._x, None
        for step, here in zip(self._steps, self._windows(windows), strict=True):
            modulation = self._modulation(step, rows)
            begins = here is not None and before is None
            if here is not None and begins:
                x = step.layer.needs(here).cut(x)
            with torch.no_grad():
                trace = step.layer.forward(x, _detached(modulation), here)
            self._made.append(_Made(step.layer, modulation, trace, here, begins))
            x, before = trace.y, here
        if before is not None:
            frame = before.framed()
            x = frame.paste(x, x.new_zeros(1, frame.height, frame.width, x.shape[-1]))
        return x[0].permute(2, 0, 1)

    @torch.no_grad()
    def back(self, gradients: Tensor) -> Tensor:
        """Go back through all layers at once for all numbers."""
        if self._rows is None:
            raise ValueError("There is nothing to go back through; call forward first.")
        if not self._made:
            return self._rows.new_zeros(len(gradients), *self._rows.shape)
        gradient = gradients.permute(0, 2, 3, 1).contiguous()
        last = self._made[-1].windows
        if last is not None:
            frame = last.framed()
            owned = frame.owned(gradient).repeat(len(gradients), 1, 1, 1)
            gradient = frame.cut(gradient) * owned
        found: list[tuple[Tensor, Tensor]] = []
        for made in reversed(self._made):
            gradient, of_modulation = made.layer.back(
                gradient, made.trace, _detached(made.modulation), made.windows
            )
            if made.modulation is not None and of_modulation is not None:
                found += zip(made.modulation, of_modulation, strict=True)
            if made.windows is not None and made.begins:
                gradient = made.layer.needs(made.windows).add_up(gradient)
        return _in_rows(self._rows, found, len(gradients))

    def rest(self) -> None:
        """Drop the activations of the last way forward."""
        self._rows = None
        self._made = []

    def _windows(self, windows: Windows | None) -> tuple[Windows | None, ...]:
        """Return what each step is to make: the windows, or all where they are not worth it."""
        made: list[Windows | None] = []
        for step in reversed(self._steps):
            windows = None if windows is None else self.worth(windows)
            made.append(windows)
            windows = None if windows is None else step.layer.needs(windows)
        return tuple(reversed(made))

    @staticmethod
    def _modulation(step: Step, rows: Tensor) -> tuple[Tensor, Tensor] | None:
        if step.row is None:
            return None
        with torch.enable_grad():
            return step.layer.modulation(rows[step.row])


def _detached(modulation: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor] | None:
    return None if modulation is None else (modulation[0].detach(), modulation[1].detach())


def _in_rows(rows: Tensor, found: Sequence[tuple[Tensor, Tensor]], numbers: int) -> Tensor:
    """Go on from gradients [K, ...] in styles and demodulations to those in the rows."""
    outputs = [output for output, _ in found]
    return torch.stack(
        [
            torch.autograd.grad(
                outputs, rows, [gradient[number] for _, gradient in found], retain_graph=True
            )[0]
            for number in range(numbers)
        ]
    )
