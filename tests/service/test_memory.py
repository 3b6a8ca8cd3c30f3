"""What the daemon keeps in memory, and that it lets go of models: the real command on a CPU."""

import sys
from pathlib import Path

import pytest

from benchmarks.memory import middle, served
from tests.service.running import wait_for
from tugline_daemon.settings import Settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Event, Generate, Generated, ListModels, Progress, StartDrag
from tugline_protocol.values import DragOptions, DragPoint, Mask, ModelRef, PictureFormat

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MODEL = ModelRef(Settings().model)
MB = 2**20


def pull(made: Generated, options: DragOptions, mask: Mask | None = None) -> StartDrag:
    points = (DragPoint("a", (64.0, 80.0), (120.0, 30.0)),)
    frames = PictureFormat(1024, 1024, order="RGBA")
    return StartDrag(made.model, made.latent, points, mask=mask, options=options, frames=frames)


def readiness(talk: Conversation) -> str:
    models = talk.call(ListModels()).models
    return next(model.readiness for model in models if model.name == MODEL.name)


def test_a_drag_of_the_packaged_model_takes_less_than_700_mb(tmp_path: Path) -> None:
    with served(tmp_path) as daemon:
        made = daemon.talk.call(Generate(MODEL, seed=1, picture=PictureFormat(1024, 1024)))
        drag = daemon.talk.begin(pull(made, DragOptions(step_limit=4), middle(128)))
        assert list(drag.frames())
        assert drag.result().reason == "step_limit"
        row = daemon.row(MODEL.name, "drag")
    assert row["pss_mb"] <= row["rss_mb"] <= row["peak_mb"] < 700


def test_a_model_leaves_once_no_drag_holds_it_and_comes_back(tmp_path: Path) -> None:
    with served(tmp_path, "--keep-models", "0") as daemon:
        made = daemon.talk.call(Generate(MODEL, seed=1))
        held = daemon.talk.begin(pull(made, DragOptions(step_limit=2, hold=True)))
        next(held.frames())
        told: list[Event] = []
        for seed in (2, 3):
            daemon.talk.call(Generate(MODEL, seed=seed), told.append)
        assert not [one for one in told if isinstance(one, Progress) and "Loading" in one.text]
        assert readiness(daemon.talk) == "ready"
        held.stop()
        held.result()
        wait_for(lambda: readiness(daemon.talk) == "available", "the model's leaving")
        assert daemon.talk.call(Generate(MODEL, seed=1)).latent == made.latent
