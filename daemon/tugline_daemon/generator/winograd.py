"""3x3 convolutions by Winograd's algorithm: 2.25 multiplications for an output instead of 9.

Tiles of 4x4 outputs come from 6x6 inputs in the manner of Toom and Cook: inputs and kernel are
taken as polynomials, evaluated at six points, multiplied there, and interpolated. Across the
channels the products are matrix products, one for each pair of points.

Sources: "Arithmetic Complexity of Computations" (Winograd, 1980); "Fast Algorithms for
Convolutional Neural Networks" (Lavin and Gray, CVPR 2016), after whose matrices those here are
named; the points, which lose few digits, from "Error Analysis and Improving the Accuracy of
Winograd Convolution for Deep Neural Networks" (Barabasz et al., ACM TOMS 2020).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

# At infinity a polynomial's value is its leading coefficient.
_POINTS = (0, 1, -1, 1 / 2, -2, math.inf)
_TILE = 4
_REACH = _TILE + 2

# Tiles times channels that are computed at a time: at 36 points they are 19 MB. These are rows
# enough for matrix products near the machine's peak, and few enough that glibc's malloc keeps the
# memory from one call to the next; from 32 MB on it gives it back, and fresh pages are dear.
_BLOCK = 1 << 17


@dataclass(frozen=True)
class Algorithm:
    """y = a ((g w) * (b x)) is the correlation y[i] = sum over k of w[k] x[i + k].

    `a` is [outputs, points], `b` [points, inputs], `g` [points, taps]; float64.
    """

    a: Tensor
    b: Tensor
    g: Tensor

    @classmethod
    def at(cls, points: Sequence[float], taps: int) -> "Algorithm":
        """Return the algorithm of Toom and Cook for as many outputs as the points allow."""
        finite = [point for point in points if not math.isinf(point)]
        outputs = len(points) - taps + 1
        a, b, g = [], [], []
        for point in points:
            others = [other for other in finite if other != point]
            scale = 1.0 if math.isinf(point) else math.prod(point - other for other in others)
            a.append(_powers(point, outputs))
            g.append([power / scale for power in _powers(point, taps)])
            roots = np.poly(others)[::-1]
            b.append(np.pad(roots, (0, len(points) - len(roots))))
        return cls(
            torch.tensor(a, dtype=torch.float64).T,
            torch.from_numpy(np.stack(b)),
            torch.tensor(g, dtype=torch.float64),
        )

    @classmethod
    def flipped(cls, points: Sequence[float], taps: int) -> "Algorithm":
        """Return an algorithm that takes `at(points, taps).g` for the kernel read backwards.

        A polynomial with its coefficients reversed is at 1 / p what it is at p, but for a power
        of p. So this is the algorithm at the inverse points, with other factors.
        """
        kernel = cls.at(points, taps).g
        inverse = cls.at([_inverse(point) for point in points], taps)
        reversed_kernel = inverse.g.flip(1)
        factors = (reversed_kernel * kernel).sum(1) / kernel.square().sum(1)
        return cls(inverse.a, inverse.b * factors[:, None], kernel)


class Winograd:
    """A 3x3 convolution of the same size, as `Plain`; its relative error is about 2e-6.

    It holds four times as much memory as the weight: the kernel's values at 36 points, which
    serve both ways.
    """

    def __init__(self, weight: Tensor) -> None:
        """`weight` is [outputs, inputs, 3, 3]."""
        self._ahead = _Tiles(Algorithm.at(_POINTS, 3), weight)
        self._back = _Tiles(Algorithm.flipped(_POINTS, 3), weight)
        self._kernels = evaluated(weight, Algorithm.at(_POINTS, 3).g)

    def forward(self, x: Tensor) -> Tensor:
        """[N, H, W, inputs] to [N, H, W, outputs]."""
        return self._ahead.convolved(x, self._kernels)

    def adjoint(self, gradient: Tensor) -> Tensor:
        """[N, H, W, outputs] to [N, H, W, inputs]."""
        return self._back.convolved(gradient, self._kernels.transpose(2, 3))


def evaluated(weight: Tensor, g: Tensor) -> Tensor:
    """Evaluate a kernel [O, I, taps, taps] by `g` [points, taps]: [points, points, I, O]."""
    g = g.to(weight)
    rows: Tensor = torch.tensordot(g, weight.detach(), dims=([1], [2]))  # (points, O, I, taps)
    values: Tensor = torch.tensordot(g, rows, dims=([1], [3]))  # (points, points, O, I)
    return values.permute(1, 0, 3, 2).contiguous()


class _Tiles:
    """A picture as overlapping tiles, at the points of an algorithm and back.

    The transforms are small matrix products over the channels of whole cells: torch reads
    overlapping tiles and writes interleaved points in place, and nothing is copied about.
    """

    def __init__(self, algorithm: Algorithm, like: Tensor) -> None:
        self._a = algorithm.a.to(like)
        self._b = algorithm.b.to(like)

    def convolved(self, x: Tensor, kernels: Tensor) -> Tensor:
        """[N, H, W, I], with kernels [6, 6, I, O], to [N, H, W, O]."""
        n, height, width, inputs = x.shape
        outputs = kernels.shape[-1]
        # Two columns of tiles at least: the first lacks its left cell, the last its right one.
        down, across = math.ceil(height / _TILE), max(2, math.ceil(width / _TILE))
        beyond = (_TILE * down - height, _TILE * across - width)
        if any(beyond):
            x = F.pad(x, (0, 0, 0, beyond[1], 0, beyond[0]))
        x = x.contiguous()
        y = x.new_empty(n, _TILE * down, _TILE * across, outputs)
        rows = max(1, _BLOCK // (across * max(inputs, outputs)))
        for start in range(0, n * down, rows):
            self._convolve(x, y, kernels, range(start, min(start + rows, n * down)))
        return y[:, :height, :width].contiguous()

    def _convolve(self, x: Tensor, y: Tensor, kernels: Tensor, block: range) -> None:
        """Write the rows of tiles in `block` into `y`; they are counted through all pictures."""
        across = x.shape[2] // _TILE
        strips = list(_strips(block, x.shape[1] // _TILE))
        at_points = x.new_empty(_REACH, len(block), across * _REACH * x.shape[-1])
        for image, first, last, place in strips:
            self._evaluate(x[image], first, last, at_points[:, place])
        products = _multiplied(at_points.view(_REACH, len(block) * across, _REACH, -1), kernels)
        del at_points
        products = products.view(_REACH, len(block), -1)
        for image, first, last, place in strips:
            self._interpolate(products[:, place], y[image, _TILE * first : _TILE * last])

    def _evaluate(self, x: Tensor, first: int, last: int, into: Tensor) -> None:
        """Evaluate rows of tiles of `x` [H, W, C]: `into` is [6, last - first, W / 4 * 6 * C]."""
        height, width, channels = x.shape
        across = width // _TILE
        begin, end = _TILE * first - 1, _TILE * last + 1
        held = x[max(begin, 0) : min(end, height)]
        by_columns = x.new_empty(end - begin, across, _REACH, channels)
        if begin < 0:
            by_columns[0] = 0
        if end > height:
            by_columns[-1] = 0
        self._evaluate_columns(held, by_columns[max(-begin, 0) :][: len(held)])
        tiles = by_columns.view(end - begin, -1).unfold(0, _REACH, _TILE).transpose(1, 2)
        torch.bmm(self._b.expand(len(tiles), -1, -1), tiles, out=into.transpose(0, 1))

    def _evaluate_columns(self, x: Tensor, into: Tensor) -> None:
        """Evaluate tiles of [rows, W, C] across: `into` is [rows, W / 4, 6, C]."""
        rows, width, channels = x.shape
        # From the second on all tiles lie evenly, those at a row's end reach into the next row.
        tiles = x.reshape(-1, channels)[_TILE - 1 :].unfold(0, _REACH, _TILE).transpose(1, 2)
        inner = into.view(-1, _REACH, channels)[1:-1]
        torch.bmm(self._b.expand(len(tiles), -1, -1), tiles, out=inner)
        b = self._b.expand(rows, -1, -1)
        torch.bmm(b[:, :, 1:], x[:, : _REACH - 1], out=into[:, 0])
        torch.bmm(b[:, :, :-1], x[:, width - _REACH + 1 :], out=into[:, -1])

    def _interpolate(self, products: Tensor, into: Tensor) -> None:
        """Write the outputs of [6, rows, W / 4 * 6 * C] into [4 * rows, W, C]."""
        channels = into.shape[-1]
        by_columns = torch.bmm(
            self._a.expand(products.shape[1], -1, -1), products.transpose(0, 1)
        ).view(-1, _REACH, channels)
        torch.bmm(
            self._a.expand(len(by_columns), -1, -1),
            by_columns,
            out=into.view(-1, _TILE, channels),
        )


def _multiplied(at_points: Tensor, kernels: Tensor) -> Tensor:
    """Multiply [6, tiles, 6, I] with kernels [6, 6, I, O], point by point: [6, tiles, 6, O]."""
    products = at_points.new_empty(*at_points.shape[:3], kernels.shape[-1])
    for values, kernel, product in zip(at_points, kernels, products, strict=True):
        torch.bmm(values.transpose(0, 1), kernel, out=product.transpose(0, 1))
    return products


def _strips(block: range, down: int) -> Iterator[tuple[int, int, int, slice]]:
    """Yield the image, its first and last row of tiles, and their place in the block."""
    for image in range(block.start // down, (block.stop - 1) // down + 1):
        first = max(block.start - image * down, 0)
        last = min(block.stop - image * down, down)
        place = image * down + first - block.start
        yield image, first, last, slice(place, place + last - first)


def _powers(point: float, count: int) -> list[float]:
    if math.isinf(point):
        return [0.0] * (count - 1) + [1.0]
    return [point**exponent for exponent in range(count)]


def _inverse(point: float) -> float:
    return math.inf if point == 0 else 1 / point
