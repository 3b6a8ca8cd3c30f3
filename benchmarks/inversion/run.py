"""The run over all pictures: split over processes, and going on where it was interrupted."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import torch
from pydantic import TypeAdapter

from benchmarks.inversion.bench import Bench, Part, Plan
from benchmarks.inversion.trial import Trial
from benchmarks.kept import Kept

_TRIAL = TypeAdapter(Trial)

_bench: Bench
"""A process's own bench; :func:`_begin` sets it once."""


class Run:
    """The pictures of some parts of the benchmark."""

    def __init__(self, bench: Bench, amounts: Mapping[Part, int], kept: Path | None) -> None:
        """Find out what is left to do; ``amounts`` are the parts' numbers of pictures.

        ``kept`` is the folder of what is finished, None for none.

        Raises OtherRun where that is of another plan, model or engine.
        """
        self._bench = bench
        self._names = {part: bench.names(part, most) for part, most in amounts.items() if most}
        self._finished = {
            part: Kept(
                None if kept is None else kept / f"{part}.jsonl", bench.identity(part), _TRIAL
            )
            for part in self._names
        }
        self.tasks: list[tuple[Part, str]] = [
            (part, name)
            for part, names in self._names.items()
            for name in names
            if name not in self._finished[part].works
        ]

    def go(self, jobs: int, done: Callable[[], object]) -> None:
        """Do what is left in so many processes; ``done`` is called after each picture."""
        for part, trial in self._trials(jobs):
            self._finished[part].add(trial)
            done()

    @property
    def finished(self) -> dict[Part, tuple[Trial, ...]]:
        """Each part's pictures that are done with, in their order."""
        return {
            part: tuple(
                self._finished[part].works[name]
                for name in names
                if name in self._finished[part].works
            )
            for part, names in self._names.items()
        }

    def _trials(self, jobs: int) -> Iterator[tuple[Part, Trial]]:
        """Yield trials as they come."""
        if jobs == 1:
            for part, name in self.tasks:
                yield part, self._bench.trial(part, name)
            return
        plan = self._bench.plan
        with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (plan,)) as processes:
            parts = {processes.submit(_trial, *task): task[0] for task in self.tasks}
            for future in as_completed(parts):
                yield parts[future], future.result()


def _begin(plan: Plan) -> None:
    global _bench  # noqa: PLW0603  (what a process of the pool is given once)
    torch.set_num_threads(1)
    _bench = Bench(plan)


def _trial(part: Part, name: str) -> Trial:
    return _bench.trial(part, name)
