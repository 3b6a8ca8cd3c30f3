"""A picture and two distortions of it, of which the second lies farther off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .distortions import DISTORTIONS, Choice, Distortion
from .pictures import STEPS, Pictures

SAME_GAP = 0.08
"""How much stronger the farther of two is at least, of the same distortion; 0 to 1."""
OTHER_GAP = 0.3
"""The same for two distortions: what our judgement is good for."""
_CLOSE_GAP = 0.15
"""The same where pixels would say the opposite."""
_TRIES = 24
_TOP = 0.25
"""How strong a distortion on top of another is at least."""

TRAINED = tuple(one for one in DISTORTIONS if not one.held_out)
HELD_OUT = tuple(one for one in DISTORTIONS if one.held_out)


@dataclass(frozen=True)
class Triplets:
    """N of them.

    Attributes:
        pictures: [N, 3, SIDE, SIDE], -1 to 1.
        near: [N, 3, SIDE, SIDE], less distorted.
        far: [N, 3, SIDE, SIDE], more distorted.
    """

    pictures: Tensor
    near: Tensor
    far: Tensor


Triplet = tuple[Tensor, Tensor, Tensor]
Maker = Callable[[Pictures, Sequence[Distortion], Choice], Triplet]


def more_of_the_same(
    pictures: Pictures, distortions: Sequence[Distortion], choice: Choice
) -> Triplet:
    """Distort a picture twice in the same way, with different strengths."""
    picture, other = pictures.pick(choice), pictures.pick(choice)
    distortion = distortions[int(choice.integers(len(distortions)))]
    weak, strong = _strengths(SAME_GAP, choice)
    # The same choices for both: a part in the same corner, a shift in the same direction.
    seed = int(choice.integers(2**63))
    near, far = (
        distortion(picture, other, strength, np.random.default_rng(seed))
        for strength in (weak, strong)
    )
    return picture, near, far


def another(pictures: Pictures, distortions: Sequence[Distortion], choice: Choice) -> Triplet:
    """Distort a picture a little in one way, and much in another."""
    return _two(pictures, distortions, OTHER_GAP, choice)


def _two(
    pictures: Pictures, distortions: Sequence[Distortion], gap: float, choice: Choice
) -> Triplet:
    picture, other = pictures.pick(choice), pictures.pick(choice)
    first, second = map(int, choice.choice(len(distortions), 2, replace=False))
    weak, strong = _strengths(gap, choice)
    return (
        picture,
        distortions[first](picture, other, weak, choice),
        distortions[second](picture, other, strong, choice),
    )


def another_against_pixels(
    pictures: Pictures, distortions: Sequence[Distortion], choice: Choice
) -> Triplet:
    """Do as `another` does, until the farther one has the smaller squared difference.

    Where none is found the last one is taken.
    """
    for _ in range(_TRIES - 1):
        picture, near, far = _two(pictures, distortions, _CLOSE_GAP, choice)
        if (near - picture).square().mean() > (far - picture).square().mean():
            return picture, near, far
    return _two(pictures, distortions, _CLOSE_GAP, choice)


def one_more_on_top(
    pictures: Pictures, distortions: Sequence[Distortion], choice: Choice
) -> Triplet:
    """Distort a picture, and what came of it again, in a way that cannot make it better."""
    picture, other, another_one = (pictures.pick(choice) for _ in range(3))
    first = distortions[int(choice.integers(len(distortions)))]
    # A blur takes noise away, and less contrast takes away of everything.
    seconds = [
        one
        for one in distortions
        if one.family not in (first.family, "pixels") and one.name != "contrast"
    ]
    second = seconds[int(choice.integers(len(seconds)))]
    near = first(picture, other, choice.uniform(0, 0.8), choice)
    return picture, near, second(near, another_one, choice.uniform(_TOP, 1), choice)


def farther_on_a_walk(
    pictures: Pictures, _distortions: Sequence[Distortion], choice: Choice
) -> Triplet:
    """Take a critter and two that it becomes on one way."""
    walk = pictures.pick_walk(choice)
    near, far = np.sort(choice.choice(STEPS, 2, replace=False)) + 1
    return walk[0], walk[near], walk[far]


MAKERS: dict[str, tuple[float, Maker]] = {
    "more of the same": (0.25, more_of_the_same),
    "another distortion": (0.4, another),
    "another, against pixels": (0.0, another_against_pixels),
    "one more on top": (0.2, one_more_on_top),
    "farther on a walk": (0.15, farther_on_a_walk),
}
"""What triplets are made of, and how large a part of a batch they are at first."""
LATER = (0.15, 0.25, 0.35, 0.15, 0.1)
"""And once the easy ones are learned."""


def _strengths(gap: float, choice: Choice) -> tuple[float, float]:
    """Return two strengths from 0 to 1 that lie at least ``gap`` apart, the smaller one first."""
    weak, strong = np.sort(choice.uniform(0, 1 - gap, 2))
    return float(weak), float(strong + gap)


def gather(
    maker: Maker,
    pictures: Pictures,
    distortions: Sequence[Distortion],
    count: int,
    choice: Choice,
) -> Triplets:
    """Make ``count`` triplets of one kind."""
    made = [maker(pictures, distortions, choice) for _ in range(count)]
    return Triplets(*(torch.stack(part) for part in zip(*made, strict=True)))


def mixed(pictures: Pictures, count: int, choice: Choice, *, later: bool = False) -> Triplets:
    """Make ``count`` triplets of all kinds, without the distortions that are held out."""
    shares, makers = zip(*MAKERS.values(), strict=True)
    kinds = choice.choice(len(makers), count, p=np.array(LATER if later else shares))
    made = [makers[kind](pictures, TRAINED, choice) for kind in kinds]
    return Triplets(*(torch.stack(part) for part in zip(*made, strict=True)))
