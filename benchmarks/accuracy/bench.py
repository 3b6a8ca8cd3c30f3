"""What is measured: a model of the library, the pairs that suit it, and who drags them."""

import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

import tests.oracle
import tugline_daemon.drag
from benchmarks.accuracy import correspondence, critters, ground
from benchmarks.accuracy.correspondence import Correspondence
from benchmarks.accuracy.critters import Critters, draws_critters
from benchmarks.accuracy.errors import NoPairs
from benchmarks.accuracy.ground import Ground, Points
from benchmarks.accuracy.methods import MethodName, methods, settings_behind
from benchmarks.accuracy.trial import Facts, Meter, Trial
from benchmarks.ruler import judge
from benchmarks.ruler import reading as ruler
from tugline_daemon.drag import DragSettings
from tugline_daemon.drag.settings import resolve
from tugline_daemon.generator import Generator
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Model, Store, packaged_folder
from tugline_daemon.service.dragging import settings_of
from tugline_protocol.values import DragOptions

MOST_REJECTED = 50
"""So many seeds in a row that give no pair mean that the model gives none."""


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes:
        model: the model's name.
        folder: where it lies.
        step_limit: updates that any drag may make.
        columns: how many landmarks are dragged.
    """

    model: str
    folder: Path
    step_limit: int
    columns: tuple[Points, ...]


class Bench:
    """A loaded model and everything that measures it."""

    def __init__(self, plan: Plan) -> None:
        """Load the model, and find out whether it draws the renderer's critters."""
        self.plan = plan
        model = find_model(plan)
        self.weights = model.card.weights
        self.generator = load_model(model, torch.device("cpu"))
        self.settings = settings_of(DragOptions(), model.card.drag)
        self.ground = ground_of(self.generator, self.settings)

    def pairs(self, first_seed: int, count: int) -> Iterator[Facts]:
        """Yield what is known of the first ``count`` pairs, from a seed on.

        Raises NoPairs where MOST_REJECTED seeds in a row give none.
        """
        rejected = 0
        for seed in itertools.count(first_seed):
            pair = self.ground.pair(seed)
            if pair is not None:
                yield Meter(self.generator, self.ground, pair).facts()
                count, rejected = count - 1, 0
            elif (rejected := rejected + 1) == MOST_REJECTED:
                raise NoPairs(
                    f"{rejected} seeds in a row, up to {seed}, give no pair whose landmarks lie "
                    "far enough apart; choose another model."
                )
            if count == 0:
                return

    def trial(self, seed: int, name: MethodName) -> Trial:
        """Let a method drag the pair of a seed, and measure what comes of it."""
        pair = self.ground.pair(seed)
        if pair is None:
            raise NoPairs(f"Seed {seed} gives no pair; take seeds that do.")
        method = methods(self.generator, self.settings, self.plan.step_limit)[name]
        return Meter(self.generator, self.ground, pair).trial(name, method, self.plan.columns)

    def identity(self, name: MethodName) -> dict[str, object]:
        """Say what a method's results depend on: those of two identities must not be mixed."""
        return {
            "method": name,
            "weights": self.weights,
            "pairs": hash_of(*_PAIRS),
            "dragged by": dragged_by(name),
            "settings": settings_behind(name, self.generator, self.settings),
            "step_limit": self.plan.step_limit,
            "columns": list(self.plan.columns),
        }


_PAIRS = (
    Path(ground.__file__),
    Path(critters.__file__),
    Path(correspondence.__file__),
    ruler.WEIGHTS,
    judge.WEIGHTS,
)


def find_model(plan: Plan) -> Model:
    """Return the plan's model; LibraryError for one that is not there or unsound."""
    return Store([plan.folder]).find(plan.model)


def ground_of(generator: Generator, settings: DragSettings) -> Ground:
    """Return the renderer's pairs for a generator of critters, else those made of itself."""
    if draws_critters(generator):
        return Critters(generator)
    return Correspondence(generator, resolve(settings, generator).feature_layer)


def newest_packaged() -> str:
    """Return the name of the packaged model with the highest number."""
    names = [entry.name for entry in Store([packaged_folder()]).entries() if entry.card]
    return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def dragged_by(name: MethodName) -> str:
    """A hash of the sources of who drags."""
    if name == "no edit":
        return ""
    package = tugline_daemon.drag if name == "tugline" else tests.oracle
    return hash_of(*sorted(Path(package.__path__[0]).glob("*.py")))


def hash_of(*paths: Path) -> str:
    """The sha256 of some files, shortened."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]
