"""What is measured: inversions of pictures, their distances, and both ways of tuning."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

import torch
from torch import Tensor

import tugline_daemon.drag
import tugline_daemon.inversion
from benchmarks.accuracy.bench import hash_of
from benchmarks.accuracy.critters import draws_critters
from benchmarks.inversion import drawings, pictures, similarity, trial
from benchmarks.inversion.distances import (
    default_distance,
    distances,
    lpips_distance,
    weights_behind,
)
from benchmarks.inversion.full_tuning import tune_fully
from benchmarks.inversion.pictures import Pictures, kind_of
from benchmarks.inversion.trial import Cost, Dragged, Inverted, Meter, Trial
from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_file import read_tuning, write_tuning
from tugline_daemon.generator import Generator, Tuning, tuned, tuning
from tugline_daemon.inversion import (
    Inversion,
    InversionSettings,
    InversionStep,
    PerceptualDistance,
    Stage,
    settings_for,
)
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_daemon.service.dragging import settings_of
from tugline_protocol.values import DragOptions

Part = Literal["seconds", "stages", "recovery", "distances", "tuning"]
PARTS: tuple[Part, ...] = get_args(Part)

METHODS: Mapping[Stage, str] = {"w": "W", "w+": "W+", "tuning": "tuned"}
"""What the tables call what a stage ends with."""


class NotCritters(Exception):
    """The model draws no critters, of which alone there are pictures that nobody generated."""


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes:
        model: the model's name.
        folder: where it lies.
        step_limit: steps of each stage and each drag at most; None for what the qualities come to.
    """

    model: str
    folder: Path
    step_limit: int | None = None

    def settings(self, part: Part) -> InversionSettings:
        """Return what a part inverts with."""
        whole = settings_for("seconds" if part == "seconds" else "best")
        if part in {"recovery", "distances"}:
            whole = settings_for("minute")
        if self.step_limit is None:
            return whole
        return replace(
            whole,
            w_steps=min(whole.w_steps, self.step_limit),
            wplus_steps=min(whole.wplus_steps, self.step_limit),
            tuning_steps=min(whole.tuning_steps, self.step_limit),
        )


@dataclass(frozen=True)
class StageEnd:
    """Where an inversion was when a stage was over; ``cost`` counts from the inversion's begin."""

    stage: Stage
    cost: Cost
    step: InversionStep


