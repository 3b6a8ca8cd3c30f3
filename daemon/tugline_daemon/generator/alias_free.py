"""The layers that StyleGAN3 is made of, under the reference's parameter names.

Sources: "Alias-Free Generative Adversarial Networks" (Karras et al., NeurIPS 2021), section 3 and
appendices C and F, and the numeric conventions of `training/networks_stylegan3.py` of the
reference.
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .bands import Band
from .convolutions import Convolution, _suits_winograd
from .filtered import Resampling, filtered_leaky_relu
from .kept import Kept
from .layers import DEMODULATION_EPSILON, FullyConnected, ToRGB, WeightVersion, version_of
from .layout import channels_behind, channels_second
from .lowpass import radial_lowpass, separable_lowpass
from .stylegan3_settings import LayerSettings
from .winograd import Winograd


class FourierInput(nn.Module):
    """A row of ws [N, w_dim] to waves on the first layer's grid, [N, channels, size, size].

    Each wave is turned and moved as `w` says, then as `transform` does: a 3x3 matrix that takes
    places of the picture that is wanted to those of the one that there would be, homogeneous, in
    pictures' sides from the middle. It is the identity in files, and theirs to change who want to
    move what a network makes.
    """

    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(self, w_dim: int, band: Band) -> None:
        """Draw frequencies evenly from those that the band has."""
        super().__init__()
        channels = band.channels
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.affine = FullyConnected(w_dim, 4)
        with torch.no_grad():
            self.affine.weight.zero_()
            self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        freqs = torch.randn(channels, 2)
        lengths = freqs.norm(dim=1, keepdim=True)
        # Of a pair of normal numbers, exp(-r^2 / 2) is even between 0 and 1: with its root as their
        # length they are even over the disc.
        freqs = freqs / (lengths * (lengths.square() / 4).exp())
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", freqs * band.cutoff)
        self.register_buffer("phases", torch.rand(channels) - 0.5)
        self._band = band

    def forward(self, w: Tensor) -> Tensor:
        """Return the waves, mixed; their channels lie side by side."""
        places = self._placing(w)  # (N, 2, 3)
        phases = self.phases + places[:, :, 2] @ self.freqs.T
        freqs = self.freqs @ places[:, :, :2]  # (N, channels, 2)
        band = self._band
        beyond = (freqs.norm(dim=2) - band.cutoff) / (band.rate / 2 - band.cutoff)
        line = (torch.arange(band.size, device=w.device) + 0.5 - band.size / 2) / band.rate
        down, across = freqs[:, None, :, 1] * line[:, None], freqs[:, None, :, 0] * line[:, None]
        turns = down[:, :, None] + across[:, None] + phases[:, None, None]  # (N, size, size, C)
        waves = (2 * math.pi * turns).sin() * (1 - beyond).clamp(0, 1)[:, None, None]
        mixed: Tensor = waves @ (self.weight.T / math.sqrt(len(self.weight)))
        return mixed.permute(0, 3, 1, 2)

    def _placing(self, w: Tensor) -> Tensor:
        """Return where each place of the wanted picture is in the waves: [N, 2, 3]."""
        learned: Tensor = self.affine(w)
        cosine, sine, x, y = (learned / learned[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        turned = torch.stack([cosine, -sine, sine, cosine], 1).view(-1, 2, 2)
        moved = turned @ torch.stack([x, y], 1)[:, :, None]
        placed: Tensor = torch.cat([turned, -moved], 2) @ self.transform
        return placed


class AliasFreeLayer(nn.Module):
    """A modulated convolution, bias and the filtered nonlinearity."""

    up_filter: Tensor
    down_filter: Tensor
    magnitude_ema: Tensor

    def __init__(self, before: Band, behind: Band, *, w_dim: int, settings: LayerSettings) -> None:
        """Make the layer that leads from one band to the next."""
        super().__init__()
        kernel, size = settings.conv_kernel, settings.filter_size
        finer = settings.lrelu_upsampling * max(before.rate, behind.rate)
        up, down = finer // before.rate, finer // behind.rate
        self.affine = FullyConnected(w_dim, before.channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(behind.channels, before.channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(behind.channels))
        self.register_buffer("magnitude_ema", torch.ones([]))
        is_radial = settings.use_radial_filters and not behind.is_critical
        lowpass = radial_lowpass if is_radial else separable_lowpass
        up_filter = separable_lowpass(size * up, before.cutoff, before.half_width, finer)
        self.register_buffer("up_filter", up_filter)
        self.register_buffer(
            "down_filter", lowpass(size * down, behind.cutoff, behind.half_width, finer)
        )
        self._resampling = Resampling(
            convolved=before.size + kernel - 1,
            size=behind.size,
            up=up,
            down=down,
            up_taps=size * up,
            down_taps=size * down,
        )
        self._clamp = settings.conv_clamp
        self._fixed: Kept[WeightVersion, Winograd] = Kept()

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """[N, inputs, H, W] with one row of ws [N, w_dim] to [N, outputs, H', W']."""
        style, demodulation = self._modulation(w)
        if len(w) == 1 and not torch.is_grad_enabled():
            kernel = self.weight * style[0, :, None, None] * demodulation[0, :, None, None, None]
            x = _touching(x, kernel, self.bias)
        else:
            # Styles and demodulations act on activations, as in StyleGAN2's layers: the kernel
            # stays the same for the whole batch, and needs no way back of its own.
            x = self._convolved(x * style[:, :, None, None])
            x = torch.addcmul(self.bias[:, None, None], x, demodulation[:, :, None, None])
        return filtered_leaky_relu(
            x.contiguous(memory_format=torch.channels_last),
            self.up_filter,
            self.down_filter,
            self._resampling,
            self._clamp,
        )

    def _convolved(self, x: Tensor) -> Tensor:
        """Convolve as `_touching` does, in a drag by Winograd's algorithm where that is sooner.

        A drag goes through a layer, and back, again and again: what takes half the time then and
        four times the kernel's memory is worth it.
        """
        weight, taps = self.weight, self.weight.shape[-1]
        if (
            not torch.is_grad_enabled()
            or weight.requires_grad
            or weight.is_inference()
            or taps != 3
            or not _suits_winograd(weight, x[:, 0].numel())
        ):
            return _touching(x, weight)
        version = version_of(weight)
        if version not in self._fixed:
            self._fixed.clear()
            self._fixed[version] = Winograd(weight, rim=taps - 1)
        made: Tensor = _FixedConvolution.apply(  # type: ignore[no-untyped-call]
            x, self._fixed[version]
        )
        return made

    def _modulation(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """Turn a row of ws [N, w_dim] into styles [N, inputs] and demodulations [N, outputs].

        Kernels and styles count with a mean square of 1; behind the demodulation, what they count
        with is gone but for its epsilon.
        """
        style: Tensor = self.affine(w)
        style = style * style.square().mean(1, keepdim=True).rsqrt()
        power = self.weight.square().sum((2, 3))  # (outputs, inputs)
        length = power.mean(1) / self.weight[0, 0].numel()
        summed = F.linear(style.square(), power) / length
        demodulation = ((summed + DEMODULATION_EPSILON) * length).rsqrt()
        return style * self.magnitude_ema.rsqrt(), demodulation


def _touching(x: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
    """Convolve with `kernel` [O, I, k, k] wherever it touches `x`: [N, O, H + k - 1, W + k - 1]."""
    taps = kernel.shape[-1]
    if taps == 1:
        return channels_second(F.linear(channels_behind(x), kernel[:, :, 0, 0], bias))
    return F.conv2d(x, kernel, bias, padding=taps - 1)


class _FixedConvolution(torch.autograd.Function):
    """A convolution whose kernel wants no gradient, of [N, C, H, W]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, convolution: Convolution) -> Tensor:
        """Convolve."""
        ctx.convolution = convolution
        return channels_second(convolution.forward(channels_behind(x)))

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Go back through it."""
        return channels_second(ctx.convolution.adjoint(channels_behind(gradient))), None


class Colours(ToRGB):
    """StyleGAN2's layer of colours behind activations of a known magnitude."""

    magnitude_ema: Tensor

    def __init__(self, inputs: int, channels: int, *, w_dim: int, conv_clamp: float | None) -> None:
        """Make the layer."""
        super().__init__(inputs, channels, w_dim=w_dim, conv_clamp=conv_clamp)
        self.register_buffer("magnitude_ema", torch.ones([]))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """[N, inputs, H, W] with one row of ws [N, w_dim] to [N, channels, H, W]."""
        return super().forward(x * self.magnitude_ema.rsqrt(), w)
