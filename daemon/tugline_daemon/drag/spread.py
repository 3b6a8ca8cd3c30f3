"""How widely W varies in each direction: the measure by which a movement of the latent is small.

A movement that is short in plain W+ goes where the network was never trained as readily as where
it was; one that is short against the spread of W is a likely one. Source of the idea: "GANSpace"
(Harkonen et al., 2020), whose principal directions are the eigenvectors of this covariance; here
all of them count, each by its variance.
"""

from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, WeightVersion, version_of

# Latents that the covariance is taken from; always the same ones.
_SAMPLES = 2048
_SEED = 0
# The share of all directions alike that is mixed in, so that none is closed.
_EVEN = 0.1

_Weights = tuple[WeightVersion, ...]

# What is known of generators with frozen weights, beside those weights.
_known: WeakKeyDictionary[Generator, tuple[_Weights, Tensor]] = WeakKeyDictionary()


@torch.no_grad()
def spread_of_w(generator: Generator, directions: Tensor | None = None) -> Tensor:
    """Return the covariance of W [w_dim, w_dim], scaled to a mean variance of 1, on its device.

    Classes of a conditional network take turns. With `directions` [k, w_dim], orthonormal rows, it
    is that along them alone. It is taken once of a generator whose weights require no gradient, and
    anew after they have changed.
    """
    spread = _spread(generator)
    if directions is None:
        return spread
    onto = directions.T @ directions
    return onto @ spread @ onto


def _spread(generator: Generator) -> Tensor:
    weights = _frozen(generator)
    known = _known.get(generator)
    if known is not None and known[0] == weights:
        return known[1]
    spread = _sampled(generator)
    if weights is not None:
        _known[generator] = weights, spread
    return spread


def _frozen(generator: Generator) -> _Weights | None:
    """Tell the weights as they are from any others; None where that cannot be told."""
    weights = list(generator.parameters())
    if any(weight.requires_grad or weight.is_inference() for weight in weights):
        return None
    return tuple(version_of(weight) for weight in weights)


def _sampled(generator: Generator) -> Tensor:
    like = next(generator.parameters())
    seeded = torch.Generator().manual_seed(_SEED)
    z = torch.randn(_SAMPLES, generator.z_dim, generator=seeded).to(like.device)
    classes = None
    if generator.c_dim:
        turns = torch.arange(_SAMPLES, device=like.device) % generator.c_dim
        classes = torch.eye(generator.c_dim, device=like.device)[turns]
    covariance = torch.cov(generator.map(z, classes)[:, 0].float().T)
    even = torch.eye(generator.w_dim, device=like.device)
    variance = covariance.diagonal().mean()
    if not (variance > 0 and bool(covariance.isfinite().all())):
        return even
    return (1 - _EVEN) * covariance / variance + _EVEN * even
