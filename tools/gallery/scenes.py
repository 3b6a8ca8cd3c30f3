"""Which drags the gallery shows: what is pulled, where to, and of which seeds.

A drag's targets are where the renderer, of which the network learned to draw, puts the same
landmarks of the same animal with one or two of its parameters changed.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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

AROUND = 0.05
"""How far a selection reaches beyond its landmarks, in parts of the picture's side."""

Box = tuple[int, int, int, int]
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

    ``selected`` are landmarks around which alone the picture may change, none for all of it.
    ``options`` are those of ``tugline drag``.
    """

    name: str
    title: str
    pulled: tuple[Landmark, ...]
    changed: Mapping[str, Change]
    selected: tuple[Landmark, ...] = ()
    options: tuple[str, ...] = ()


NOSE = (Landmark.NOSE_TIP,)
BOTH_EARS = (Landmark.EAR_LEFT_TIP, Landmark.EAR_RIGHT_TIP)
BOTH_EYES = (Landmark.EYE_LEFT_OUTER, Landmark.EYE_RIGHT_OUTER)
BOTH_LIDS = (Landmark.EYE_LEFT_UPPER_LID, Landmark.EYE_RIGHT_UPPER_LID)
LIP = (Landmark.LIP_LOWER,)
EYES = tuple(Landmark(number) for number in range(Landmark.NOSE_TIP))
MOUTH = tuple(Landmark(number) for number in range(Landmark.MOUTH_LEFT, Landmark.EAR_LEFT_TIP))

# All rows that the features are made of, not only those that pose the head, and the paper's small
# steps: a lip or a lid is small against what the long ones move.
DETAIL = ("--rows", "0-6", "--lr", "0.02")

SCENES: tuple[Scene, ...] = (
    Scene("turn", "Turn the head", NOSE, {"yaw": back(0.5)}),
    Scene("nod", "Nod", NOSE, {"pitch": back(0.4)}),
    Scene("tilt", "Tilt the head", (*BOTH_EARS, *BOTH_EYES), {"roll": back(0.3)}),
    Scene("mouth", "Open the mouth", LIP, {"mouth_open": to(0.95)}, MOUTH, DETAIL),
    Scene("eyes", "Close the eyes", BOTH_LIDS, {"eye_closing": to(1.0)}, EYES, DETAIL),
    Scene("ears", "Lengthen the ears", BOTH_EARS, {"ear_length": by(0.3)}),
    Scene("size", "Grow", (*BOTH_EARS, *BOTH_EYES), {"size": by(0.04)}),
    Scene("place", "Move", (*BOTH_EARS, *BOTH_EYES), {"place_x": back(0.08)}),
)

_CENTRES = {parameter.name: parameter.centre for parameter in PARAMETERS}


@dataclass(frozen=True)
class Drag:
    """A drag that is shown: a seed of the daemon's, and its points in pixels of the picture.

    ``selection`` is left, top, right and bottom of what may change, None for all of it.
    """

    scene: Scene
    seed: int
    pulls: tuple[Pull, ...]
    selection: Box | None


def choose(resolution: int) -> dict[str, tuple[Drag, ...]]:
    """Return the drags of each scene, by its name, for pictures of ``resolution`` pixels.

    Nobody picks: a scene shows the first seeds from 1 on, none of them shown before, whose
    landmarks can be seen before and after and have a way to go that is neither short nor far.
    """
    chosen: dict[str, tuple[Drag, ...]] = {}
    taken: set[int] = set()
    for scene in SCENES:
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
            pulls = tuple(Pull(_place(p), _place(t)) for p, t in places)
            yield Drag(scene, seed, pulls, _selection(scene, (here, there), resolution))


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


def _selection(scene: Scene, poses: tuple[Landmarks, Landmarks], resolution: int) -> Box | None:
    """Return the box around the selected landmarks as they are and as they are to be."""
    if not scene.selected:
        return None
    places = np.concatenate([pose.points[0, list(scene.selected)] for pose in poses])
    margin = AROUND * resolution
    left, top = np.maximum(0, np.floor(places.min(axis=0) - margin)).astype(int)
    right, bottom = np.minimum(resolution, np.ceil(places.max(axis=0) + margin)).astype(int)
    return int(left), int(top), int(right), int(bottom)


def _place(point: NDArray[np.float32]) -> tuple[float, float]:
    """Return (x, y) as it is written on a command line."""
    return round(float(point[0]), 1), round(float(point[1]), 1)
