"""The pictures that are distorted: critters, dead leaves and photographs."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from tools.critters.recipe import HELD_OUT_SEED

from .leaves import draw_leaves
from .walks import draw_walks

SIDE = 64
"""Of the pictures that the network sees while it learns."""
DRAWN_SIDE = 128

STEPS = 6
"""How many pictures follow the first of a walk."""

TRAINING_PHOTOGRAPHS = (
    "brick.png", "camera.png", "cell.png", "coins.png", "grass.png", "gravel.png",
    "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "page.png", "retina.jpg",
)  # fmt: skip
HELD_OUT_PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
"""What is measured with; all are in the folder ``skimage/data`` of the wheel."""


@dataclass(frozen=True)
class Pictures:
    """What there is to distort.

    Attributes:
        walks: [N, STEPS + 1, 3, DRAWN_SIDE, DRAWN_SIDE], bytes, critters that change more and more.
        leaves: [M, 3, DRAWN_SIDE, DRAWN_SIDE], bytes.
        photographs: each [3, height, width], bytes.
    """

    walks: Tensor
    leaves: Tensor
    photographs: tuple[Tensor, ...]

    def pick(self, choice: np.random.Generator) -> Tensor:
        """Return some picture [3, SIDE, SIDE], -1 to 1."""
        kinds = 3 if self.photographs else 2
        kind = choice.integers(kinds)
        if kind == 0:
            walk, step = choice.integers(len(self.walks)), choice.integers(STEPS + 1)
            return cut(self.walks[walk, step], choice)
        if kind == 1:
            return cut(self.leaves[choice.integers(len(self.leaves))], choice)
        return cut(self.photographs[choice.integers(len(self.photographs))], choice)

    def pick_walk(self, choice: np.random.Generator) -> Tensor:
        """Return the pictures [STEPS + 1, 3, SIDE, SIDE] of a walk."""
        walk = self.walks[choice.integers(len(self.walks))]
        return F.interpolate(_floats(walk), (SIDE, SIDE), mode="area")


def cut(picture: Tensor, choice: np.random.Generator) -> Tensor:
    """Return a random square of `picture` [3, H, W], bytes, as [3, SIDE, SIDE], -1 to 1."""
    height, width = picture.shape[-2:]
    side = round(SIDE * (min(height, width) / SIDE) ** choice.uniform())
    top, left = choice.integers(height - side + 1), choice.integers(width - side + 1)
    square = _floats(picture[None, :, top : top + side, left : left + side])
    square = F.interpolate(square, (SIDE, SIDE), mode="area")[0]
    return square.flip(-1) if choice.uniform() < 0.5 else square


def _floats(picture: Tensor) -> Tensor:
    return picture.float() / 127.5 - 1


def draw_pictures(walks: int, leaves: int, wheel: Path | None, *, held_out: bool) -> Pictures:
    """Draw so many walks and dead leaves, and read the photographs of scikit-image's `wheel`."""
    seed = HELD_OUT_SEED + 1000 if held_out else 700_000_001
    names = HELD_OUT_PHOTOGRAPHS if held_out else TRAINING_PHOTOGRAPHS
    return Pictures(
        walks=draw_walks(walks, STEPS, DRAWN_SIDE, seed),
        leaves=torch.stack([_leaves(seed + index) for index in range(leaves)]),
        photographs=() if wheel is None else read_photographs(wheel, names),
    )


def _leaves(seed: int) -> Tensor:
    """Dead leaves, drawn at twice the size for soft edges."""
    large = torch.from_numpy(draw_leaves(2 * DRAWN_SIDE, seed))
    picture = F.avg_pool2d(large[None], 2)[0]
    return ((picture + 1) * 127.5 + 0.5).to(torch.uint8)


def read_photographs(wheel: Path, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """Return photographs [3, height, width], bytes, of the folder skimage/data in a wheel.

    Raises KeyError where one is not there, OSError and zipfile.BadZipFile.
    """
    found = []
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            image = Image.open(io.BytesIO(archive.read(f"skimage/data/{name}"))).convert("RGB")
            image.thumbnail((512, 512))
            found.append(torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous())
    return tuple(found)