class Bench:
    """A loaded model of critters and everything that measures its inversions."""

    def __init__(self, plan: Plan) -> None:
        """Load the model.

        Raises LibraryError for one that is not there or unsound, NotCritters for one that draws
        something else.
        """
        self.plan = plan
        model = Store([plan.folder]).find(plan.model)
        self.weights = model.card.weights
        self.generator = load_model(model, torch.device("cpu"))
        if not draws_critters(self.generator):
            raise NotCritters(f"{plan.model} draws no critters; name a model that does.")
        self._bytes = model.weights_file.stat().st_size
        options = (
            DragOptions() if plan.step_limit is None else DragOptions(step_limit=plan.step_limit)
        )
        self._drag = settings_of(options, model.card.drag)
        self._distance = default_distance()
        self._lpips = lpips_distance()
        self.pictures = Pictures(self.generator)

    @property
    def distance(self) -> str:
        """What inversions minimise here."""
        return self._distance.name

    def names(self, part: Part, most: int) -> list[str]:
        """The names of a part's pictures."""
        return self.pictures.generated(most) if part == "recovery" else self.pictures.names(most)

    def trial(self, part: Part, name: str) -> Trial:
        """Measure one picture."""
        measure: Mapping[Part, Callable[[str], Trial]] = {
            "seconds": self._stages("seconds"),
            "stages": self._stages("stages"),
            "recovery": self._stages("recovery"),
            "distances": self._distances,
            "tuning": self._tunings,
        }
        return measure[part](name)

    def identity(self, part: Part) -> dict[str, object]:
        """Say what a part's results depend on: those of two identities must not be mixed."""
        return {
            "part": part,
            "weights": self.weights,
            "pictures": hash_of(*_PICTURES),
            "inverted by": inverted_by(),
            "dragged by": hash_of(*sources(tugline_daemon.drag)),
            "distance": [self.distance, weights_behind()],
            "settings": repr(self.plan.settings(part)),
        }

    def _meter(self, name: str) -> Meter:
        return Meter(self.generator, self.pictures.subject(name), self._drag, self._lpips)

    def _stages(self, part: Part) -> Callable[[str], Trial]:
        """One inversion, looked at where each of its stages is over, and drags from there."""

        def measured(name: str) -> Trial:
            subject, meter = self.pictures.subject(name), self._meter(name)
            inverted: list[Inverted] = []
            dragged: list[Dragged] = []
            if subject.pair is not None:
                dragged += meter.dragged("own", subject.pair.start)
            if subject.pair is not None and subject.kind == "critter":
                inverted.append(meter.inverted("own", Cost(0, 0.0), subject.pair.start))
            inversion = self._inversion(subject.picture, self.plan.settings(part), self._distance)
            for end in ends(inversion):
                method, by, size = METHODS[end.stage], None, None
                if end.step.tuning is not None:
                    by, size = self._kept(end.step.tuning)
                likeness = inversion.likeness if end.step.ended else None
                inverted.append(
                    meter.inverted(
                        method, end.cost, end.step.latent, by=by, size=size, likeness=likeness
                    )
                )
                dragged += meter.dragged(method, end.step.latent, by)
            return Trial(name, kind_of(name), tuple(inverted), tuple(dragged))

        return measured

    def _distances(self, name: str) -> Trial:
        """One inversion by each distance."""
        subject, meter = self.pictures.subject(name), self._meter(name)
        settings = self.plan.settings("distances")
        inverted = []
        for called, distance in distances().items():
            *_, last = ends(self._inversion(subject.picture, settings, distance))
            inverted.append(meter.inverted(called, last.cost, last.step.latent))
        return Trial(name, kind_of(name), tuple(inverted))

    def _tunings(self, name: str) -> Trial:
        """From one pivot: low-rank differences, and as many steps on all weights."""
        subject, meter = self.pictures.subject(name), self._meter(name)
        inversion = self._inversion(subject.picture, self.plan.settings("tuning"), self._distance)
        by_stage = {end.stage: end for end in ends(inversion)}
        if "tuning" not in by_stage:  # what is found already cannot be bettered
            return Trial(name, kind_of(name), ())
        found, low = by_stage["w+"], by_stage["tuning"]
        pivot, cost = found.step.latent, low.cost.since(found.cost)
        inverted = [meter.inverted("not tuned", found.cost, pivot)]
        if low.step.tuning is not None:
            by, size = self._kept(low.step.tuning)
            inverted.append(meter.inverted("low rank", cost, pivot, by=by, size=size))
        full = tune_fully(self.generator, pivot, subject.picture, self._distance, cost.steps)
        spent = Cost(full.steps, full.seconds)
        inverted.append(meter.inverted("all weights", spent, pivot, by=full.generator, size=1.0))
        return Trial(name, kind_of(name), tuple(inverted))

    def _inversion(
        self,
        picture: Tensor,
        settings: InversionSettings,
        distance: PerceptualDistance,
    ) -> Inversion:
        """An inversion whose time is a core's: what else a machine does must not shorten it."""
        return Inversion(
            self.generator,
            picture,
            settings,
            weight=None,
            distance=distance,
            clock=time.process_time,
        )

    def _kept(self, found: Tuning) -> tuple[Generator, float]:
        """The generator tuned as a document keeps it, and those bytes' part of its own file."""
        card = TuningCard(self.plan.model, self.weights, "0" * 64, datetime.now(UTC), psnr=0.0)
        data = write_tuning(found, card)
        again, _ = read_tuning(data)
        return tuned(self.generator, again), len(data) / self._bytes


def ends(inversion: Inversion) -> Iterator[StageEnd]:
    """Run an inversion to its end, yielding where each of its stages is over."""
    steps, seconds = 0, 0.0
    last: StageEnd | None = None
    while last is None or last.step.ended is None:
        begun = time.process_time()
        step = inversion.step()
        seconds += time.process_time() - begun
        steps += 1
        if last is not None and step.stage != last.stage:
            yield last
        last = StageEnd(step.stage, Cost(steps, seconds), step)
    yield last


def inverted_by() -> str:
    """A hash of the sources of inversion."""
    return hash_of(*sources(tugline_daemon.inversion), Path(tuning.__file__))


def sources(package: ModuleType) -> list[Path]:
    """The files of a package, in order."""
    return sorted(Path(package.__path__[0]).rglob("*.py"))


_PICTURES = tuple(Path(module.__file__ or "") for module in (pictures, drawings, similarity, trial))
