"""A block in stripes, from top to bottom: its activations are never there all at once.

At 1024 pixels one of a block's activations is 134 MB, and some five of them are there at a time.
What a stripe needs of them stays in the processor's caches.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from .interface import NoiseMode
from .layers import SynthesisLayer

# One activation of a stripe: few enough bytes for a cache, and enough rows that those which two
# stripes both compute are a small part.
_STRIPE_BYTES = 8 << 20


def worth_stripes(x: Tensor, last: SynthesisLayer, noise_mode: NoiseMode) -> bool:
    """Whether the block that ends in `last` is better made in stripes out of `x` [N, C, H, W].

    That is on a CPU, without gradients, where its activations are many bytes. Noise that is drawn
    anew is another in each stripe and cannot be joined.
    """
    return (
        x.device.type == "cpu"
        and not torch.is_grad_enabled()
        and noise_mode != "random"
        and 2 * x.shape[2] * _row_bytes(x, last) > 2 * _STRIPE_BYTES
    )


def stripes(
    x: Tensor,
    ws: Tensor,
    layers: tuple[SynthesisLayer, SynthesisLayer],
    noise_mode: NoiseMode,
) -> Iterator[tuple[slice, Tensor]]:
    """Yield what leaves a block, which rows and they themselves: [N, outputs, rows, 2W].

    `x` [N, inputs, H, W] is what entered it, `ws` [N, at least 2, w_dim] its rows of `ws`, and
    `layers` a doubling one and one that keeps the size.
    """
    doubling, keeping = layers
    noise = noise_mode == "const"
    height = 2 * x.shape[2]
    step = max(8, _STRIPE_BYTES // _row_bytes(x, keeping))
    for start in range(0, height, step):
        rows = range(start, min(start + step, height))
        between = _within(keeping.sees(rows), height)
        seen = _within(doubling.sees(between), x.shape[2])
        stripe = x[:, :, seen.start : seen.stop]
        stripe = doubling.rows(stripe, ws[:, 0], first=seen.start, rows=between, noise=noise)
        stripe = keeping.rows(stripe, ws[:, 1], first=between.start, rows=rows, noise=noise)
        yield slice(rows.start, rows.stop), stripe


def _row_bytes(x: Tensor, last: SynthesisLayer) -> int:
    """Return the bytes of a row of what leaves the block; it is twice as long as one of `x`."""
    n, _, _, width = x.shape
    return n * len(last.weight) * 2 * width * x.element_size()


def _within(rows: range, height: int) -> range:
    return range(max(rows.start, 0), min(rows.stop, height))
