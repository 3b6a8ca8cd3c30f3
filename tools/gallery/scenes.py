"""Which drags the gallery shows: what is pulled, where to, and of which seeds.

A drag's targets are where the renderer, of which the network learned to draw, puts the same
landmarks of the same animal with one or two of its parameters changed.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from tools.critters.anatomy import build
from tools.critters.landmarks import Landmark, Landmarks, of_anatomy
from tools.critters.parameters import PARAMETERS, Z_DIM, Floats, values
from tugline_daemon.cli.arguments import Pull

EXAMPLES = 2
"""How many seeds of each drag are shown."""

# What a drag has to be to be worth a row, in parts of the picture's side.
LEAST_WAY = 0.04
MOST_WAY = 0.25
MARGIN = 0.03

Change = Callable[[float, float], float]
"""From a parameter's centre and its value to the value that the drag is to bring about."""


def back(amount: float) -> Change:
    """Away from the side of its centre on which a parameter is."""
    return lambda centre, value: value - math.copysign(amount, value - centre)


def to(wanted: float) -> Change:
    """To one value, whatever it was before."""
    return lambda _centre, _value: wanted


def by(amount: float) -> Change:
    """So much more."""
    return lambda _centre, value: value + amount


@dataclass(frozen=True)
class Scene:
    """A kind of drag: its name (also its picture's), what it does, what is pulled, what changes.

    A landmark among the pulled ones that the change leaves where it is holds its place.
    ``options`` are those of ``tugline drag``; ``again`` names the scene whose seeds are shown
    again; ``says`` is a sentence about it.
    """

    name: str
    title: str
    pulled: tuple[Landmark, ...]
    changed: Mapping[str, Change]
    options: tuple[str, ...] = ()
    again: str = ""
    says: str = ""


NOSE = (Landmark.NOSE_TIP,)
BOTH_EARS = (Landmark.EAR_LEFT_TIP, Landmark.EAR_RIGHT_TIP)
BOTH_EYES = (Landmark.EYE_LEFT_OUTER, Landmark.EYE_RIGHT_OUTER)
FACE = (*NOSE, *BOTH_EYES)
BOTH_LIDS = (Landmark.EYE_LEFT_UPPER_LID, Landmark.EYE_RIGHT_UPPER_LID)

SCENES: tuple[Scene, ...] = (
    Scene("turn", "Turn the head", NOSE, {"yaw": back(0.5)}),
    Scene(
        "turn-principal",
        "Turn the head along 20 principal directions",
        NOSE,
        {"yaw": back(0.5)},
        options=("--principal", "20"),
        again="turn",
        says="Within the combinations that the model knows best a drag goes less far, and the "
        "picture stays whole.",
    ),
    Scene("nod", "Nod", NOSE, {"pitch": back(0.4)}),
    Scene("tilt", "Tilt the head", (*BOTH_EARS, *BOTH_EYES), {"roll": back(0.3)}),
    Scene("mouth", "Open the mouth", (Landmark.LIP_LOWER, *FACE), {"mouth_open": to(0.95)}),
    Scene("eyes", "Close the eyes", (*BOTH_LIDS, *FACE), {"eye_closing": to(1.0)}),
    Scene("ears", "Lengthen the ears", BOTH_EARS, {"ear_length": by(0.3)}),
    Scene("size", "Grow", (*BOTH_EARS, *BOTH_EYES), {"size": by(0.04)}),
    Scene("place", "Move", (*BOTH_EARS, *BOTH_EYES), {"place_x": back(0.08)}),
)

_CENTRES = {parameter.name: parameter.centre for parameter in PARAMETERS}


@dataclass(frozen=True)
class Drag:
    """A drag that is shown: a seed of the daemon's, and its points in pixels of the picture."""

    scene: Scene
    seed: int
    pulls: tuple[Pull, ...]


def choose(resolution: int) -> dict[str, tuple[Drag, ...]]:
    """Return the drags of each scene, by its name, for pictures of ``resolution`` pixels.

    Nobody picks: a scene shows the first seeds from 1 on, none of them shown before, whose
    landmarks can be seen before and after and have a way to go that is neither short nor far.
    """
    chosen: dict[str, tuple[Drag, ...]] = {}
    taken: set[int] = set()
    for scene in SCENES:
        if scene.again:
            chosen[scene.name] = tuple(replace(drag, scene=scene) for drag in chosen[scene.again])
            continue
        fitting = (drag for drag in _drags(scene, resolution) if drag.seed not in taken)
        chosen[scene.name] = tuple(next(fitting) for _ in range(EXAMPLES))
        taken |= {drag.seed for drag in chosen[scene.name]}
    return chosen


def z_of(seed: int) -> Floats:
    """Return z [1, Z_DIM] of a seed as the daemon draws it (``protocol/SPEC.md``, Generate)."""
    return np.random.RandomState(seed).randn(1, Z_DIM).astype(np.float32)


def _drags(scene: Scene, resolution: int) -> Iterator[Drag]:
    """Yield the scene's drags of the seeds that it fits, from seed 1 on."""
    pulled = list(scene.pulled)
    for seed in count(1):
        before = values(z_of(seed))
        after = before | {
            name: _changed(before[name], _CENTRES[name], change)
            for name, change in scene.changed.items()
        }
        here, there = (of_anatomy(build(pose), resolution) for pose in (before, after))
        if _fits(here, there, pulled, resolution):
            places = zip(here.points[0, pulled], there.points[0, pulled], strict=True)
            yield Drag(scene, seed, tuple(Pull(_place(p), _place(t)) for p, t in places))


def _changed(value: Floats, centre: float, change: Change) -> Floats:
    return np.array([change(centre, float(value[0]))], dtype=np.float32)


def _fits(here: Landmarks, there: Landmarks, pulled: list[Landmark], resolution: int) -> bool:
    """Say whether the landmarks can be seen, stay in the picture and have a way to go."""
    ends = there.points[0, pulled] / resolution
    way = np.linalg.norm(ends - here.points[0, pulled] / resolution, axis=1)
    return bool(
        here.visible[0, pulled].all()
        and there.visible[0, pulled].all()
        and (ends > MARGIN).all()
        and (ends < 1 - MARGIN).all()
        and LEAST_WAY <= way.max() <= MOST_WAY
    )


def _place(point: NDArray[np.float32]) -> tuple[float, float]:
    """Return (x, y) as it is written on a command line."""
    return round(float(point[0]), 1), round(float(point[1]), 1)
