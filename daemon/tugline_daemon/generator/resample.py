"""Doubling the resolution with a small separable low-pass filter.

The convention is that of `upfirdn2d` in the StyleGAN2-ADA reference: zeros are inserted between
the samples, the result is padded and convolved with a filter whose taps sum to one, and a factor
of four makes up for the zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

# From this many taps on, the reference keeps a filter as one row instead of its outer product.
_SEPARABLE_TAPS = 8


def filter_buffer(taps: Sequence[float]) -> Tensor:
    """Return the buffer that the reference stores for a filter of these taps; it sums to one."""
    row = torch.as_tensor(taps, dtype=torch.float32)
    stored = row if len(taps) >= _SEPARABLE_TAPS else torch.outer(row, row)
    return stored / stored.sum()


def _vertical_and_horizontal(stored: Tensor) -> tuple[Tensor, Tensor]:
    # The outer product of two rows that each sum to one has those rows as its marginal sums.
    if stored.ndim == 1:
        return stored, stored
    return stored.sum(1), stored.sum(0)


@dataclass(frozen=True)
class Taps:
    """A filter, times four, as two passes of a few taps for each channel.

    `down` is [C, 1, taps, 1], `across` [C, 1, 1, taps].
    """

    down: Tensor
    across: Tensor

    @classmethod
    def of(cls, stored: Tensor, channels: int, dtype: torch.dtype) -> "Taps":
        """Lay out a filter as networks store it."""
        vertical, horizontal = _vertical_and_horizontal(stored.to(dtype))
        # conv2d correlates, so the taps are flipped.
        down = (2 * vertical.flip(0)).reshape(1, 1, -1, 1).expand(channels, 1, -1, 1)
        across = (2 * horizontal.flip(0)).reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
        return cls(down.contiguous(), across.contiguous())


def smooth(x: Tensor, taps: Taps, *, before: int, after: int) -> Tensor:
    """Pad `x` [N, C, H, W] and convolve it with the filter.

    `before` and `after` are the rows and columns of zeros added on either side; negative numbers
    crop instead.
    """
    channels = x.shape[1]
    if before == after >= 0:
        x = F.conv2d(x, taps.across, padding=(0, before), groups=channels)
        return F.conv2d(x, taps.down, padding=(before, 0), groups=channels)
    x = F.pad(x, (before, after, before, after))
    return F.conv2d(F.conv2d(x, taps.across, groups=channels), taps.down, groups=channels)


def upsample(x: Tensor, stored: Tensor) -> Tensor:
    """Double `x` [N, C, H, W] to [N, C, 2H, 2W]."""
    n, channels, height, width = x.shape
    spread = F.pad(x.reshape(n, channels, height, 1, width, 1), (0, 1, 0, 0, 0, 1))
    taps = stored.shape[-1]
    return smooth(
        spread.reshape(n, channels, 2 * height, 2 * width),
        Taps.of(stored, channels, x.dtype),
        before=(taps + 1) // 2,
        after=(taps - 2) // 2,
    )


def upsampling_convolution(x: Tensor, weight: Tensor, stored: Tensor) -> Tensor:
    """Convolve with a square odd kernel while doubling: [N, C, H, W] to [N, O, 2H, 2W].

    `weight` is [O, C, K, K]; it acts on the zero-filled picture and the filter smooths the
    result, so that no tap of the kernel is spent on zeros.
    """
    kernel, taps = weight.shape[-1], stored.shape[-1]
    x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    return smooth(
        x,
        Taps.of(stored, x.shape[1], x.dtype),
        before=kernel // 2 + (taps + 1) // 2 - (kernel - 1),
        after=kernel // 2 + (taps - 2) // 2 - (kernel - 2),
    )
