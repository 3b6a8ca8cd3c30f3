"""How much a network has to compute, whatever way it is computed in."""

import re

from tugline_daemon.generator import Generator

# A convolution of a block, under the reference's parameter names; conv0 and skip double the size.
_CONVOLUTION = re.compile(r"synthesis\.b(\d+)\.(conv0|conv1|skip)\.weight")


def multiply_adds(generator: Generator, layer: str) -> int:
    """Count the multiply-adds of one pass of a StyleGAN2 up to the activations of ``layer``.

    By formula: a convolution costs inputs x outputs x taps for each cell that it stands on, which
    are those of the smaller side where it doubles the size. Modulation, noise and the filters that
    smooth a doubled picture come to a hundredth of that at the usual widths and are not counted.

    The way back, to the activations and not to the weights, is as much again.
    """
    last = generator.feature_layers.index(layer)
    counted = generator.feature_layers[: last + 1]
    total = 0
    for name, weight in generator.named_parameters():
        found = _CONVOLUTION.fullmatch(name)
        if found is None or f"b{found[1]}" not in counted:
            continue
        side = int(found[1]) if found[2] == "conv1" else int(found[1]) // 2
        total += weight.numel() * side**2
    return total
