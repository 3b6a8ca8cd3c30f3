"""A drag whose device draws while it goes on: steps never wait for a frame, its end does."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.service.rig import CPU, SLOW, Rig
from tugline_daemon.generator import Generator
from tugline_daemon.service import showing
from tugline_daemon.service.errors import DeviceLost
from tugline_daemon.service.feathering import Alpha
from tugline_daemon.service.pictures import draw, to_tensor
from tugline_daemon.service.rendering import Draw, Renderer, Rendering
from tugline_daemon.service.turns import Turns
from tugline_protocol.messages import DragEnded, DragFrame, Error, Retarget
from tugline_protocol.values import DragOptions, Image, Mask, PictureFormat

WANTED = PictureFormat(order="RGBA")


@dataclass
class Late:
    """The arrival of a picture, when the test says so or somebody waits for it."""

    come: bool = False
    failure: str = ""
    seconds: float = 0.1

    def wait(self) -> None:
        self.come = True
        if self.failure:
            raise RuntimeError(self.failure)


@dataclass
class LateRenderer(Renderer):
    """Draws as every renderer does; its pictures are there later."""

    begun: list[Late] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(CPU)

    def begin(
        self,
        draw: Draw,
        generator: Generator,
        ws: torch.Tensor,
        wanted: PictureFormat,
        alpha: Alpha | None = None,
    ) -> Rendering:
        self.begun.append(Late())
        return replace(super().begin(draw, generator, ws, wanted, alpha), arrival=self.begun[-1])


class FullDevice(Renderer):
    """Has no room for a picture."""

    def begin(self, *_: object, **__: object) -> Rendering:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.")


@pytest.fixture
def renderer() -> LateRenderer:
    return LateRenderer()


def begun(folder: Path, renderer: Renderer, options: DragOptions = SLOW) -> Rig:
    """Return a drag after one step, whose frame is under way."""
    rig = Rig.of(folder, options, WANTED, renderer)
    rig.job.credit()
    assert rig.turn() == ["step 1 following 0"]
    return rig


def pixels(image: Image | None) -> np.ndarray:
    assert image is not None
    return np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, 4)


def shows(rig: Rig, message: DragFrame | DragEnded) -> bool:
    """Whether the picture of ``message`` is that of its latent."""
    assert rig.job.model is not None
    generator = rig.job.model.result().generator
    meant = draw(generator, to_tensor(message.latent, CPU), WANTED)
    return np.array_equal(pixels(message.image), pixels(meant))


def test_steps_go_on_until_a_frame_is_there_and_the_next_is_of_the_newest(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig = begun(tmp_path, renderer)
    assert rig.turn() == ["step 2 following 0"]
    assert rig.turn() == ["step 3 following 0"]
    renderer.begun[0].come = True
    assert rig.turn() == ["frame 1 following 0"]
    rig.job.credit()
    assert rig.turn() == []
    assert rig.turn() == ["step 4 following 0"]
    renderer.begun[1].come = True
    assert rig.turn() == ["frame 3 following 0"]
    assert all(shows(rig, frame) for frame in rig.listener.frames)


def test_a_credit_that_comes_while_a_frame_is_under_way_asks_for_no_second_one(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig = begun(tmp_path, renderer)
    rig.job.credit()
    renderer.begun[0].come = True
    assert rig.turn() == ["frame 1 following 0"]
    assert rig.turn() == ["step 2 following 0"]
    assert len(renderer.begun) == 1


def test_a_drag_that_rests_sleeps_until_its_frame_may_be_there(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig = begun(tmp_path, renderer, replace(SLOW, step_limit=1, hold=True))
    assert not rig.job.runnable
    assert 0 < rig.job.wakes_in < 0.01
    renderer.begun[0].come = True
    assert rig.job.runnable
    assert rig.job.wakes_in == 0
    assert rig.turn() == ["frame 1 following 0"]
    assert math.isinf(rig.job.wakes_in)


def test_a_frame_that_is_there_goes_before_the_step_of_a_wish(
    tmp_path: Path, renderer: LateRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LONG_STEPS", 0.0)  # every frame takes long
    rig = begun(tmp_path, renderer)
    rig.retarget(1)
    renderer.begun[0].come = True
    assert rig.turn() == ["frame 1 following 0"]
    rig.job.credit()
    assert rig.turn() == ["step 2 following 1"]
    renderer.begun[1].come = True
    assert rig.turn() == ["frame 2 following 1"]


def test_a_frame_has_the_alpha_of_when_it_was_begun(tmp_path: Path, renderer: LateRenderer) -> None:
    rig = begun(tmp_path, renderer, replace(SLOW, composite=True))
    rig.job.retarget(Retarget("drag", 1, mask=Mask(32, 32, bytes([7]) * 1024)))
    renderer.begun[0].come = True
    rig.turn()
    rig.turn()
    rig.job.credit()
    rig.turn()
    renderer.begun[1].come = True
    rig.turn()
    before, after = (pixels(frame.image)[..., 3] for frame in rig.listener.frames)
    assert (before == 255).all()
    assert (after == 7).all()


def test_a_stop_waits_for_the_last_picture_and_leaves_out_the_frame_before(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig = begun(tmp_path, renderer)
    rig.job.cancel("stopped")
    rig.turn()
    (ended,) = rig.listener.terminals
    assert isinstance(ended, DragEnded)
    assert shows(rig, ended)
    assert rig.listener.frames == []
    assert [late.come for late in renderer.begun] == [False, True]


def test_a_drag_that_ends_by_itself_waits_for_its_last_picture(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig = begun(tmp_path, renderer, replace(SLOW, step_limit=2))
    rig.turn()
    (ended,) = rig.listener.terminals
    assert isinstance(ended, DragEnded)
    assert ended.reason == "step_limit"
    assert shows(rig, ended)


def test_a_picture_that_failed_on_its_way_ends_its_drag_alone(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig, turns = begun(tmp_path, renderer), Turns(lambda: True)
    turns.add(rig.job)
    renderer.begun[0].failure = "CUDA error: out of memory"
    renderer.begun[0].come = True
    turns.take_one()
    (ended,) = rig.listener.terminals
    assert isinstance(ended, Error)
    assert ended.code == "out_of_memory"
    assert turns.find(rig.job.key) is None


def test_a_device_that_is_lost_to_all_is_told_to_none(
    tmp_path: Path, renderer: LateRenderer
) -> None:
    rig, turns = begun(tmp_path, renderer), Turns(lambda: False)
    turns.add(rig.job)
    renderer.begun[0].failure = "CUDA error: an illegal memory access was encountered"
    renderer.begun[0].come = True
    with pytest.raises(DeviceLost):
        turns.take_one()
    assert rig.listener.terminals == []


def test_a_device_without_room_for_a_picture_ends_the_drag_alone(tmp_path: Path) -> None:
    rig, turns = Rig.of(tmp_path, SLOW, WANTED, FullDevice(CPU)), Turns(lambda: True)
    turns.add(rig.job)
    rig.job.credit()
    turns.take_one()
    (ended,) = rig.listener.terminals
    assert isinstance(ended, Error)
    assert ended.code == "out_of_memory"
