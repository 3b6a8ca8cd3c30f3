"""The distance of a small frozen network's features, which comes with Tugline.

As in R. Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric",
CVPR 2018: features of several levels, each of unit length over its channels, their squared
differences weighed by channel. The network and what it was taught are our own (tools/features).
"""

from collections.abc import Mapping
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tugline_daemon.inversion.distance import PerceptualDistance
from tugline_daemon.inversion.errors import InversionError

from .comparing import ComparingNetwork, NetworkTo

CHANNELS: Final = (12, 24, 48, 64, 64)
"""Of each level's features; a level has half the resolution of the one before it."""
_SLOPE: Final = 0.2
# What is added to the mean square of a cell's features: flat cells are no mere noise.
_FLAT: Final = 1e-2


class FeatureNetwork(ComparingNetwork):
    """Five levels of two 3 x 3 convolutions each, and what the channels of each level weigh."""

    def __init__(self) -> None:
        super().__init__()
        before = (3, *CHANNELS[:-1])
        self.first = nn.ModuleList(
            nn.Conv2d(given, made, 3, padding=1)
            for given, made in zip(before, CHANNELS, strict=True)
        )
        self.second = nn.ModuleList(nn.Conv2d(made, made, 3, padding=1) for made in CHANNELS)
        self.heads = nn.ParameterList(torch.full((made,), 1 / made) for made in CHANNELS)

    @property
    def channel_weights(self) -> tuple[Tensor, ...]:
        """What each level's channels weigh, [C] each, not negative."""
        return tuple(self.heads)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return each level's features [N, C, H / 2^level, W / 2^level], of unit mean square.

        `pictures` are [N, 3, H, W], -1 to 1. Levels of less than a cell are left out.
        """
        x, features = pictures, []
        for level, (first, second) in enumerate(zip(self.first, self.second, strict=True)):
            if level:
                if min(x.shape[-2:]) < 2:
                    break
                x = F.avg_pool2d(x, 2)
            x = F.leaky_relu(second(F.leaky_relu(first(x), _SLOPE)), _SLOPE)
            features.append(x * (x.square().mean(1, keepdim=True) + _FLAT).rsqrt())
        return features


def feature_network(weights: Mapping[str, Tensor]) -> FeatureNetwork:
    """Return the network of these weights, frozen; raises InversionError where they do not fit."""
    network = FeatureNetwork()
    try:
        network.load_state_dict({name: value.float() for name, value in weights.items()})
    except RuntimeError as error:
        raise InversionError(
            "The weights of the features are not those of this version; install Tugline again."
        ) from error
    return network.requires_grad_(False)


class FeatureDistance(PerceptualDistance):
    """How far pictures are in a frozen network's features.

    Pictures that have nothing to do with one another are at about 1. Raises InversionError where
    the weights do not fit.
    """

    name = "features"

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._network = feature_network(weights)

    def to(self, picture: Tensor, weight: Tensor) -> "NetworkTo":
        """Prepare the distance to `picture`; raises InversionError where the two do not fit."""
        return NetworkTo(self._network, picture, weight)
