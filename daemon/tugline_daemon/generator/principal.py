"""The directions in which the latents of a generator differ most from each other.

Source: "GANSpace: Discovering Interpretable GAN Controls" (Harkonen et al., NeurIPS 2020), which
takes the principal components of W of a StyleGAN from the `w` of random `z`.
"""

import torch
from torch import Tensor

from .errors import GeneratorError
from .interface import Generator

SAMPLES = 10_000
_SEED = 0
_BATCH = 500


@torch.no_grad()
def principal_directions(generator: Generator) -> Tensor:
    """Return the principal directions of W: [w_dim, w_dim], orthonormal rows, strongest first.

    They are the eigenvectors of the covariance of `w` over SAMPLES `z` of a fixed seed, with
    classes drawn evenly in a conditional network; float32, on the CPU.
    Raises GeneratorError where the mapping network yields numbers that are not finite.
    """
    dice = torch.Generator().manual_seed(_SEED)
    z = torch.randn(SAMPLES, generator.z_dim, generator=dice)
    classes = torch.randint(max(1, generator.c_dim), (SAMPLES,), generator=dice)
    batches = zip(torch.split(z, _BATCH), torch.split(classes, _BATCH), strict=True)
    w = torch.cat([_w(generator, *batch) for batch in batches])
    if not bool(w.isfinite().all()):
        raise GeneratorError(
            "The mapping network yields numbers that are not finite; its weights are damaged."
        )
    _, vectors = torch.linalg.eigh(torch.cov(w.T.double()))  # columns, the weakest first
    directions: Tensor = vectors.T.flip(0).float().contiguous()
    return directions


def _w(generator: Generator, z: Tensor, classes: Tensor) -> Tensor:
    """Map `z` [N, z_dim] with `classes` [N] to `w` [N, w_dim], float32, on the CPU."""
    device = next(generator.parameters()).device
    c = torch.nn.functional.one_hot(classes, generator.c_dim).float() if generator.c_dim else None
    ws = generator.map(z.to(device), None if c is None else c.to(device))
    w: Tensor = ws[:, 0].cpu().float()  # every row is the same w
    return w
