"""A drag in the worker, turn by turn: what is shown when; and where the device fails it."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from tests.models import add_random_model
from tugline_daemon.drag import Drag
from tugline_daemon.library.cards import DragDefaults
from tugline_daemon.library.store import Store
from tugline_daemon.service import showing
from tugline_daemon.service.drafting import Draftings
from tugline_daemon.service.dragging import DragJob, settings_of
from tugline_daemon.service.mouth import Mouth
from tugline_daemon.service.residents import Residents
from tugline_daemon.service.turns import Turns
from tugline_protocol.messages import DragFrame, Error, Retarget, StartDrag, Terminal
from tugline_protocol.values import DragOptions, DragPoint, Latent, ModelRef, PointTarget


@dataclass
class Listener:
    """Stands where the broker is told; keeps what it hears, steps and frames in words."""

    told: list[str] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    def frame(self, _key: bytes, frame: DragFrame) -> None:
        self.told.append(f"frame {frame.step} following {frame.retarget}")

    def terminal(self, _key: bytes, terminal: Terminal) -> None:
        self.terminals.append(terminal)

    def followed(self, _key: bytes, number: int, text: str = "") -> None:
        self.answers.append((number, text))

    def begun(self, _key: bytes) -> None:
        pass

    def event(self, *_: object) -> None:
        pass

    def step_taken(self, _key: bytes, step: int, retarget: int, _done: float) -> None:
        self.told.append(f"step {step} following {retarget}")


@dataclass
class Rig:
    """A drag of "tiny" in this process, turn by turn; orders come between turns, as in a worker."""

    job: DragJob
    listener: Listener

    @classmethod
    def of(cls, folder: Path, options: DragOptions) -> "Rig":
        card = add_random_model(folder, "tiny")
        listener, store = Listener(), Store([folder])
        residents = Residents(store, torch.device("cpu"), lambda: None, lambda *_: None)
        numbers = np.zeros((card.num_ws, card.w_dim), "<f4")
        latent = Latent(card.num_ws, card.w_dim, numbers.tobytes())
        points = (DragPoint("a", (12.0, 12.0), (28.0, 28.0)),)
        start = StartDrag(ModelRef("tiny"), latent, points, options=options, frames=None)
        job = DragJob(b"1", start, residents, cast(Mouth, listener), Draftings())
        job.turn()
        residents.want(ModelRef("tiny")).result()
        job.turn()
        return cls(job, listener)

    def turn(self) -> list[str]:
        """Do a turn, and return what was told in it."""
        self.listener.told.clear()
        self.job.turn()
        return list(self.listener.told)

    def retarget(self, number: int) -> None:
        self.job.retarget(Retarget("drag", number, (PointTarget("a", (3.0 + number, 28.0)),)))


def test_a_device_without_room_for_a_retarget_ends_the_drag_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig.of(tmp_path, DragOptions())
    rig.turn()

    def no_room(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory.")

    monkeypatch.setattr(Drag, "retarget", no_room)
    rig.retarget(1)
    (ended,) = rig.listener.terminals
    assert isinstance(ended, Error)
    assert ended.code == "out_of_memory"
    assert rig.listener.answers == []
    assert rig.job.finished


SLOW = DragOptions(learning_rate=1e-4)


def test_a_credit_that_is_there_is_answered_in_the_turn_of_the_step(tmp_path: Path) -> None:
    rig = Rig.of(tmp_path, SLOW)
    rig.job.credit()
    assert rig.turn() == ["step 1 following 0", "frame 1 following 0"]
    assert rig.turn() == ["step 2 following 0"]


def test_a_credit_that_comes_during_a_step_is_answered_before_the_next(tmp_path: Path) -> None:
    rig = Rig.of(tmp_path, SLOW)
    rig.turn()
    rig.job.credit()
    assert rig.turn() == ["frame 1 following 0"]
    rig.job.credit()
    assert rig.turn() == ["step 2 following 0", "frame 2 following 0"]


def test_a_wish_that_comes_during_a_step_is_followed_by_the_very_next_and_its_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LONG_STEPS", 0.0)  # every frame takes long
    rig = Rig.of(tmp_path, SLOW)
    rig.turn()
    rig.retarget(1)
    rig.job.credit()
    assert rig.turn() == ["step 2 following 1", "frame 2 following 1"]
    rig.turn()
    rig.job.credit()
    rig.retarget(2)
    assert rig.turn() == ["step 4 following 2", "frame 4 following 2"]


def test_a_frame_that_takes_no_time_is_not_left_out_for_a_wish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LONG_STEPS", math.inf)  # no frame takes long
    rig = Rig.of(tmp_path, SLOW)
    rig.turn()
    rig.retarget(1)
    rig.job.credit()
    assert rig.turn() == ["frame 1 following 0"]
    rig.job.credit()
    assert rig.turn() == ["step 2 following 1", "frame 2 following 1"]


def test_nothing_is_shown_twice(tmp_path: Path) -> None:
    rig = Rig.of(tmp_path, replace(SLOW, step_limit=1, hold=True))
    rig.job.credit()
    assert rig.turn() == ["step 1 following 0", "frame 1 following 0"]
    rig.job.credit()
    assert not rig.job.runnable
    assert math.isinf(rig.job.wakes_in)


def test_drags_take_turns_of_a_step_each(tmp_path: Path) -> None:
    rigs = [Rig.of(tmp_path / name, SLOW) for name in ("one", "other")]
    turns, told = Turns(), []
    for rig in rigs:
        turns.add(rig.job)
    for _ in range(10):
        turns.take_one()
        told.append([len(rig.listener.told) for rig in rigs])
    assert told == [[1 + number // 2, (1 + number) // 2] for number in range(10)]


@pytest.mark.parametrize(
    ("options", "defaults", "principal", "pace"),
    [
        (DragOptions(), DragDefaults(), None, "adaptive"),
        (DragOptions(), DragDefaults(principal=5, learning_rate=0.04), 5, "adaptive"),
        (DragOptions(principal=9), DragDefaults(principal=5), 9, "adaptive"),
        (DragOptions(learning_rate=0.02), DragDefaults(learning_rate=0.04), None, "paper"),
    ],
)
def test_options_count_before_the_models_own_and_a_rate_asks_for_the_pace_that_has_one(
    options: DragOptions, defaults: DragDefaults, principal: int | None, pace: str
) -> None:
    settings = settings_of(options, defaults)
    assert (settings.principal, settings.pace) == (principal, pace)
