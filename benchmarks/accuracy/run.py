"""The run over all pairs: split over processes, and going on where it was interrupted."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import torch
from pydantic import TypeAdapter

from benchmarks.accuracy.bench import Bench, Plan
from benchmarks.accuracy.errors import OtherRun
from benchmarks.accuracy.methods import MethodName
from benchmarks.accuracy.trial import Trial

_TRIAL = TypeAdapter(Trial)

_bench: Bench
"""A process's own bench; :func:`_begin` sets it once."""

Task = tuple[int, MethodName]


class Finished:
    """What one method has done, a pair a line of a file, behind a line that says what it is of."""

    def __init__(self, path: Path | None, identity: dict[str, object]) -> None:
        """Read what is there; with None nothing is kept.

        Raises OtherRun where the file is of another plan, model or engine.
        """
        self._path = path
        self.trials: dict[int, Trial] = {}
        if path is None:
            return
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(identity) + "\n", encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]  # a run that was killed may leave half a line
        header, *lines = whole.splitlines()
        if json.loads(header) != identity:
            raise OtherRun(
                f"{path} holds drags of another model, engine or plan; remove it or name another "
                "folder."
            )
        path.write_text(whole, encoding="utf-8")
        self.trials = {trial.seed: trial for trial in map(_TRIAL.validate_json, lines)}

    def add(self, trial: Trial) -> None:
        """Keep a finished pair."""
        self.trials[trial.seed] = trial
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(trial)) + "\n")


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
            name: Finished(
                None if kept is None else kept / f"{name.replace(' ', '-')}.jsonl",
                bench.identity(name),
            )
            for name in seeds
        }
        left = [
            (seed, name)
            for name, finished in self._finished.items()
            for seed in self._seeds[name]
            if seed not in finished.trials
        ]
        self.tasks: list[Task] = sorted(left, key=lambda task: task[0])

    def trials(self, jobs: int, done: Callable[[], object]) -> list[Trial]:
        """Do what is left in so many processes; ``done`` is called after each task."""
        for name, trial in self._trials(jobs):
            self._finished[name].add(trial)
            done()
        return [
            finished.trials[seed]
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
