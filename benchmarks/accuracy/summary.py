"""From measured pairs to the table's rows."""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.ground import COLUMNS, Points
from benchmarks.accuracy.methods import METHODS, MethodName
from benchmarks.accuracy.quality import frechet
from benchmarks.accuracy.trial import Facts, Onway, Outcome, Trial

_ORACLES: tuple[MethodName, ...] = ("oracle", "oracle-tuned")


@dataclass(frozen=True)
class Reach:
    """When the engine's mean distance first is what another method's is in the end.

    Attributes:
        steps: so many updates.
        passes: so many generator passes, on average.
        of_steps: these updates as a part of those that the other method makes on average.
        of_passes: the same for passes.
    """

    steps: int
    passes: float
    of_steps: float
    of_passes: float


@dataclass(frozen=True)
class Row:
    """One method in one column, over all pairs; lengths in image pixels.

    Attributes:
        method: who dragged.
        points: the column.
        pairs: how many were dragged.
        mean_distance_px: how far dragged landmarks are from their targets in the end.
        ci95: the confidence interval of that mean, 95 %, from the pairs' spread.
        nearer: the part of "no edit"'s distance that is gone, 1 for all of it.
        steps_mean: updates.
        passes_mean: generator passes to the drag's layer, forward and backward.
        seconds_mean: of the clock on the wall.
        outside_change: mean difference outside the mask, 0 to 255.
        identity_drift: mean change of colours and markings, spreads; None without a judge.
        frechet: distance of the results from the pairs' second pictures; None without a judge.
        displacement_px: how far the landmarks were to go.
        ended: how many drags ended for which reason.
        reaches: where the engine passes the oracles; empty for all but the engine.
    """

    method: MethodName
    points: int | str
    pairs: int
    mean_distance_px: float
    ci95: tuple[float, float]
    nearer: float
    steps_mean: float
    passes_mean: float
    seconds_mean: float
    outside_change: float
    identity_drift: float | None
    frechet: float | None
    displacement_px: float
    ended: dict[str, int]
    reaches: dict[MethodName, Reach | None]


def rows(pairs: Sequence[Facts], trials: Sequence[Trial]) -> list[Row]:
    """Sum drags up, column by column; columns and methods that nobody tried are left out."""
    return [
        _row(method, points, pairs, trials)
        for points in COLUMNS
        for method in METHODS
        if _of(method, points, trials)
    ]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The mean's 95 % confidence interval, as if means were normally distributed.

    A single value is its own interval.
    """
    mean = statistics.fmean(values)
    if len(values) < 2:
        return mean, mean
    reach = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
    return mean - reach, mean + reach


def mean_on_way(ways: Sequence[Sequence[Onway]]) -> list[Onway]:
    """The mean over drags after each number of updates that any of them was looked at.

    A drag that has ended stays where it ended, and one that was not looked at where it was last.
    """
    marks = sorted({mark.steps for way in ways for mark in way})
    return [
        Onway(
            steps,
            statistics.fmean(at.passes for at in standing),
            statistics.fmean(at.distance_px for at in standing),
        )
        for steps in marks
        for standing in [[_at(way, steps) for way in ways]]
    ]


def _at(way: Sequence[Onway], steps: int) -> Onway:
    return [mark for mark in way if mark.steps <= steps][-1]


def _of(method: MethodName, points: Points, trials: Sequence[Trial]) -> dict[int, Outcome]:
    """What a method made of a column, by the pairs' seeds."""
    return {
        trial.seed: outcome
        for trial in trials
        for outcome in trial.outcomes
        if outcome.method == method and outcome.points == points
    }


def _row(
    method: MethodName, points: Points, pairs: Sequence[Facts], trials: Sequence[Trial]
) -> Row:
    by_seed = _of(method, points, trials)
    dragged = [pair for pair in pairs if pair.seed in by_seed]
    found = [by_seed[pair.seed] for pair in dragged]
    distances = [outcome.distance_px for outcome in found]
    low, high = interval(distances)
    drifts = [o.identity_drift for o in found if o.identity_drift is not None]
    # Without an edit the landmarks are as far off as they are to go.
    displacement = statistics.fmean(pair.displacement_px[points] for pair in dragged)
    return Row(
        method=method,
        points="all" if points == "all" else int(points),
        pairs=len(dragged),
        mean_distance_px=round(statistics.fmean(distances), 3),
        ci95=(round(low, 3), round(high, 3)),
        nearer=round(1 - statistics.fmean(distances) / displacement, 4),
        steps_mean=round(statistics.fmean(outcome.steps for outcome in found), 2),
        passes_mean=round(statistics.fmean(outcome.passes for outcome in found), 2),
        seconds_mean=round(statistics.fmean(outcome.seconds for outcome in found), 3),
        outside_change=round(statistics.fmean(outcome.outside_change for outcome in found), 3),
        identity_drift=round(statistics.fmean(drifts), 3) if drifts else None,
        frechet=_frechet(found, dragged),
        displacement_px=round(displacement, 3),
        ended=dict(Counter(outcome.reason for outcome in found)),
        reaches=_reaches(by_seed, points, trials) if method == "tugline" else {},
    )


def _frechet(found: Sequence[Outcome], pairs: Sequence[Facts]) -> float | None:
    if len(found) < 2 or not found[0].features:
        return None
    goals = np.array([pair.goal_features for pair in pairs])
    return round(frechet(np.array([outcome.features for outcome in found]), goals), 3)


def _reaches(
    engine: Mapping[int, Outcome], points: Points, trials: Sequence[Trial]
) -> dict[MethodName, Reach | None]:
    """When the engine passes each oracle, on the pairs that both have dragged."""
    reaches: dict[MethodName, Reach | None] = {}
    for other in _ORACLES:
        theirs = _of(other, points, trials)
        shared = engine.keys() & theirs.keys()
        if shared:
            way = mean_on_way([engine[seed].onway for seed in shared])
            reaches[other] = _reach(way, [theirs[seed] for seed in shared])
    return reaches


def _reach(way: Sequence[Onway], other: Sequence[Outcome]) -> Reach | None:
    """Where the way first is as near as another method ends; None where it never is."""
    end = statistics.fmean(outcome.distance_px for outcome in other)
    steps = statistics.fmean(outcome.steps for outcome in other)
    passes = statistics.fmean(outcome.passes for outcome in other)
    there = next((mark for mark in way if mark.distance_px <= end), None)
    if there is None:
        return None
    return Reach(
        steps=there.steps,
        passes=round(there.passes, 2),
        of_steps=round(there.steps / max(steps, 1), 4),
        of_passes=round(there.passes / max(passes, 1), 4),
    )
