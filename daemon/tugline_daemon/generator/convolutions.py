"""The network's convolutions as fixed linear maps, each with its exact adjoint.

A drag takes many steps with the same weights, and needs of a convolution its output and the
product of its transpose with a gradient: no gradient for the weights, no autograd. Activations
are [N, rows, columns, channels], contiguous; the maps leave their arguments as they are.
"""

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from .errors import GeneratorError
from .resample import smooth
from .winograd import Winograd

# A window's rim of one cell holds what kernel and filter reach for up to this many taps.
WINDOW_TAPS = 4
# From here on Winograd's algorithm was 1.4 to 2.5 times as fast as torch's convolution.
_WINOGRAD_CHANNELS = 128
_WINOGRAD_CELLS = 24 * 24


class Convolution(Protocol):
    """A fixed linear map between activations [N, rows, columns, channels], and its adjoint."""

    def forward(self, x: Tensor) -> Tensor:
        """[N, H, W, inputs] to [N, H', W', outputs]."""
        ...

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, H', W', outputs] to [N, H, W, inputs], so that <A x, y> = <x, A* y>."""
        ...


class Plain:
    """A 3x3 convolution of the same size, as torch has it: zeros stand around the picture."""

    def __init__(self, weight: Tensor) -> None:
        """`weight` is [outputs, inputs, 3, 3]."""
        self._weight = weight.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H, W, inputs] to [N, H, W, outputs]."""
        return _channels_behind(F.conv2d(_channels_second(x), self._weight, padding=1))

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, H, W, outputs] to [N, H, W, inputs]."""
        gradient = _channels_second(gradient)
        return _channels_behind(F.conv_transpose2d(gradient, self._weight, padding=1))


def fastest(weight: Tensor, rows: int, columns: int) -> Convolution:
    """Return what computes `Plain(weight)` soonest for activations of that many cells.

    On a CPU that is Winograd's algorithm where there are cells and channels enough; with fewer its
    transforms, and four times the memory for its kernels, cost more than the products it saves.
    """
    wide = min(weight.shape[:2]) >= _WINOGRAD_CHANNELS and rows * columns >= _WINOGRAD_CELLS
    if wide and weight.device.type == "cpu" and weight.dtype == torch.float32:
        return Winograd(weight)
    return Plain(weight)


class Valid:
    """A 3x3 convolution of windows: the rim of one cell that it needs comes with the input."""

    def __init__(self, weight: Tensor) -> None:
        """`weight` is [outputs, inputs, 3, 3]."""
        self._weight = weight.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H + 2, W + 2, inputs] to [N, H, W, outputs]."""
        return _channels_behind(F.conv2d(_channels_second(x), self._weight))

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, H, W, outputs] to [N, H + 2, W + 2, inputs]."""
        return _channels_behind(F.conv_transpose2d(_channels_second(gradient), self._weight))


class Doubling:
    """A 3x3 convolution that doubles the size, and its filter: `upsampling_convolution`."""

    def __init__(self, weight: Tensor, resample_filter: Tensor) -> None:
        """`weight` is [outputs, inputs, 3, 3], `resample_filter` as networks store it."""
        self._transposed = _Transposed(weight)
        self._filter = _Filter(resample_filter, cut=0)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H, W, inputs] to [N, 2H, 2W, outputs]."""
        return self._filter.forward(self._transposed.forward(x))

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, 2H, 2W, outputs] to [N, H, W, inputs]."""
        return self._transposed.adjoint(self._filter.adjoint(gradient))


class DoublingValid:
    """`Doubling` of windows: the rim of one coarse cell that it needs comes with the input.

    Rows [a - 1, b + 1) of the coarse grid give rows [2a, 2b) of the fine one, and so do columns;
    what lies outside the picture is zero.
    """

    def __init__(self, weight: Tensor, resample_filter: Tensor) -> None:
        """`weight` is [outputs, inputs, 3, 3], `resample_filter` as networks store it.

        Raises:
            GeneratorError: the filter reaches further than the rim.
        """
        taps = resample_filter.shape[-1]
        if taps > WINDOW_TAPS:
            raise GeneratorError(
                f"Windows need a resample filter of at most {WINDOW_TAPS} taps, not {taps}: "
                "compute the whole picture."
            )
        self._transposed = _Transposed(weight)
        self._filter = _Filter(resample_filter, cut=2)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H + 2, W + 2, inputs] to [N, 2H, 2W, outputs]."""
        return self._filter.forward(self._transposed.forward(x))

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, 2H, 2W, outputs] to [N, H + 2, W + 2, inputs]."""
        return self._transposed.adjoint(self._filter.adjoint(gradient))


class _Transposed:
    """The transposed convolution of stride 2, by a 3x3 kernel."""

    def __init__(self, weight: Tensor) -> None:
        # conv_transpose2d wants the inputs first.
        self._weight = weight.transpose(0, 1).contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H, W, inputs] to [N, 2H + 1, 2W + 1, outputs]."""
        return _channels_behind(F.conv_transpose2d(_channels_second(x), self._weight, stride=2))

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, 2H + 1, 2W + 1, outputs] to [N, H, W, inputs]."""
        return _channels_behind(F.conv2d(_channels_second(gradient), self._weight, stride=2))


class _Filter:
    """The filter behind `_Transposed`; `cut` rows and columns on each side are not computed."""

    def __init__(self, stored: Tensor, *, cut: int) -> None:
        taps = stored.shape[-1]
        self._stored, self._flipped = stored, stored.flip(tuple(range(stored.ndim)))
        self._before, self._after = (taps + 1) // 2 - 1 - cut, (taps - 2) // 2 - cut
        self._reach = taps - 1

    def forward(self, x: Tensor) -> Tensor:
        """[N, 2H + 1, 2W + 1, C] to [N, 2H - 2 cut, 2W - 2 cut, C]."""
        return _smoothed(x, self._stored, self._before, self._after)

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, 2H - 2 cut, 2W - 2 cut, C] to [N, 2H + 1, 2W + 1, C]."""
        before, after = self._reach - self._before, self._reach - self._after
        return _smoothed(gradient, self._flipped, before, after)


def _smoothed(x: Tensor, stored: Tensor, before: int, after: int) -> Tensor:
    return _channels_behind(smooth(_channels_second(x), stored, before=before, after=after))


def _channels_second(x: Tensor) -> Tensor:
    return x.permute(0, 3, 1, 2)


def _channels_behind(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1).contiguous()
