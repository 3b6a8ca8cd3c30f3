"""What a drag must not win by: change outside the mask, another animal, distorted pictures."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[np.float64]


def outside_change(first: Tensor, picture: Tensor, mask: Tensor) -> float:
    """The mean difference of two pictures [3, H, W] (-1 to 1) where the mask is 0, 0 to 255.

    0 where the mask leaves nothing outside.
    """
    difference = (picture - first).abs()[:, mask == 0] * 127.5
    return float(difference.mean()) if difference.numel() else 0.0


def drift(first: Tensor, look: Tensor) -> float:
    """The mean absolute difference of two critters' looks [L], in the parameters' spreads."""
    return float((first - look).abs().mean())


def frechet(some: Array, others: Array) -> float:
    """The Frechet distance of two sets of features [N, F] and [M, F], as if both were Gaussian.

    ``|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2))`` (Dowson and Landau, 1982), as in "GANs Trained
    by a Two Time-Scale Update Rule" (Heusel et al., 2017). Small sets make it larger than it is,
    equally so in rows of equally many pairs.
    """
    apart = some.mean(0) - others.mean(0)
    one, other = np.cov(some, rowvar=False), np.cov(others, rowvar=False)
    # The trace of (S1 S2)^(1/2) is the sum of the singular values of S1^(1/2) S2^(1/2).
    shared = np.linalg.svd(_root(one) @ _root(other), compute_uv=False).sum()
    return float(apart @ apart + np.trace(one) + np.trace(other) - 2 * shared)


def _root(covariance: Array) -> Array:
    """The symmetric square root of a covariance matrix [F, F]."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(values.clip(min=0))) @ vectors.T)
