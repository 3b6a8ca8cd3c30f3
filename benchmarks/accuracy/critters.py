"""Pairs of the same critter in two poses, for a generator that draws the renderer's critters."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.accuracy.ground import Pair, box_mask, pictures_of, suits
from benchmarks.ruler import find, held_out_error, judge
from benchmarks.ruler.network import SIDE
from tools.critters.landmarks import Landmark, landmarks
from tools.critters.parameters import PARAMETERS, Z_DIM, Floats, draw_z, normalised
from tugline_daemon.generator import Generator

POSE = ("yaw", "pitch", "roll", "eye_closing", "mouth_open", "ear_length", "ear_spread")
"""What differs between the two pictures of a pair: all that drags are to move in a head."""

_NAMES = [parameter.name for parameter in PARAMETERS]
_PLACES = [_NAMES.index(name) for name in POSE]

_TRIED = 16
_NEAR_ENOUGH = 6.0


class Critters:
    """Both pictures are the generator's; their landmarks are what the ruler reads in them."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._scale = generator.width / SIDE

    @property
    def description(self) -> str:
        """What the pairs are, in a sentence."""
        return (
            "The same critter in two poses; landmarks of both as the ruler reads them in the "
            "generated pictures."
        )

    @property
    def floor_px(self) -> float:
        """The ruler's mean error on held-out pictures, image pixels of the model."""
        return held_out_error().mean_px * self._scale

    def pair(self, seed: int) -> Pair | None:
        """The critter of stream ``seed`` in two poses; None where they are too much alike."""
        z = both_poses(seed)
        with torch.no_grad():
            latents = self._generator.map(torch.from_numpy(z))
        both = np.all(landmarks(z, self._generator.width).visible, axis=0)
        read = self._read(pictures_of(self._generator, latents))
        order = shuffled(both, seed)
        chosen = torch.from_numpy(order)
        pair = Pair(
            seed=seed,
            start=latents[0],
            goal=latents[1],
            names=tuple(Landmark(place).name.lower() for place in order),
            handles=read[0, chosen],
            targets=read[1, chosen],
            mask=box_mask(read[:, chosen].flatten(0, 1), *self._size()),
        )
        return pair if suits(pair, self.floor_px) else None

    def find(self, pair: Pair, latents: Tensor, pictures: Tensor) -> Tensor:  # noqa: ARG002
        """What the ruler reads in ``pictures`` [N, 3, H, W]: [N, K, 2], image pixels."""
        return self._read(pictures)[:, [Landmark[name.upper()] for name in pair.names]]

    def features(self, picture: Tensor) -> Tensor:
        """The judge's features of a picture [3, H, W]: [64]."""
        return judge.features(self._judged(picture))[0]

    def look(self, picture: Tensor) -> Tensor | None:
        """The critter's colours and markings as the judge reads them, [10], in spreads."""
        return judge.look(self._judged(picture))[0]

    @staticmethod
    def _judged(picture: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(picture, SIDE)[None]

    def _read(self, pictures: Tensor) -> Tensor:
        return find(F.adaptive_avg_pool2d(pictures, SIDE)) * self._scale

    def _size(self) -> tuple[int, int]:
        return self._generator.width, self._generator.height


def both_poses(seed: int) -> Floats:
    """The critter of stream ``seed`` in its own pose and in another one: z [2, Z_DIM]."""
    z = np.concatenate([draw_z(1, seed), draw_z(1, seed)])
    z[1] = in_another_pose(z[0], np.random.default_rng([seed, 1]))
    return z


def shuffled(usable: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
    """The numbers of the usable landmarks, in the order in which columns take them."""
    return np.random.default_rng([seed, 2]).permutation(np.flatnonzero(usable))


def in_another_pose(z: Floats, choice: np.random.Generator) -> Floats:
    """The critter ``z`` [Z_DIM] in another pose; all other parameters stay exactly what they are.

    The renderer and the mapping network scale z to unit second moment, so the new pose's entries
    are as long together as the old one's.
    """
    result = normalised(z[None])[0]
    pose = choice.standard_normal(len(_PLACES))
    length = np.linalg.norm(result[_PLACES])
    result[_PLACES] = (pose * (length / np.linalg.norm(pose))).astype(np.float32)
    return np.asarray(result, dtype=np.float32)


def draws_critters(generator: Generator) -> bool:
    """Whether a generator draws from a z what the renderer does: measured, not told.

    The ruler's reading of a few pictures lies where the renderer says that the landmarks are.
    """
    if generator.z_dim != Z_DIM or generator.c_dim or generator.width != generator.height:
        return False
    z = draw_z(_TRIED, seed=0)
    with torch.no_grad():
        drawn = pictures_of(generator, generator.map(torch.from_numpy(z)))
    true = landmarks(z, SIDE)
    apart = (find(F.adaptive_avg_pool2d(drawn, SIDE)) - torch.from_numpy(true.points)).norm(dim=2)
    return float(apart[torch.from_numpy(true.visible)].median()) < _NEAR_ENOUGH
