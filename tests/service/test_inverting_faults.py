"""What happens to an inversion: a worker that dies, a device that is full, a disk that is."""

import gc
import os
import signal
import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
import torch

from tests.models import add_random_model
from tests.service.drags import TINY
from tests.service.inversions import ENDLESS, begin_seen, endless_inversion, noise
from tests.service.rig import CPU, Listener
from tests.service.running import Daemon
from tests.service.tunings import random_tuning
from tugline_daemon.generator import Generator
from tugline_daemon.inversion import Inversion, InversionStep
from tugline_daemon.library.errors import DiskFull
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_daemon.library.tunings import Tunings
from tugline_daemon.service import keeping
from tugline_daemon.service.inversion_frames import InversionFrames
from tugline_daemon.service.inverting import InvertJob
from tugline_daemon.service.mouth import Mouth
from tugline_daemon.service.pictures import draw, to_tensor
from tugline_daemon.service.rendering import Renderer
from tugline_daemon.service.residents import Residents
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import InversionFrame, Invert, Inverted
from tugline_protocol.values import Image, InversionOptions, PictureFormat


def test_a_worker_that_is_killed_is_told_of_and_the_inversion_goes_on_from_its_frame(
    tmp_path: Path, models: Path
) -> None:
    daemon = Daemon(tmp_path, models).start()
    with daemon.conversation() as talk:
        invert = endless_inversion(talk)
        inversion = begin_seen(daemon, talk, invert)
        frame = next(inversion.inversion_frames())
        os.kill(daemon.worker_pid(), signal.SIGKILL)
        with pytest.raises(RequestFailed) as failed:
            inversion.result()
        assert failed.value.code == "worker_died"
        assert "resumed" in str(failed.value)
        goes_on = replace(
            invert,
            model=frame.model,
            latent=frame.latent,
            stage=frame.stage,
            options=InversionOptions(w_steps=1, wplus_steps=0),
        )
        assert talk.call(goes_on).psnr >= frame.psnr - 0.01
    assert daemon.end() == 0, daemon.log


