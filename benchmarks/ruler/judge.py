"""The judge: what pictures are like, for a Frechet distance, and what their critters look like."""

from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmarks.ruler.network import Convolution, Residual
from tools.critters.parameters import PARAMETERS

WEIGHTS = Path(__file__).parent / "judge.safetensors"
FIGURES = Path(__file__).parent / "judge.json"

FEATURES = 64

LOOK = (
    "fur_l",
    "fur_a",
    "fur_b",
    "light_fur",
    "stripes",
    "eye_patch",
    "mane",
    "back_l",
    "back_a",
    "back_b",
)
"""What makes a critter itself in any pose, colours and markings, as far as the judge can read it.

It cannot tell the colours of irises and noses, which are a few pixels.
"""

_NAMES = tuple(parameter.name for parameter in PARAMETERS)
LOOK_PLACES = tuple(_NAMES.index(name) for name in LOOK)

_AT_ONCE = 64


class JudgeNetwork(nn.Module):
    """Pictures [N, 3, 128, 128] (RGB, -1 to 1) -> the renderer's parameters [N, 50].

    A parameter is in spreads from its centre, as ``tools.critters.parameters`` states them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Convolution(3, 24, stride=2),
            Convolution(24, 48, stride=2),
            Convolution(48, 64, stride=2),
            Residual(64),
            Convolution(64, 96, stride=2),
            Convolution(96, 96, stride=2),
            nn.Flatten(),
            nn.Linear(96 * 4 * 4, FEATURES),
        )
        self.parameters_of = nn.Linear(FEATURES, len(PARAMETERS))

    def features(self, pictures: Tensor) -> Tensor:
        """What the network sees in the pictures before it names it, [N, 64]."""
        seen: Tensor = self.body(pictures)
        return seen.float()

    def forward(self, pictures: Tensor) -> Tensor:
        """Read the parameters [N, 50] off N pictures."""
        read: Tensor = self.parameters_of(torch.relu(self.features(pictures)))
        return read.float()


@cache
def _network() -> JudgeNetwork:
    network = JudgeNetwork()
    network.load_state_dict({name: part.float() for name, part in load_file(WEIGHTS).items()})
    return network.eval().requires_grad_(requires_grad=False)


def features(pictures: Tensor) -> Tensor:
    """The features [N, 64] that pictures [N, 3, 128, 128] are compared by."""
    parts = [
        _network().features(part.float()) for part in torch.split(pictures.clamp(-1, 1), _AT_ONCE)
    ]
    return torch.cat(parts)


def look(pictures: Tensor) -> Tensor:
    """The parameters :data:`LOOK` of the critters in pictures, [N, 10], in spreads."""
    parts = [_network()(part.float()) for part in torch.split(pictures.clamp(-1, 1), _AT_ONCE)]
    return torch.cat(parts)[:, LOOK_PLACES]
