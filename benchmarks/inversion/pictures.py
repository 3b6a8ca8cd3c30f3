"""The pictures that are inverted: none of them is the generator's but those that it is to recover.

Held-out critters of the renderer come first, in the poses of the accuracy benchmark's pairs; then
critters in styles that the generator never learned, and photographs, which are out of its range.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Literal, get_args

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.accuracy.critters import Critters, both_poses, shuffled
from benchmarks.accuracy.ground import FEWEST, Pair, box_mask, pictures_of, suits
from benchmarks.inversion import drawings
from benchmarks.inversion.photographs import photographs
from tools.critters.landmarks import Landmark, Landmarks, landmarks
from tools.critters.parameters import draw_z
from tools.critters.renderer import render
from tugline_daemon.generator import Generator

Kind = Literal["critter", "flat", "outline", "stripes", "photograph", "generated"]

SHARES: Mapping[Kind, int] = {
    "critter": 32,
    "flat": 4,
    "outline": 4,
    "stripes": 4,
    "photograph": 6,
}
"""How many of the pictures are of each kind, where photographs are to be had: 50 in all."""

FIRST_SEED = 40_000_000
"""Where the seeds of posed critters count up from: the accuracy benchmark's pairs, held out."""

GENERATED_SEED = 41_000_000
"""Where the seeds of the generator's own pictures count up from."""


@dataclass(frozen=True)
class Subject:
    """A picture to invert.

    Attributes:
        name: its kind, and its seed or its photograph's name.
        kind: where it comes from.
        picture: [3, side, side], values from -1 to 1.
        pair: for critters: from which landmarks' places to which ones drags go. ``start`` and
            ``goal`` are the generator's own latents of the critter in both poses.
    """

    name: str
    kind: Kind
    picture: Tensor
    pair: Pair | None


class Pictures:
    """All pictures for one generator of critters, by name."""

    def __init__(self, generator: Generator) -> None:
        """Look which photographs are there."""
        self._generator = generator
        self._side = generator.width
        self._floor_px = Critters(generator).floor_px
        self._photographs = photographs(self._side)

    @property
    def shares(self) -> dict[Kind, int]:
        """How many pictures there are of each kind."""
        return {**SHARES, "photograph": len(self._photographs)}

    def names(self, most: int) -> list[str]:
        """The names of ``most`` pictures, all kinds mixed in each stretch as in the whole."""
        posed = self._seeds()
        shown = iter(self._photographs)
        placed = sorted(
            ((place + 0.5) / share, kind)
            for kind, share in self.shares.items()
            for place in range(share)
        )
        return [
            f"{kind}-{next(shown) if kind == 'photograph' else next(posed)}"
            for _, kind in placed[:most]
        ]

    @staticmethod
    def generated(most: int) -> list[str]:
        """The names of ``most`` pictures that the generator made itself."""
        return [f"generated-{seed}" for seed in islice(count(GENERATED_SEED), most)]

    def subject(self, name: str) -> Subject:
        """Draw or find a picture; KeyError for a photograph that is not there."""
        kind, what = _told(name)
        if kind == "photograph":
            return Subject(name, kind, _values(self._photographs[what]), None)
        if kind == "generated":
            return Subject(name, kind, self._own(int(what)), None)
        return self._posed(name, kind, int(what))

    def _own(self, seed: int) -> Tensor:
        with torch.no_grad():
            latents = self._generator.map(torch.from_numpy(draw_z(1, seed)))
        return pictures_of(self._generator, latents)[0]

    def _posed(self, name: str, kind: Kind, seed: int) -> Subject:
        z = both_poses(seed)
        places = landmarks(z, self._side)
        pictures, weights = render(z[:1], self._side)
        picture = torch.from_numpy(pictures[0])
        if kind == "flat":
            picture = _values(drawings.flat(places.points[0], self._side, seed))
        elif kind == "outline":
            picture = _values(drawings.outline(places.points[0], self._side))
        elif kind == "stripes":
            picture = _values(drawings.before_stripes(pictures[0], weights[0], seed))
        with torch.no_grad():
            latents = self._generator.map(torch.from_numpy(z))
        return Subject(name, kind, picture, _pair(seed, places, self._side, latents))

    def _seeds(self) -> Iterator[int]:
        """The seeds whose critter has landmarks enough in both poses, and far enough apart."""
        nowhere = torch.zeros(2, 0)
        for seed in count(FIRST_SEED):
            places = landmarks(both_poses(seed), self._side)
            seen = np.count_nonzero(np.all(places.visible, axis=0))
            if seen >= FEWEST and suits(_pair(seed, places, self._side, nowhere), self._floor_px):
                yield seed


def _pair(seed: int, places: Landmarks, side: int, latents: Tensor | Sequence[Tensor]) -> Pair:
    """What is dragged: where the renderer puts the landmarks that are seen in both poses."""
    order = shuffled(np.all(places.visible, axis=0), seed)
    chosen = torch.from_numpy(places.points[:, order])
    return Pair(
        seed=seed,
        start=latents[0],
        goal=latents[1],
        names=tuple(Landmark(place).name.lower() for place in order),
        handles=chosen[0],
        targets=chosen[1],
        mask=box_mask(chosen.flatten(0, 1), side, side),
    )


def kind_of(name: str) -> Kind:
    """Say of which kind a picture of that name is."""
    return _told(name)[0]


def _told(name: str) -> tuple[Kind, str]:
    kind, _, what = name.partition("-")
    for known in get_args(Kind):
        if kind == known:
            return known, what
    raise KeyError(name)


def _values(picture: Image.Image) -> Tensor:
    """The values [3, H, W], -1 to 1, of an RGB picture."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1) / 127.5 - 1
