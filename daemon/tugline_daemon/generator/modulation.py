"""Styles and demodulations of the rows of `ws` that move, and the way back from them to the rows.

Equations 1 and 3 of "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., CVPR
2020): a row w gives the style s = A w + b, and that the demodulation, with the activation's gain g,

    m_o = g / sqrt(sum over i of P_oi s_i^2 + epsilon),    dm_o / ds_i = -m_o^3 / g^2 P_oi s_i

where P is the kernel's squares, summed over its taps. All layers are done at once: a device takes
longer to begin such a small product than to do it.

Short formats do not hold kernels and styles of any size. There the kernel of each output is divided
by its norm, the style by the root of its mean square, and the demodulation multiplied by both: of
the product nothing changes but the rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .layers import ACTIVATIONS, DEMODULATION_EPSILON, SynthesisLayer
from .precision import Precision, dtype_of, is_short

# Nothing is divided by less: a kernel or a style of zeros stays one.
_LEAST_SIZE = 1e-20
# A short format's demodulation stops here, so that it is finite times nearly nothing: an output
# with more sees of its kernel, by the style, less than a ten-millionth of the squares.
_MOST_DEMODULATION = 4096.0


@dataclass(frozen=True)
class Modulation:
    """What a layer multiplies its input's channels by, `style` [inputs], and the convolution's.

    `demodulation` [outputs] has the activation's gain in it.
    """

    style: Tensor
    demodulation: Tensor


@dataclass(frozen=True)
class InModulation:
    """Gradients of K numbers in a `Modulation`: [K, inputs] and [K, outputs], float32."""

    style: Tensor
    demodulation: Tensor


@dataclass(frozen=True)
class _Made:
    """Styles (R, 1, inputs) and demodulations (R, 1, outputs) as the equations have them.

    In a short format they were multiplied by `of_style` (R, 1, 1) and `of_demodulation` (R, 1,
    outputs) before they were handed out.
    """

    style: Tensor
    demodulation: Tensor
    of_style: Tensor | None
    of_demodulation: Tensor | None


def kernel_norms(layer: SynthesisLayer) -> Tensor:
    """Return the norm of each output's kernel, [outputs], never quite 0."""
    return layer.kernel_power().sum(1).sqrt().clamp_min(_LEAST_SIZE)


class Modulations:
    """R layers, each with a movable row of its own; different widths are filled up with zeros."""

    @torch.no_grad()
    def __init__(
        self,
        layers: Sequence[SynthesisLayer],
        growths: Sequence[float],
        rows: Sequence[int],
        precision: Precision,
    ) -> None:
        """Layer number n reads the movable row `rows[n]`.

        In a short format its demodulation is multiplied by `growths[n]` too.
        """
        self._widths = [(layer.weight.shape[0], layer.weight.shape[1]) for layer in layers]
        self._outputs, self._inputs = (max(of) for of in zip(*self._widths, strict=True))
        like = layers[0].weight
        self._index = torch.tensor(list(rows), device=like.device)
        matrices, offsets = zip(*(layer.affine.as_map() for layer in layers), strict=True)
        self._matrix = _stacked(matrices, self._inputs, matrices[0].shape[1])  # (R, inputs, w_dim)
        self._offset = _stacked([offset[None] for offset in offsets], 1, self._inputs)
        # With P / g^2 and epsilon / g^2 for P and epsilon no gain is left in the equations.
        squares = [ACTIVATIONS[layer.activation][1] ** 2 for layer in layers]
        powers = [layer.kernel_power() / by for layer, by in zip(layers, squares, strict=True)]
        self._power = _stacked(powers, self._outputs, self._inputs)  # (R, outputs, inputs)
        self._epsilon = like.new_tensor([[[DEMODULATION_EPSILON / by]] for by in squares])
        self._dtype = dtype_of(precision)
        self._norms: Tensor | None = None
        if is_short(precision):
            norms = [
                kernel_norms(layer)[None] * growth
                for layer, growth in zip(layers, growths, strict=True)
            ]
            self._norms = _stacked(norms, 1, self._outputs)
            # A style of this length has a mean square of 1.
            self._length = like.new_tensor([[[inputs**0.5]] for _, inputs in self._widths])
        self._made: _Made | None = None

    @torch.no_grad()
    def forward(self, rows: Tensor) -> list[Modulation]:
        """Return the modulation of each layer where the movable rows are `rows` [movable, w_dim].

        In a short format it is that of a kernel divided by `kernel_norms`.
        """
        w = rows.index_select(0, self._index)[:, None]
        style = torch.baddbmm(self._offset, w, self._matrix.transpose(1, 2))
        power = torch.baddbmm(self._epsilon, style.square(), self._power.transpose(1, 2))
        demodulation = power.rsqrt_()
        self._made = made = self._fitted(style, demodulation)
        if made.of_style is not None and made.of_demodulation is not None:
            style = style * made.of_style
            demodulation = (demodulation * made.of_demodulation).clamp_max_(_MOST_DEMODULATION)
            style, demodulation = style.to(self._dtype), demodulation.to(self._dtype)
        return [
            Modulation(style[number, 0, :inputs], demodulation[number, 0, :outputs])
            for number, (outputs, inputs) in enumerate(self._widths)
        ]

    def _fitted(self, style: Tensor, demodulation: Tensor) -> _Made:
        if self._norms is None:
            return _Made(style, demodulation, None, None)
        length = torch.linalg.vector_norm(style, dim=2, keepdim=True).clamp_min_(_LEAST_SIZE)
        return _Made(
            style, demodulation, self._length / length, self._norms * length / self._length
        )

    @torch.no_grad()
    def back(self, found: Sequence[InModulation], movable: int) -> Tensor:
        """Return the gradients in all movable rows, [K, movable, w_dim], of those in `found`.

        `found` is of what the last `forward` returned, in its order.
        """
        made = self._made
        if made is None:
            raise ValueError("There is nothing to go back through; call forward first.")
        numbers = len(found[0].style)
        in_style = _stacked([one.style for one in found], numbers, self._inputs)
        in_demodulation = _stacked([one.demodulation for one in found], numbers, self._outputs)
        if made.of_style is not None and made.of_demodulation is not None:
            in_style = in_style * made.of_style
            in_demodulation = in_demodulation * made.of_demodulation
        in_power = torch.bmm(in_demodulation * made.demodulation.pow(3), self._power)
        in_style = torch.addcmul(in_style, in_power, made.style, value=-1)
        in_w = torch.bmm(in_style, self._matrix).transpose(0, 1)  # (K, R, w_dim)
        return in_w.new_zeros(numbers, movable, in_w.shape[2]).index_copy_(1, self._index, in_w)


def _stacked(parts: Sequence[Tensor], rows: int, columns: int) -> Tensor:
    """Stack matrices, filled up with zeros, to [parts, rows, columns]."""
    return torch.stack(
        [
            part
            if part.shape == (rows, columns)
            else F.pad(part, (0, columns - part.shape[1], 0, rows - part.shape[0]))
            for part in parts
        ]
    )
