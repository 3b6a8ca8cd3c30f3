"""The three networks of MTCNN: each looks closer at what the one before it let pass.

K. Zhang, Z. Zhang, Z. Li and Y. Qiao, "Joint Face Detection and Alignment using Multi-task Cascaded
Convolutional Networks", IEEE Signal Processing Letters 23, 2016, figure 2.
"""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from tugline_daemon.inversion.errors import InversionError


class ProposalNetwork(nn.Module):
    """P-Net: looks at every 12 x 12 pixels of a picture, two pixels apart."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1 = nn.Conv2d(32, 2, 1)
        self.conv4_2 = nn.Conv2d(32, 4, 1)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Return for each place of `picture` [3, H, W], -1 to 1, how certain a face is there.

        [h, w], 0 to 1, and how far the face's sides lie from those of the place [4, h, w], in
        parts of its side: left, top, right, bottom.
        """
        x = self.prelu1(self.conv1(picture[None]))
        x = self.prelu2(self.conv2(F.max_pool2d(x, 2, ceil_mode=True)))
        x = self.prelu3(self.conv3(x))
        return self.conv4_1(x).softmax(1)[0, 1], self.conv4_2(x)[0]


class RefinementNetwork(nn.Module):
    """R-Net: looks at 24 x 24 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1 = nn.Linear(128, 2)
        self.dense5_2 = nn.Linear(128, 4)

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Return for `crops` [N, 3, 24, 24], -1 to 1, the certainty [N] and the offsets [N, 4]."""
        x = F.max_pool2d(self.prelu1(self.conv1(crops)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = self.prelu4(self.dense4(_flattened(self.prelu3(self.conv3(x)))))
        return self.dense5_1(x).softmax(1)[:, 1], self.dense5_2(x)


class OutputNetwork(nn.Module):
    """O-Net: looks at 48 x 48 pixels, and finds landmarks."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1 = nn.Linear(256, 2)
        self.dense6_2 = nn.Linear(256, 4)
        self.dense6_3 = nn.Linear(256, 10)

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return for `crops` [N, 3, 48, 48] certainty [N], offsets [N, 4] and landmarks [N, 5, 2].

        Landmarks are (x, y) from the crop's top left corner, in parts of its side.
        """
        x = F.max_pool2d(self.prelu1(self.conv1(crops)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.prelu3(self.conv3(x)), 2, 2, ceil_mode=True)
        x = self.prelu5(self.dense5(_flattened(self.prelu4(self.conv4(x)))))
        # All x first, then all y.
        landmarks = self.dense6_3(x).reshape(-1, 2, 5).transpose(1, 2)
        return self.dense6_1(x).softmax(1)[:, 1], self.dense6_2(x), landmarks


def _flattened(x: Tensor) -> Tensor:
    """Lay features [N, C, H, W] in a row by column, row and channel: as they were trained."""
    return x.permute(0, 3, 2, 1).flatten(1)


class FaceNetworks(nn.Module):
    """All three, frozen."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Take the ``weights`` by network and layer; raises InversionError for others."""
        super().__init__()
        self.pnet = ProposalNetwork()
        self.rnet = RefinementNetwork()
        self.onet = OutputNetwork()
        try:
            self.load_state_dict({name: value.float() for name, value in weights.items()})
        except RuntimeError as error:
            raise InversionError(
                "The weights that find faces are not whole; `tugline models get faces` brings "
                "them again."
            ) from error
        self.requires_grad_(requires_grad=False)
