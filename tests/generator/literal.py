"""StyleGAN2's equations written out one by one in float64, to hold the network against.

It shares no code with the network: each sample gets its own modulated kernel (equations 1 to 3 of
"Analyzing and Improving the Image Quality of StyleGAN"), upsampling inserts zeros and convolves
with the whole filter. It reads a state dict under the reference's names.
"""

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = Mapping[str, Tensor]


def _lrelu(x: Tensor) -> Tensor:
    return torch.where(x > 0, x, 0.2 * x) * math.sqrt(2)


def _unit_power(x: Tensor) -> Tensor:
    return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()


def mapped(weights: Weights, z: Tensor, c: Tensor | None, *, lr_multiplier: float) -> Tensor:
    """Return `w` [N, w_dim]."""
    x = _unit_power(z)
    if c is not None:
        weight, bias = weights["mapping.embed.weight"], weights["mapping.embed.bias"]
        x = torch.cat([x, _unit_power(c @ weight.T / math.sqrt(c.shape[1]) + bias)], 1)
    layer = 0
    while f"mapping.fc{layer}.weight" in weights:
        weight, bias = weights[f"mapping.fc{layer}.weight"], weights[f"mapping.fc{layer}.bias"]
        x = _lrelu(x @ weight.T * (lr_multiplier / math.sqrt(x.shape[1])) + bias * lr_multiplier)
        layer += 1
    return x


def _filtered(x: Tensor, taps: Tensor, before: int, after: int) -> Tensor:
    kernel = torch.outer(taps, taps) / taps.sum().square() * 4
    n, channels, height, _ = x.shape
    x = F.pad(x, (before, after, before, after)).reshape(
        n * channels, 1, height + before + after, -1
    )
    x = F.conv2d(x, kernel.flip(0, 1)[None, None])
    return x.reshape(n, channels, *x.shape[2:])


def _zero_filled(x: Tensor) -> Tensor:
    n, channels, height, width = x.shape
    spread = x.new_zeros(n, channels, 2 * height, 2 * width)
    spread[:, :, ::2, ::2] = x
    return spread


def _upsampled(x: Tensor, taps: Tensor) -> Tensor:
    length = len(taps)
    return _filtered(_zero_filled(x), taps, (length + 1) // 2, (length - 2) // 2)


def _modulated(
    weights: Weights, name: str, x: Tensor, w: Tensor, taps: Tensor | None, *, colours: bool = False
) -> Tensor:
    affine, bias = weights[f"{name}.affine.weight"], weights[f"{name}.affine.bias"]
    styles = w @ affine.T / math.sqrt(affine.shape[1]) + bias
    results = []
    for sample, style in zip(x, styles, strict=True):
        kernel = weights[f"{name}.weight"] * style[None, :, None, None]
        if colours:
            kernel = kernel / math.sqrt(kernel.shape[1])
        else:
            kernel = kernel / (kernel.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        padding = kernel.shape[-1] // 2
        if taps is None:
            results.append(F.conv2d(sample[None], kernel, padding=padding))
        else:
            # A convolution proper on the zero-filled picture: the kernel is turned around.
            wide = F.pad(_zero_filled(sample[None]), (3, 3, 3, 3))
            wide = F.conv2d(wide, kernel.flip(2, 3))
            extra = (len(taps) + 1) // 2 - 2, (len(taps) - 2) // 2 - 2
            results.append(_filtered(wide, taps, *extra))
    return torch.cat(results)


def _layer(
    weights: Weights,
    name: str,
    x: Tensor,
    w: Tensor,
    taps: Tensor | None,
    clamp: float,
    gain: float,
) -> Tensor:
    x = _modulated(weights, name, x, w, taps)
    if f"{name}.noise_const" in weights:
        x = x + weights[f"{name}.noise_const"] * weights[f"{name}.noise_strength"]
    x = _lrelu(x + weights[f"{name}.bias"][:, None, None]) * gain
    return x.clamp(-clamp * gain, clamp * gain)


def synthesized(
    weights: Weights, ws: Tensor, *, taps: tuple[float, ...], clamp: float = math.inf
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the picture and every block's activations; what is in `weights` says the rest."""
    f = torch.tensor(taps, dtype=torch.float64)
    row, resolution = 0, 4
    x = weights["synthesis.b4.const"][None].repeat(len(ws), 1, 1, 1)
    picture: Tensor | None = None
    features = {}
    while (name := f"synthesis.b{resolution}") + ".conv1.weight" in weights:
        residual = f"{name}.skip.weight" in weights
        gain = math.sqrt(0.5) if residual else 1.0
        past = x
        if resolution > 4:
            x = _layer(weights, f"{name}.conv0", x, ws[:, row], f, clamp, 1.0)
            row += 1
        x = _layer(weights, f"{name}.conv1", x, ws[:, row], None, clamp, gain)
        row += 1
        if residual:
            kernel = weights[f"{name}.skip.weight"] / math.sqrt(past.shape[1])
            x = x + _upsampled(F.conv2d(past, kernel), f) * gain
        features[f"b{resolution}"] = x
        if picture is not None:
            picture = _upsampled(picture, f)
        if f"{name}.torgb.weight" in weights:
            colours = _modulated(weights, f"{name}.torgb", x, ws[:, row], None, colours=True)
            colours = colours + weights[f"{name}.torgb.bias"][:, None, None]
            colours = colours.clamp(-clamp, clamp)
            picture = colours if picture is None else picture + colours
        resolution *= 2
    assert picture is not None
    return picture, features
