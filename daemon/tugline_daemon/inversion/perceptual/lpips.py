"""LPIPS: the distance of VGG16's features, weighed as people judged pictures.

R. Zhang, P. Isola, A. A. Efros, E. Shechtman and O. Wang, "The Unreasonable Effectiveness of Deep
Features as a Perceptual Metric", CVPR 2018, its version 0.1 with the trunk of K. Simonyan and
A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015. The
weights are not part of Tugline: `tugline models get lpips` brings them.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tugline_daemon.inversion.distance import PerceptualDistance
from tugline_daemon.inversion.errors import InversionError

from .comparing import ComparingNetwork, NetworkTo

BLOCKS: Final = ((3, 64, 64), (64, 128, 128), (128, 256, 256, 256), (256, 512, 512, 512),
                 (512, 512, 512, 512))  # fmt: skip
"""The channels through which each block of VGG16 goes; pooling by 2 lies between them."""

# ImageNet's mean and spread for pictures of 0 to 1, in terms of -1 to 1.
_MEAN: Final = (2 * 0.485 - 1, 2 * 0.456 - 1, 2 * 0.406 - 1)
_SPREAD: Final = (2 * 0.229, 2 * 0.224, 2 * 0.225)
_NO_LENGTH: Final = 1e-10


class LpipsNetwork(ComparingNetwork):
    """VGG16 up to the last of its convolutions, and what the channels of each block weigh."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_block(channels) for channels in BLOCKS)
        self.heads = nn.ParameterList(torch.zeros(block[-1]) for block in BLOCKS)

    @property
    def channel_weights(self) -> tuple[Tensor, ...]:
        """What each block's channels weigh, [C] each, not negative."""
        return tuple(self.heads)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the last features of each block, of unit length over their channels."""
        mean, spread = (pictures.new_tensor(each).reshape(3, 1, 1) for each in (_MEAN, _SPREAD))
        x = (pictures - mean) / spread
        features = []
        for number, block in enumerate(self.blocks):
            if number:
                if min(x.shape[-2:]) < 2:
                    break
                x = F.max_pool2d(x, 2)
            x = block(x)
            features.append(x / (x.square().sum(1, keepdim=True).sqrt() + _NO_LENGTH))
        return features


def _block(channels: Sequence[int]) -> nn.Sequential:
    """Return 3 x 3 convolutions through these channels, each with a ReLU behind it."""
    layers: list[nn.Module] = []
    for given, made in pairwise(channels):
        layers += [nn.Conv2d(given, made, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers)


class LpipsDistance(PerceptualDistance):
    """LPIPS, of pictures that are averaged down to about 256 pixels where they are larger.

    Raises InversionError where the weights are not such.
    """

    name = "lpips"

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        network = LpipsNetwork()
        try:
            network.load_state_dict({name: value.float() for name, value in weights.items()})
        except RuntimeError as error:
            raise InversionError(
                "The weights of LPIPS are not whole; `tugline models get lpips` brings them again."
            ) from error
        self._network = network.requires_grad_(requires_grad=False)

    def to(self, picture: Tensor, weight: Tensor) -> NetworkTo:
        """Prepare the distance to `picture`; raises InversionError where the two do not fit."""
        return NetworkTo(self._network, picture, weight)
