"""Dead leaves: shapes of all sizes that lie over each other, as things do in photographs.

A. B. Lee, D. Mumford and J. Huang, "Occlusion Models for Natural Images", International Journal of
Computer Vision 41, 2001: with radii of density 1 / r^3 such pictures share the statistics of
natural ones.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

COUNT = 100
SMALLEST, LARGEST = 0.04, 0.6
"""Radii, part of the side."""


def draw_leaves(side: int, seed: int) -> Floats:
    """Return a picture [3, side, side], -1 to 1, the same for the same seed."""
    choice = np.random.default_rng(seed)
    axis = (np.arange(side, dtype=np.float32) + 0.5) / side
    x, y = np.broadcast_arrays(axis[None], axis[:, None])
    palette = choice.uniform(-1, 1, (choice.integers(3, 12), 3))
    picture = np.broadcast_to(palette[0][:, None, None], (3, side, side)).astype(np.float32)
    # The inverse of the radii's cumulative distribution; large ones first, so that all are seen.
    radii = choice.uniform(LARGEST**-2.0, SMALLEST**-2.0, COUNT) ** -0.5
    for radius in np.sort(radii)[::-1]:
        inside, along = _shape(x, y, float(radius), choice)
        colour = palette[choice.integers(len(palette))] + choice.normal(0, 0.1, 3)
        paint = _painted(along[inside], colour, choice)
        picture[:, inside] = paint
    return np.clip(picture, -1, 1)


def _shape(
    x: Floats, y: Floats, radius: float, choice: np.random.Generator
) -> tuple[NDArray[np.bool_], Floats]:
    """Return what a turned ellipse or rectangle covers, and how far along it each pixel lies."""
    angle, long = choice.uniform(0, np.pi), choice.uniform(1, 2.5)
    dx, dy = x - choice.uniform(), y - choice.uniform()
    along = (dx * np.cos(angle) + dy * np.sin(angle)) / (radius * long)
    across = (dy * np.cos(angle) - dx * np.sin(angle)) / radius
    if choice.uniform() < 0.5:
        return along**2 + across**2 < 1, along
    return np.maximum(np.abs(along), np.abs(across)) < 0.9, along


def _painted(along: Floats, colour: Floats, choice: np.random.Generator) -> Floats:
    """Return the colours [3, M] of a shape's pixels: shaded, striped or grained."""
    paint = colour[:, None] + choice.normal(0, 0.2) * along
    kind = choice.integers(3)
    if kind == 1:
        paint = paint + choice.uniform(0.1, 0.5) * np.sin(choice.uniform(5, 40) * along)
    elif kind == 2:
        paint = paint + choice.normal(0, choice.uniform(0.02, 0.2), along.shape)
    return np.asarray(paint, dtype=np.float32)
