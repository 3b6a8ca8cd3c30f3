"""A synthesis layer by hand: forward, and back to its input and its row of `ws`.

Equations 1 to 3 of "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., CVPR
2020), as `SynthesisLayer` computes them, on activations [N, rows, columns, channels]. Where the row
of `ws` does not move, style and demodulation are part of the kernel. The activation is `slope`
times what is negative; so its gain can be applied before it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .convolutions import Convolution, Valid, fastest
from .doubling import WINDOW_TAPS, Doubling, DoublingValid
from .layers import ACTIVATIONS, SynthesisLayer
from .windows import Windows

# What an activation does to what is negative; others than these are not done by hand.
_SLOPES = {"linear": 1.0, "lrelu": 0.2, "relu": 0.0}


@dataclass(frozen=True)
class Trace:
    """What a layer's way back needs of its way forward.

    `x` is its input; `plain` is what the convolution made of it, of a layer whose row moves; `y` is
    what came out. `valid` is 0 beyond the layer's border, None where nothing lies there.
    """

    x: Tensor
    plain: Tensor | None
    y: Tensor
    valid: Tensor | None


def can_be_modulated(layer: SynthesisLayer) -> bool:
    """Whether `Modulated` can do what `layer` does."""
    return (
        layer.activation in _SLOPES
        and layer.resample_filter.shape[-1] <= WINDOW_TAPS
        and not layer.weight.requires_grad
    )


class Modulated:
    """One layer; `w` [w_dim] is its row of `ws`, None where that moves."""

    def __init__(self, layer: SynthesisLayer, w: Tensor | None, resolution: int) -> None:
        """Take what is constant out of `layer`, which makes `resolution` x `resolution` cells."""
        self.doubles = layer.doubles
        self.resolution = resolution
        self._layer = layer
        self._slope = _SLOPES[layer.activation]
        self._gain = ACTIVATIONS[layer.activation][1]
        self._clamp = layer.conv_clamp
        self._weight = layer.weight.detach()
        self._made_of = _identity(layer)
        self._w = None if w is None else w.detach().clone()
        if w is not None:
            style, demodulation = (part[0].detach() for part in layer.modulation(w[None]))
            scale = demodulation[:, None] * style * self._gain
            self._weight = self._weight * scale[:, :, None, None]
        self._bias = layer.bias.detach() * self._gain
        noise = layer.constant_noise()
        self._noise = None if noise is None else noise.detach()[None, :, :, None] * self._gain
        self._whole: Convolution | None = None
        self._windowed: Convolution | None = None

    def serves(self, w: Tensor | None) -> bool:
        """Whether it is the one for that row, and its layer's weights are what they were."""
        if self._made_of != _identity(self._layer):
            return False
        if w is None or self._w is None:
            return w is self._w
        return torch.equal(w, self._w)

    def modulation(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """Return style [inputs] and demodulation [outputs], with the gain, of a row that moves."""
        style, demodulation = self._layer.modulation(w[None])
        return style[0], demodulation[0] * self._gain

    def needs(self, windows: Windows) -> Windows:
        """Return the windows of its input that it has to see to make these."""
        return windows.aligned().halved() if self.doubles else windows.convolved()

    def forward(
        self, x: Tensor, modulation: tuple[Tensor, Tensor] | None, windows: Windows | None
    ) -> Trace:
        """Do the layer, all of it or the windows alone.

        `x` is [1, rows, columns, inputs], or those of the windows that it `needs`. `modulation` is
        that of a row that moves.
        """
        plain = None
        if modulation is None:
            y = self._convolved(x, windows)
        else:
            style, demodulation = modulation
            plain = self._convolved(x * style, windows)
            y = plain * demodulation
        y += self._bias
        valid = None
        if self._noise is not None:
            y += self._noise if windows is None else windows.cut(self._noise)
        if self._slope != 1:
            y = F.leaky_relu(y, self._slope, inplace=True)
        if self._clamp is not None:
            y.clamp_(-self._clamp, self._clamp)
        if windows is not None and not windows.inside:
            valid = windows.valid(y)
            y *= valid
        return Trace(x, plain, y, valid)

    def back(
        self,
        gradient: Tensor,
        trace: Trace,
        modulation: tuple[Tensor, Tensor] | None,
        windows: Windows | None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor] | None]:
        """Go back from `gradient` [K, rows, columns, outputs] (K times the windows).

        Return the gradient in the input, and of a row that moves those in the modulation: [K,
        inputs] and [K, outputs].
        """
        gradient = self._before_activation(gradient, trace)
        if modulation is None or trace.plain is None:
            return self._adjoint(gradient, windows), None
        style, demodulation = modulation
        in_demodulation = _summed(gradient, trace.plain)
        in_input = self._adjoint(gradient * demodulation, windows)
        in_style = _summed(in_input, trace.x)
        return in_input.mul_(style), (in_style, in_demodulation)

    def _before_activation(self, gradient: Tensor, trace: Trace) -> Tensor:
        many = gradient.view(-1, *trace.y.shape)
        if self._slope != 1:
            # The activation's own derivative, read off its result: a third of the memory traffic.
            many = torch.ops.aten.leaky_relu_backward(many, trace.y, self._slope, True)
        if self._clamp is not None:
            many = many * (trace.y.abs() < self._clamp)
        if trace.valid is not None:
            many = many * trace.valid
        return many.flatten(0, 1)

    def _convolved(self, x: Tensor, windows: Windows | None) -> Tensor:
        if windows is None:
            return self._of_whole().forward(x)
        made = self._of_windows().forward(x)
        return windows.shift_out(windows.aligned(), made) if self.doubles else made

    def _adjoint(self, gradient: Tensor, windows: Windows | None) -> Tensor:
        if windows is None:
            return self._of_whole().adjoint(gradient)
        if self.doubles:
            gradient = windows.shift_into(windows.aligned(), gradient)
        return self._of_windows().adjoint(gradient)

    def _of_whole(self) -> Convolution:
        if self._whole is None:
            if self.doubles:
                self._whole = Doubling(self._weight, self._layer.resample_filter)
            else:
                self._whole = fastest(self._weight, self.resolution, self.resolution)
        return self._whole

    def _of_windows(self) -> Convolution:
        if self._windowed is None:
            if self.doubles:
                self._windowed = DoublingValid(self._weight, self._layer.resample_filter)
            else:
                self._windowed = Valid(self._weight)
        return self._windowed


def _identity(layer: SynthesisLayer) -> tuple[int, int, torch.device]:
    return layer.weight.data_ptr(), layer.weight._version, layer.weight.device


def _summed(gradient: Tensor, factor: Tensor) -> Tensor:
    """Sum `gradient` [K * N, ...] times `factor` [N, ...] over all but K and the channels."""
    summed: Tensor = torch.einsum("knrco,nrco->ko", gradient.view(-1, *factor.shape), factor)
    return summed
