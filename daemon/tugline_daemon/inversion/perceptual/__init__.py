"""Ways of telling how alike pictures look.

``pyramid.py`` compares Laplacian pyramids. ``features.py`` (a small network of our own) and
``lpips.py`` (VGG16) compare what networks see, which ``comparing.py`` does for both. ``joined.py``
makes one of several, ``subject.py`` checks what is compared with. Weights come from outside.
"""

from collections.abc import Mapping
from typing import Final

from torch import Tensor

from tugline_daemon.inversion.distance import PerceptualDistance

from .features import FeatureDistance
from .joined import JoinedDistance
from .lpips import LpipsDistance
from .pyramid import PyramidDistance

__all__ = ["FeatureDistance", "LpipsDistance", "PyramidDistance", "make_distance"]

_PYRAMID_SHARE: Final = 10.0
"""What the pyramid weighs beside a network, which is blind to what it has not learned to see.

After 60 steps in W toward three drawn critters the mean PSNR was 18.9, 20.0, 20.6 and 21.2 dB with
0, 1, 4 and 10 (21.8 with the pyramid alone), the features' distance 0.09, 0.07, 0.07 and 0.07 (0.25
alone). Beside LPIPS it was not measured.
"""


def make_distance(
    features: Mapping[str, Tensor] | None, lpips: Mapping[str, Tensor] | None
) -> PerceptualDistance:
    """Return the best distance that there are weights for; without any, that of pyramids.

    `features` are those of the small network that comes with Tugline, `lpips` those that
    `tugline models get lpips` installed: where both are there, LPIPS is taken. A network is always
    joined with the pyramid. Raises InversionError where weights do not fit.
    """
    pyramid = PyramidDistance()
    if lpips is not None:
        return JoinedDistance([(1.0, LpipsDistance(lpips)), (_PYRAMID_SHARE, pyramid)])
    if features is not None:
        return JoinedDistance([(1.0, FeatureDistance(features)), (_PYRAMID_SHARE, pyramid)])
    return pyramid
