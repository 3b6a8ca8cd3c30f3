"""One pair, dragged in every way and measured: what the table is summed up from."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.accuracy.ground import COLUMNS, Ground, Pair, Points, mean_distance, pictures_of
from benchmarks.accuracy.methods import Ending, Method, MethodName
from benchmarks.accuracy.quality import drift, outside_change
from tugline_daemon.generator import Generator


@dataclass(frozen=True)
class Onway:
    """How far a drag's landmarks were, on average, after some updates and generator passes."""

    steps: int
    passes: float
    distance_px: float


@dataclass(frozen=True)
class Outcome:
    """One drag, measured.

    Attributes:
        method: who dragged.
        points: the column.
        distance_px: how far the dragged landmarks are from their targets, on average.
        steps: updates made.
        passes: generator passes up to the drag's layer.
        seconds: on the wall's clock.
        reason: why it ended.
        outside_change: mean difference of the picture outside the mask, 0 to 255.
        identity_drift: how much else the critter looks, spreads; None where nobody can tell.
        features: what the judge sees in the result; empty where there is no judge.
        onway: distances on the way, from the start on; the engine's alone.
    """

    method: MethodName
    points: Points
    distance_px: float
    steps: int
    passes: int
    seconds: float
    reason: str
    outside_change: float
    identity_drift: float | None
    features: tuple[float, ...]
    onway: tuple[Onway, ...]


@dataclass(frozen=True)
class Trial:
    """One pair, dragged by one method: an outcome a column."""

    seed: int
    outcomes: tuple[Outcome, ...]

    @property
    def key(self) -> int:
        """What tells it from a method's other trials."""
        return self.seed


@dataclass(frozen=True)
class Facts:
    """What is known of a pair before anybody drags.

    Attributes:
        seed: the pair's.
        landmarks: how many there are to drag.
        displacement_px: how far each column's landmarks are to go, on average.
        goal_drift: the identity drift that is read between the pair's own two pictures.
        goal_features: what the judge sees in the second picture.
    """

    seed: int
    landmarks: int
    displacement_px: dict[Points, float]
    goal_drift: float | None
    goal_features: tuple[float, ...]


class Meter:
    """Holds what comes of a pair against its two pictures."""

    def __init__(self, generator: Generator, ground: Ground, pair: Pair) -> None:
        """Draw both pictures."""
        self._generator, self._ground, self._pair = generator, ground, pair
        self._first, self._goal = pictures_of(generator, torch.stack([pair.start, pair.goal]))

    def facts(self) -> Facts:
        """Return what the pair itself is."""
        return Facts(
            seed=self._pair.seed,
            landmarks=len(self._pair.names),
            displacement_px={
                points: round(self._pair.displacement(points), 3) for points in COLUMNS
            },
            goal_drift=self._drift(self._goal),
            goal_features=self._features(self._goal),
        )

    def trial(self, name: MethodName, method: Method, columns: Sequence[Points]) -> Trial:
        """Drag the pair's landmarks and measure what comes of it."""
        return Trial(
            self._pair.seed,
            tuple(self._outcome(name, points, method(self._pair, points)) for points in columns),
        )

    def _outcome(self, method: MethodName, points: Points, ending: Ending) -> Outcome:
        latents = torch.stack([*(mark.latent for mark in ending.marks), ending.latent])
        pictures = pictures_of(self._generator, latents)
        *onway, last = self._distances(points, latents, pictures)
        return Outcome(
            method=method,
            points=points,
            distance_px=last,
            steps=ending.steps,
            passes=ending.passes,
            seconds=round(ending.seconds, 3),
            reason=ending.reason,
            outside_change=round(outside_change(self._first, pictures[-1], self._pair.mask), 4),
            identity_drift=self._drift(pictures[-1]),
            features=self._features(pictures[-1]),
            onway=tuple(
                Onway(mark.steps, mark.passes, distance)
                for mark, distance in zip(ending.marks, onway, strict=True)
            ),
        )

    def _drift(self, picture: Tensor) -> float | None:
        first, other = self._ground.look(self._first), self._ground.look(picture)
        return None if first is None or other is None else round(drift(first, other), 4)

    def _features(self, picture: Tensor) -> tuple[float, ...]:
        return tuple(round(value, 4) for value in self._ground.features(picture).tolist())

    def _distances(self, points: Points, latents: Tensor, pictures: Tensor) -> list[float]:
        count = self._pair.count(points)
        wanted = self._pair.targets[:count]
        found = self._ground.find(self._pair, latents, pictures)[:, :count]
        return [round(mean_distance(places, wanted), 4) for places in found]
