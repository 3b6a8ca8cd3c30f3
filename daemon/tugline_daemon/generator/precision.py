"""In which numbers a pass through a network computes its activations.

The dangers of the two short formats, and what is done about them, stand in
docs/decisions/0019-precision.md.
"""

from typing import Literal, get_args

import torch

Precision = Literal["fp32", "tf32", "bf16", "fp16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)

_DTYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "tf32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}


def dtype_of(precision: Precision) -> torch.dtype:
    """Return what activations and kernels are stored in.

    "tf32" stores float32; whether a device multiplies it in TF32 is a switch of the process.
    """
    return _DTYPES[precision]


def is_short(precision: Precision) -> bool:
    """Whether activations and kernels take two bytes."""
    return dtype_of(precision).itemsize == 2


def held_at(precision: Precision, resolution: int) -> float:
    """Return what a pass multiplies a layer's activations by while it holds them, a power of two.

    fp16 ends at 65504, and loses digits below 6e-5. On the way forward that is enough: with a
    kernel of norm 1 and a style of mean square 1 a convolution of 512 channels makes at most
    3 * sqrt(512) = 68 times the largest activation, and activations are about 1. On the way back a
    cell's gradient is added up from those of the four cells that it was doubled to: at each
    doubling it grows by 1 to 4. So activations are held half as large after each doubling, which
    makes of that 1/2 to 2.
    """
    return 2.0 ** (2 - resolution.bit_length()) if precision == "fp16" else 1.0
