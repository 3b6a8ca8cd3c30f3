"""Models stay on the device while they are used and a while longer, not for ever."""

import gc
import weakref
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from tests.models import add_random_model
from tests.service.running import wait_for
from tests.service.tunings import tuning_bytes
from tugline_daemon.generator import Precision
from tugline_daemon.library.store import Store
from tugline_daemon.library.tunings import Tunings
from tugline_daemon.service.residents import MOST_LOADED, Resident, Residents
from tugline_protocol.values import ModelRef, Readiness

KEEP = 600.0


@dataclass
class Shelf:
    """Residents of small models, a clock that is set, and what was told of each model."""

    folder: Path
    keep: float | None = KEEP
    precision: Precision = "fp32"
    now: float = 0.0
    told: dict[str, Readiness] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tunings = Tunings(self.folder / "tunings")
        self.residents = Residents(
            Store([self.folder]),
            self.tunings,
            torch.device("cpu"),
            lambda: None,
            self._tell,
            precision=self.precision,
            keep=self.keep,
            clock=lambda: self.now,
        )

    def _tell(self, model: ModelRef, readiness: Readiness, _text: str) -> None:
        self.told[model.name] = readiness

    def load(self, name: str) -> "weakref.ref[Resident]":
        """Load a model, and return it without holding it."""
        loaded = self.residents.want(ModelRef(name)).result()
        self.residents.settle()
        return weakref.ref(loaded)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for number in range(MOST_LOADED + 1):
        add_random_model(folder, f"m{number}", seed=number)
    return folder


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_a_model_computes_in_the_precision_of_the_worker(
    precision: Precision, folder: Path
) -> None:
    model = Shelf(folder, precision=precision).residents.want(ModelRef("m0")).result()
    assert model.generator.precision == precision


def test_two_models_of_the_same_weights_are_not_taken_for_one(tmp_path: Path) -> None:
    for name in ("first", "second"):
        add_random_model(tmp_path, name)
    residents = Shelf(tmp_path).residents
    first, second = (residents.want(ModelRef(name)).result() for name in ("first", "second"))
    assert first.ref.weights == second.ref.weights
    assert (first.ref.name, second.ref.name) == ("first", "second")


def test_a_model_that_nobody_uses_is_let_go_after_a_while(folder: Path) -> None:
    shelf = Shelf(folder)
    model = shelf.load("m0")
    shelf.now = KEEP - 1
    assert not shelf.residents.let_go(set())
    assert shelf.told == {"m0": "ready"}
    assert shelf.residents.wakes_in == 1
    shelf.now = KEEP
    assert shelf.residents.let_go(set())
    assert shelf.told == {"m0": "available"}
    assert shelf.residents.wakes_in == float("inf")
    # The thread that loaded it may be about to let go of it still.
    wait_for(lambda: gc.collect() >= 0 and model() is None, "the end of the model")


def test_it_can_be_had_again(folder: Path) -> None:
    shelf = Shelf(folder, keep=0)
    shelf.load("m0")
    assert shelf.residents.let_go(set())
    assert shelf.load("m0")() is not None
    assert shelf.told == {"m0": "ready"}


def test_one_in_use_stays_and_its_time_counts_from_the_end_of_that(folder: Path) -> None:
    shelf = Shelf(folder)
    shelf.load("m0")
    used = {shelf.residents.want(ModelRef("m0"))}
    assert not shelf.residents.let_go(used)
    assert shelf.residents.wakes_in == float("inf")
    shelf.now = 100 * KEEP
    assert not shelf.residents.let_go(set())
    assert shelf.residents.wakes_in == KEEP
    shelf.now += KEEP - 1
    assert not shelf.residents.let_go(set())
    shelf.now += 1
    assert shelf.residents.let_go(set())


@pytest.mark.parametrize(("keep", "gone"), [(0, True), (None, False)])
def test_at_once_and_never(keep: float | None, gone: bool, folder: Path) -> None:
    shelf = Shelf(folder, keep)
    shelf.load("m0")
    used = {shelf.residents.want(ModelRef("m0"))}
    assert not shelf.residents.let_go(used)
    shelf.now = 0 if gone else 1e9
    assert shelf.residents.let_go(set()) == gone


def test_of_too_many_the_longest_unwanted_goes_that_nobody_uses(folder: Path) -> None:
    shelf = Shelf(folder)
    for number in range(MOST_LOADED):
        shelf.load(f"m{number}")
    used = {shelf.residents.want(ModelRef("m0")), shelf.residents.want(ModelRef("m1"))}
    shelf.residents.want(ModelRef("m2"))
    assert not shelf.residents.let_go(used)
    shelf.load(f"m{MOST_LOADED}")
    assert shelf.residents.let_go(used)
    let_go = {name for name, readiness in shelf.told.items() if readiness == "available"}
    assert let_go == {"m3"}


def test_a_tuned_model_shares_the_one_that_it_differs_from(folder: Path) -> None:
    """Its model is loaded once, stays as long, and no list hears of it."""
    shelf = Shelf(folder)
    model, data = tuning_bytes(folder, "m0")
    shelf.tunings.keep(data)
    tuned = shelf.residents.want(model)
    base = shelf.residents.want(ModelRef("m0"))
    assert tuned.result().generator.w_avg is base.result().generator.w_avg
    assert tuned.result().ref == model
    shelf.residents.settle()
    assert shelf.told == {"m0": "ready"}
    shelf.residents.let_go([tuned])
    shelf.now = KEEP + 1
    assert not shelf.residents.let_go([tuned])
    assert shelf.residents.want(ModelRef("m0")) is base
    shelf.residents.let_go([])
    shelf.now = 2 * KEEP + 2
    assert shelf.residents.let_go([])
    assert shelf.residents.tuned == set()
    assert shelf.told == {"m0": "available"}
