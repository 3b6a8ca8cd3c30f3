"""The run over all pairs: split over processes, and going on where it was interrupted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import torch
from pydantic import TypeAdapter

from benchmarks.accuracy.bench import Bench, Plan
from benchmarks.accuracy.methods import MethodName
from benchmarks.accuracy.trial import Trial
from benchmarks.kept import Kept

_TRIAL = TypeAdapter(Trial)

_bench: Bench
"""A process's own bench; :func:`_begin` sets it once."""

Task = tuple[int, MethodName]


class Run:
    """All pairs, dragged by some methods."""

    def __init__(
        self, bench: Bench, seeds: Mapping[MethodName, Sequence[int]], kept: Path | None
    ) -> None:
        """Find out what is left to do of each method's ``seeds``.

        ``kept`` is the folder of what is finished, None for none.

        Raises OtherRun where that is of another plan, model or engine.
        """
        self._bench = bench
        self._seeds = dict(seeds)
        self._finished = {
            name: Kept(
                None if kept is None else kept / f"{name.replace(' ', '-')}.jsonl",
                bench.identity(name),
                _TRIAL,
            )
            for name in seeds
        }
        left = [
            (seed, name)
            for name, finished in self._finished.items()
            for seed in self._seeds[name]
            if seed not in finished.works
        ]
        self.tasks: list[Task] = sorted(left, key=lambda task: task[0])

    def trials(self, jobs: int, done: Callable[[], object]) -> list[Trial]:
        """Do what is left in so many processes; ``done`` is called after each task."""
        for name, trial in self._trials(jobs):
            self._finished[name].add(trial)
            done()
        return [
            finished.works[seed]
            for name, finished in self._finished.items()
            for seed in self._seeds[name]
        ]

    def _trials(self, jobs: int) -> Iterator[tuple[MethodName, Trial]]:
        """Yield trials as they come."""
        if jobs == 1:
            for seed, name in self.tasks:
                yield name, self._bench.trial(seed, name)
            return
        plan = self._bench.plan
        with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (plan,)) as processes:
            names = {processes.submit(_trial, *task): task[1] for task in self.tasks}
            for future in as_completed(names):
                yield names[future], future.result()


def _begin(plan: Plan) -> None:
    global _bench  # noqa: PLW0603  (what a process of the pool is given once)
    torch.set_num_threads(1)
    _bench = Bench(plan)


def _trial(seed: int, name: MethodName) -> Trial:
    return _bench.trial(seed, name)
