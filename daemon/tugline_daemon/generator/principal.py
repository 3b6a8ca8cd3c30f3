"""How the latents of a generator are spread, and in which directions they differ most.

Sources: "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., CVPR 2020),
appendix D, which takes the mean and the spread of W from the `w` of 10,000 random `z`, and
"GANSpace: Discovering Interpretable GAN Controls" (Harkonen et al., NeurIPS 2020), which takes the
principal components of W from them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .errors import GeneratorError
from .interface import Generator

SAMPLES = 10_000
_SEED = 0
_BATCH = 500


@dataclass(frozen=True)
class Spread:
    """How W is spread: `mean` [w_dim], and its principal axes, the longest first.

    `directions` [w_dim, w_dim] are orthonormal rows, `deviations` [w_dim] the standard deviations
    along them. All are float32, on the CPU.
    """

    mean: Tensor
    directions: Tensor
    deviations: Tensor


class SampledLatents:
    """The `w` of SAMPLES `z` of a fixed seed, of which only sums are kept.

    In a conditional network classes are drawn evenly.
    """

    def __init__(self, generator: Generator) -> None:
        """Draw the `z`; nothing is mapped yet."""
        self._generator = generator
        dice = torch.Generator().manual_seed(_SEED)
        z = torch.randn(SAMPLES, generator.z_dim, generator=dice)
        classes = torch.randint(max(1, generator.c_dim), (SAMPLES,), generator=dice)
        batches = zip(torch.split(z, _BATCH), torch.split(classes, _BATCH), strict=True)
        self._batches = list(batches)[::-1]
        self._covariance = _Covariance(generator.w_dim)

    @property
    def batches_left(self) -> int:
        """How often `look` has yet to be called."""
        return len(self._batches)

    @torch.no_grad()
    def look(self) -> Tensor:
        """Map the next of the batches, and return its `w` [N, w_dim], float32, on the CPU."""
        w = _w(self._generator, *self._batches.pop())
        self._covariance.add(w)
        return w

    def spread(self) -> Spread:
        """Return how those that were looked at are spread.

        Raises GeneratorError where the mapping network yields numbers that are not finite.
        """
        covariance = self._covariance.value()
        if not bool(covariance.isfinite().all()):
            raise GeneratorError(
                "The mapping network yields numbers that are not finite; its weights are damaged."
            )
        values, vectors = torch.linalg.eigh(covariance)  # columns, the weakest first
        return Spread(
            mean=self._covariance.mean().float(),
            directions=vectors.T.flip(0).float().contiguous(),
            deviations=values.flip(0).clamp_min(0).sqrt().float(),
        )


def principal_directions(generator: Generator) -> Tensor:
    """Return the principal directions of W: [w_dim, w_dim], orthonormal rows, strongest first.

    They are the eigenvectors of the covariance of `w` over SAMPLES `z` of a fixed seed, with
    classes drawn evenly in a conditional network; float32, on the CPU.
    Raises GeneratorError where the mapping network yields numbers that are not finite.
    """
    samples = SampledLatents(generator)
    while samples.batches_left:
        samples.look()
    return samples.spread().directions


class _Covariance:
    """The covariance of vectors that are never there all at once, in float64."""

    def __init__(self, dim: int) -> None:
        self._count = 0
        self._sum = torch.zeros(dim, dtype=torch.float64)
        self._products = torch.zeros(dim, dim, dtype=torch.float64)

    def add(self, vectors: Tensor) -> None:
        """Take ``vectors`` [N, dim]."""
        exact = vectors.double()
        self._count += len(exact)
        self._sum += exact.sum(0)
        self._products += exact.T @ exact

    def mean(self) -> Tensor:
        """Return the mean [dim] of all that were added."""
        return self._sum / self._count

    def value(self) -> Tensor:
        """Return the covariance [dim, dim] of all that were added, two at least."""
        return (self._products - self._sum.outer(self._sum) / self._count) / (self._count - 1)


def _w(generator: Generator, z: Tensor, classes: Tensor) -> Tensor:
    """Map `z` [N, z_dim] with `classes` [N] to `w` [N, w_dim], float32, on the CPU."""
    device = next(generator.parameters()).device
    c = torch.nn.functional.one_hot(classes, generator.c_dim).float() if generator.c_dim else None
    ws = generator.map(z.to(device), None if c is None else c.to(device))
    w: Tensor = ws[:, 0].cpu().float()  # every row is the same w
    return w
