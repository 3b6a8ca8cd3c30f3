"""A drag in this process, turn by turn, and one who stands where the broker is told of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import torch

from tests.models import add_random_model
from tugline_daemon.library.store import Store
from tugline_daemon.library.tunings import Tunings
from tugline_daemon.service.drafting import Draftings
from tugline_daemon.service.dragging import DragJob
from tugline_daemon.service.mouth import Mouth
from tugline_daemon.service.rendering import Renderer
from tugline_daemon.service.residents import Residents
from tugline_protocol.messages import DragFrame, Retarget, StartDrag, Terminal
from tugline_protocol.values import (
    DragOptions,
    DragPoint,
    Latent,
    ModelRef,
    PictureFormat,
    PointTarget,
)

CPU = torch.device("cpu")
# So slow that no drag of the tests arrives.
SLOW = DragOptions(learning_rate=1e-4)


@dataclass
class Listener:
    """Stands where the broker is told; keeps what it hears, steps and frames in words."""

    told: list[str] = field(default_factory=list)
    frames: list[DragFrame] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    def frame(self, _key: bytes, frame: DragFrame) -> None:
        self.frames.append(frame)
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
    def of(
        cls,
        folder: Path,
        options: DragOptions,
        frames: PictureFormat | None = None,
        renderer: Renderer | None = None,
    ) -> "Rig":
        card = add_random_model(folder, "tiny")
        listener, store = Listener(), Store([folder])
        residents = Residents(
            store, Tunings(folder / "tunings"), CPU, lambda: None, lambda *_: None
        )
        numbers = np.zeros((card.num_ws, card.w_dim), "<f4")
        latent = Latent(card.num_ws, card.w_dim, numbers.tobytes())
        points = (DragPoint("a", (12.0, 12.0), (28.0, 28.0)),)
        start = StartDrag(ModelRef("tiny"), latent, points, options=options, frames=frames)
        told, renderer = cast(Mouth, listener), renderer or Renderer(CPU)
        job = DragJob(b"1", start, residents, told, Draftings(), renderer)
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
