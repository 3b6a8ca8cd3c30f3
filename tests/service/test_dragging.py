"""A drag in the worker where the device fails it: it ends alone, and the worker lives."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
import torch

from tests.models import add_random_model
from tugline_daemon.drag import Drag
from tugline_daemon.library.cards import DragDefaults
from tugline_daemon.library.store import Store
from tugline_daemon.service.dragging import DragJob, settings_of
from tugline_daemon.service.mouth import Mouth
from tugline_daemon.service.residents import Residents
from tugline_protocol.messages import Error, Retarget, StartDrag, Terminal
from tugline_protocol.values import DragOptions, DragPoint, Latent, ModelRef


@dataclass
class Listener:
    """Stands where the broker is told; keeps terminal replies and answers to Retargets."""

    terminals: list[Terminal] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    def terminal(self, _key: bytes, terminal: Terminal) -> None:
        self.terminals.append(terminal)

    def followed(self, _key: bytes, number: int, text: str = "") -> None:
        self.answers.append((number, text))

    def begun(self, _key: bytes) -> None:
        pass

    def event(self, *_: object) -> None:
        pass

    def step_taken(self, *_: object) -> None:
        pass


def test_a_device_without_room_for_a_retarget_ends_the_drag_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = add_random_model(tmp_path, "tiny")
    listener = Listener()
    cpu = torch.device("cpu")
    residents = Residents(Store([tmp_path]), cpu, lambda: None, lambda *_: None)
    latent = Latent(card.num_ws, card.w_dim, bytes(4 * card.num_ws * card.w_dim))
    points = (DragPoint("a", (12.0, 12.0), (16.0, 12.0)),)
    start = StartDrag(ModelRef("tiny"), latent, points, frames=None)
    job = DragJob(b"1", start, residents, cast(Mouth, listener))
    job.turn()
    residents.want(ModelRef("tiny")).result()
    job.turn()
    job.turn()

    def no_room(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory.")

    monkeypatch.setattr(Drag, "retarget", no_room)
    job.retarget(Retarget("drag", 1))
    (ended,) = listener.terminals
    assert isinstance(ended, Error)
    assert ended.code == "out_of_memory"
    assert listener.answers == []
    assert job.finished


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