class Hearing(Listener):
    """Keeps an inversion's frames as well."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[InversionFrame] = []

    def frame(self, _key: bytes, frame: object) -> None:
        self.seen.append(cast(InversionFrame, frame))


@dataclass
class Inverting:
    """An inversion of noise by "tiny" in this process, turn by turn."""

    job: InvertJob
    hearing: Hearing
    tunings: Tunings

    @classmethod
    def of(cls, folder: Path, options: InversionOptions) -> "Inverting":
        add_random_model(folder, "tiny")
        hearing, tunings = Hearing(), Tunings(folder / "tunings")
        residents = Residents(Store([folder]), tunings, CPU, lambda: None, lambda *_: None)
        invert = Invert(TINY, noise(32), options=options)
        job = InvertJob(b"1", invert, residents, cast(Mouth, hearing), Renderer(CPU), tunings)
        job.turn()
        residents.want(TINY).result()
        made = cls(job, hearing, tunings)
        made.turns(2)
        return made

    def turns(self, number: int) -> None:
        for _ in range(number):
            self.job.turn()

    @property
    def names(self) -> list[str]:
        return [one.tuned for one in self.tunings.kept()]

    @property
    def ended(self) -> Inverted:
        (terminal,) = self.hearing.terminals
        assert isinstance(terminal, Inverted)
        return terminal


@pytest.fixture
def inverting(tmp_path: Path) -> Inverting:
    return Inverting.of(tmp_path, ENDLESS)


def test_a_device_without_room_ends_it_with_the_best_so_far(
    inverting: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    inverting.turns(3)

    def fails(_: Inversion) -> InversionStep:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(Inversion, "step", fails)
    inverting.turns(1)
    assert inverting.job.finished
    assert inverting.ended.reason == "stopped"
    assert "no room" in inverting.ended.text
    assert inverting.ended.image is not None
    assert inverting.ended.psnr > 0


def test_a_device_without_room_for_anything_still_leaves_the_best_so_far(
    inverting: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How like it is cannot be measured, and nothing be drawn; the latent is there all the same."""
    inverting.turns(3)

    def fails(*_: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(Inversion, "step", fails)
    monkeypatch.setattr(Inversion, "likeness", property(fails))
    monkeypatch.setattr(InversionFrames, "last_picture", fails)
    inverting.turns(1)
    assert inverting.ended.reason == "stopped"
    assert inverting.ended.psnr > 0
    assert inverting.ended.image is None


def test_what_failed_for_want_of_room_is_let_go_before_the_last_picture_is_drawn(
    inverting: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    inverting.turns(3)
    held: list[weakref.ref[torch.Tensor]] = []
    draw = InversionFrames.last_picture

    def fails(_: Inversion) -> InversionStep:
        activations = torch.zeros(8)
        held.append(weakref.ref(activations))
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB.")

    def draws(frames: InversionFrames, generator: Generator, step: InversionStep) -> Image | None:
        assert held[0]() is None
        return draw(frames, generator, step)

    monkeypatch.setattr(Inversion, "step", fails)
    monkeypatch.setattr(InversionFrames, "last_picture", draws)
    inverting.turns(1)
    assert inverting.ended.image is not None


def test_the_memory_of_a_search_is_free_as_soon_as_it_ends(inverting: Inverting) -> None:
    """Nobody has to look for it: that is done too seldom for what a device has."""
    inverting.turns(3)
    assert inverting.job._inversion is not None
    search = weakref.ref(inverting.job._inversion)
    inverting.job.cancel("stopped")
    gc.disable()
    try:
        inverting.turns(1)
        assert search() is None
    finally:
        gc.enable()


def test_a_device_without_room_for_the_first_step_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Inversion) -> InversionStep:
        raise MemoryError

    inverting = Inverting.of(tmp_path, ENDLESS)
    monkeypatch.setattr(Inversion, "step", fails)
    with pytest.raises(MemoryError):
        inverting.turns(1)


@dataclass
class Scripted:
    """An inversion whose steps were written down before: tuned from the second one on."""

    inversion: Inversion
    likeness: float = 0.9
    number: int = 0

    def step(self) -> InversionStep:
        step = self.inversion.step()
        self.number += 1
        tuning = None
        if self.number > 1:
            tuning = random_tuning(self.inversion._generator, seed=self.number)
        return replace(step, stage="tuning", tuning=tuning)

    def close(self) -> None:
        self.inversion.close()


@pytest.fixture
def tuning(inverting: Inverting, monkeypatch: pytest.MonkeyPatch) -> Inverting:
    """An inversion that keeps a tuning after every step but the first."""
    monkeypatch.setattr(keeping, "EVERY_SECONDS", 0.0)
    inversion = inverting.job._inversion
    assert inversion is not None
    inverting.job._inversion = cast(Inversion, Scripted(inversion))
    return inverting


def test_the_tuning_that_a_client_may_name_stays_until_it_has_a_newer_one(
    tuning: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tugline_daemon.service.inversion_frames._LEAST_SECONDS", 0.0)
    monkeypatch.setattr("tugline_daemon.service.inversion_frames._SHARE", 1e9)
    tuning.turns(3)
    tuning.job.credit()
    tuning.turns(1)
    shown = tuning.hearing.seen[-1].model.tuned
    tuning.turns(4)
    assert shown in tuning.names
    tuning.job.credit()
    assert len(tuning.names) == 2
    tuning.turns(1)
    newer = tuning.hearing.seen[-1].model.tuned
    assert newer != shown
    tuning.job.credit()
    assert tuning.names == [newer]
    tuning.turns(2)
    tuning.job.cancel("stopped")
    tuning.turns(1)
    assert tuning.names == [tuning.ended.model.tuned]


def test_what_a_client_that_is_gone_may_name_stays(tuning: Inverting) -> None:
    tuning.job.credit()
    tuning.turns(4)
    shown = tuning.hearing.seen[-1].model.tuned
    tuning.turns(3)
    tuning.job.cancel("client_gone")
    tuning.turns(1)
    assert set(tuning.names) == {shown, tuning.ended.model.tuned} - {""}


def test_a_full_disk_leaves_the_model_as_it_is_and_says_so(
    tuning: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise DiskFull("The disk is full; free some space.")

    monkeypatch.setattr(Tunings, "keep", fails)
    tuning.turns(4)
    tuning.job.cancel("stopped")
    tuning.turns(1)
    assert tuning.ended.model.tuned == ""
    assert "The disk is full" in tuning.ended.text
    untuned = load_model(Store([tuning.tunings.folder.parent]).find("tiny"), CPU)
    drawn = draw(untuned, to_tensor(tuning.ended.latent, CPU), PictureFormat())
    assert drawn == tuning.ended.image


def test_numbers_that_fall_apart_end_it_with_the_best_before(
    inverting: Inverting, monkeypatch: pytest.MonkeyPatch
) -> None:
    inverting.turns(3)
    step = Inversion.step
    monkeypatch.setattr(Inversion, "step", lambda one: replace(step(one), ended="diverged"))
    inverting.turns(1)
    assert inverting.ended.reason == "diverged"
    assert inverting.ended.image is not None


def test_stopping_takes_one_turn_which_is_not_waited_for(inverting: Inverting) -> None:
    inverting.turns(3)
    assert inverting.job.is_patient
    inverting.job.cancel("stopped")
    assert not inverting.job.is_patient
    inverting.turns(1)
    assert inverting.ended.reason == "stopped"


def test_a_picture_is_not_judged_by_a_stage_that_was_left_out(tmp_path: Path) -> None:
    """What W+ begins with then is the mean of W, which no picture is like."""
    inverting = Inverting.of(tmp_path, replace(ENDLESS, w_steps=0))
    while not inverting.hearing.seen or inverting.hearing.seen[-1].stage == "w":
        inverting.job.credit()
        inverting.turns(1)
    inverting.job.cancel("stopped")
    inverting.turns(1)
    assert inverting.ended.text == "The inversion was stopped; this is the best so far."


def test_frames_take_a_small_part_of_the_time(inverting: Inverting) -> None:
    """A credit after each frame does not make each step a frame."""
    for _ in range(30):
        inverting.job.credit()
        inverting.turns(1)
    assert 1 <= len(inverting.hearing.seen) < 15
