"""Glances at what a mask holds: random combinations whose gradients tell what must not change."""

import torch
import torch.nn.functional as F
from torch import Tensor


def glance(features: Tensor, weights: Tensor, seed: int) -> Tensor:
    """Combine the features of what stays at random; `weights` are those of `supervision.stays`.

    The gradients of a few such numbers tell which movements of the latent change what the mask
    holds: a randomised sketch of that Jacobian (Halko, Martinsson and Tropp, "Finding structure
    with randomness", 2011, section 4).
    """
    _, rows, columns = features.shape
    of_cells = F.adaptive_avg_pool2d(weights[None], (rows, columns))[0]
    noise = torch.randn(features.shape, generator=torch.Generator().manual_seed(seed))
    return (features * of_cells * noise.to(features)).sum()
