"""Measures the ruler on critters it never saw."""

from typing import Any

import torch

from benchmarks.ruler.examples import examples
from benchmarks.ruler.pool import drawn
from benchmarks.ruler.reading import find
from tools.critters.landmarks import Landmark

SEED = 700_000_001
"""The stream of the held-out critters; the ruler's training never draws from it."""
PICTURES = 1000


def measure(pictures: int = PICTURES, seed: int = SEED) -> dict[str, Any]:
    """Return distances between found and true places of visible landmarks, in image pixels.

    ``median_px``, ``mean_px`` and ``p95_px`` over all landmarks, and the same ``by_landmark``.
    """
    true = examples(*drawn(pictures, seed))
    apart = (find(true.pictures) - true.points).norm(dim=2)
    by_landmark = {
        landmark.name.lower(): _figures(apart[true.visible[:, landmark], landmark])
        for landmark in Landmark
    }
    overall = _figures(apart[true.visible])
    return {**overall, "pictures": pictures, "seed": seed, "by_landmark": by_landmark}


def _figures(apart: torch.Tensor) -> dict[str, float]:
    return {
        "median_px": round(float(apart.median()), 3),
        "mean_px": round(float(apart.mean()), 3),
        "p95_px": round(float(apart.quantile(0.95)), 3),
    }
