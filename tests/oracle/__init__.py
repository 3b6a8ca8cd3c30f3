"""The oracle: the equations of "Drag Your GAN", literal and slow, to hold the engine against.

Source: "Drag Your GAN: Interactive Point-based Manipulation on the Generative Image Manifold"
(Pan et al., SIGGRAPH 2023), equations 1 and 2 and the text around them, under the conventions
that `docs` and the engine share:

- `F(q)` at a real position q, in image pixels, is the bilinear interpolation of the feature grid
  itself: values stand at the cells' centres, beyond the outermost centres they stay constant. At
  the pixels' centres that is the paper's map resized to the picture.
- Means where the paper writes sums, as in the authors' later code: a point's term is the mean over
  its disc and the channels, the terms are summed over the points, and the mask's term is the mean
  over all pixels and channels. So the numbers do not depend on the picture's size.
- Discs hold pixel centres and squares hold positions of the picture only.
- Among equally near features tracking takes the one nearest to where the handle was.

It sees a network through the generator's interface only. It was written once and is not changed:
speed is measured against it.
"""

from .equations import (
    at_every_pixel,
    at_positions,
    disc,
    mask_term,
    motion_supervision,
    square,
    track,
)
from .loop import OracleDrag, OraclePoint

__all__ = [
    "OracleDrag",
    "OraclePoint",
    "at_every_pixel",
    "at_positions",
    "disc",
    "mask_term",
    "motion_supervision",
    "square",
    "track",
]
