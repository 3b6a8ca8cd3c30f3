"""Inversions through a real daemon: what they write and report, and how they are stopped."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import User, pixels
from tugline_daemon.cli.inversions import InversionProgress, told
from tugline_daemon.cli.inverting import stage_of
from tugline_daemon.library.latents import SavedLatent, read_latent
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.blocking import Conversation, Pending
from tugline_protocol.messages import InversionFrame, Invert
from tugline_protocol.values import Latent, ModelRef

QUICK = ("--w-steps", "4", "--wplus-steps", "0", "--tuning-steps", "0")
ENDLESS = ("--w-steps", "100000", "--wplus-steps", "0", "--tuning-steps", "0")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a picture of 60 x 40 pixels, red to the left and growing green downward."""
    across, down = np.meshgrid(np.linspace(200, 0, 60), np.linspace(0, 200, 40))
    values = np.stack([across, down, across * 0 + 90], axis=-1)
    Image.fromarray(values.astype(np.uint8)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def invert(user: User, photo: Path, *options: str) -> dict[str, Any]:
    """Invert ``photo`` into ``out.st`` beside it, and return the report."""
    out = str(photo.with_name("out.st"))
    report: dict[str, Any] = json.loads(
        user.succeed("invert", str(photo), "--out", out, "--json", *options)
    )
    return report


def test_an_inversion_writes_latent_and_picture_and_reports_them(user: User, photo: Path) -> None:
    drawn = photo.with_name("drawn.png")
    report = invert(user, photo, *QUICK, "--picture", str(drawn))
    assert list(report) == [
        *("model", "weights", "tuned", "place", "steps", "seconds", "ended", "likeness", "psnr"),
        *("text", "remarks", "latent", "picture"),
    ]
    assert (report["model"], report["tuned"], report["ended"]) == ("tiny", "", "done")
    assert 0 <= report["likeness"] <= 1
    assert report["psnr"] > 5
    assert report["place"] == {"a": 1.25, "b": 0.0, "c": 0.0, "d": 1.25, "e": 10.0, "f": 0.0}
    assert "Of 60 x 40 pixels the middle is taken, 40 x 40 at 10,0" in report["remarks"][0]
    saved = read_latent(photo.with_name("out.st"))
    assert (saved.model, saved.weights) == ("tiny", report["weights"])
    assert (saved.ws == saved.ws[0]).all(), "a latent in W has the same row for all layers"
    again = photo.with_name("again.png")
    user.succeed("render", str(photo.with_name("out.st")), "--out", str(again))
    assert (pixels(again) == pixels(drawn)).all()


def test_it_is_told_to_people_in_sentences(user: User, photo: Path) -> None:
    out = str(photo.with_name("out.st"))
    done = user.run("invert", str(photo), "--out", out, *QUICK, "--crop", "2,3,36")
    assert (done.returncode, done.stdout) == (0, "")
    assert "(likeness " in done.stderr
    assert f"Wrote {out}" in done.stderr
    assert "the middle is taken" not in done.stderr


def test_a_crop_is_where_the_picture_lies(user: User, photo: Path) -> None:
    report = invert(user, photo, *QUICK, "--crop", "-4,3.5,48")
    assert report["place"] == {"a": 1.5, "b": 0.0, "c": 0.0, "d": 1.5, "e": -4.0, "f": 3.5}
    assert report["remarks"] == []


def test_the_best_quality_carries_the_tuned_weights_and_is_nearer(user: User, photo: Path) -> None:
    before = invert(user, photo, *QUICK)
    report = invert(
        *(user, photo, "--quality", "best", "--w-steps", "4"),
        *("--wplus-steps", "8", "--tuning-steps", "8"),
    )
    assert report["psnr"] > before["psnr"]
    saved = read_latent(photo.with_name("out.st"))
    tunings = Tunings.beside(user.models)
    assert saved.tuned == report["tuned"] != ""
    assert tunings.find(saved.tuned) == saved.tuning
    assert report["tuned"][:12] in user.succeed("tunings")
    drawn, again = photo.with_name("drawn.png"), photo.with_name("again.png")
    user.succeed("render", str(photo.with_name("out.st")), "--out", str(drawn))
    tunings.remove(saved.tuned)
    user.succeed("render", str(photo.with_name("out.st")), "--out", str(again))
    assert (pixels(again) == pixels(drawn)).all()


def test_it_goes_on_from_where_it_was(user: User, photo: Path) -> None:
    first = invert(user, photo, *QUICK)
    begun = photo.with_name("begun.st")
    photo.with_name("out.st").rename(begun)
    on = invert(user, photo, "--resume", str(begun), "--w-steps", "4", "--wplus-steps", "12")
    assert on["psnr"] > first["psnr"]
    assert (read_latent(photo.with_name("out.st")).ws != read_latent(begun).ws).any()


def test_tuned_weights_are_gone_on_from_and_not_lost(user: User, photo: Path) -> None:
    steps = ("--w-steps", "2", "--wplus-steps", "2")
    first = invert(user, photo, *steps, "--tuning-steps", "3")
    begun = photo.with_name("begun.st")
    photo.with_name("out.st").rename(begun)
    Tunings.beside(user.models).remove(first["tuned"])
    on = invert(user, photo, "--resume", str(begun), *steps, "--tuning-steps", "6")
    assert on["psnr"] >= first["psnr"]
    same = invert(user, photo, "--resume", str(begun), "--quality", "seconds")
    assert same["tuned"] != ""
    assert same["ended"] == "done"
    assert same["psnr"] == pytest.approx(first["psnr"], abs=0.1)


def test_a_transparent_part_does_not_count(user: User, photo: Path) -> None:
    whole = Image.open(photo).convert("RGBA")
    whole.paste((255, 255, 255, 0), (30, 0, 60, 40))
    whole.save(photo)
    assert invert(user, photo, *QUICK)["ended"] == "done"
    told = user.fail(
        *("invert", str(photo), "--crop", "40,5,20", "--out", str(photo.with_name("no.st")), *QUICK)
    )
    assert "transparent there" in told


def tried(user: User, photo: Path, at_first_frame: Callable[[], object]) -> str:
    """Invert without end, do something at the first frame, and return what was said."""
    show = InversionProgress.show
    seen: list[InversionFrame] = []

    def shown(progress: InversionProgress, event: Any) -> None:
        show(progress, event)
        if isinstance(event, InversionFrame) and not seen:
            seen.append(event)
            at_first_frame()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InversionProgress, "show", shown)
        done = user.run(*("invert", str(photo), "--out", str(photo.with_name("out.st")), *ENDLESS))
    assert "Traceback" not in done.stderr
    assert done.returncode == (130 if "Stopping" in done.stderr else 1), done.stderr
    return done.stderr


def test_ctrl_c_stops_it_and_keeps_the_best(user: User, photo: Path) -> None:
    said = tried(user, photo, lambda: signal.raise_signal(signal.SIGINT))
    assert "the best so far" in said
    assert read_latent(photo.with_name("out.st")).model == "tiny"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_before_the_first_step_writes_nothing(
    user: User, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.succeed("generate", "--seed", "1", "--out", str(photo.with_name("loaded.png")))
    worker, begin, stop = user._worker(), Conversation.begin, Pending.stop

    def begun(talk: Conversation, request: Any) -> Any:
        if isinstance(request, Invert):
            os.kill(worker, signal.SIGSTOP)
            signal.raise_signal(signal.SIGINT)
        return begin(talk, request)

    def stopped(pending: Pending[Any]) -> Any:
        answer = stop(pending)
        os.kill(worker, signal.SIGCONT)
        return answer

    monkeypatch.setattr(Conversation, "begin", begun)
    monkeypatch.setattr(Pending, "stop", stopped)
    out = photo.with_name("out.st")
    said = user.fail("invert", str(photo), "--out", str(out), *ENDLESS, code=130)
    assert "Stopped before anything was found" in said
    assert not out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_worker_that_dies_leaves_the_best_so_far(user: User, photo: Path) -> None:
    said = tried(user, photo, lambda: os.kill(user._worker(), signal.SIGKILL))
    out = photo.with_name("out.st")
    assert f"{out}: go on from it with --resume" in " ".join(said.split())
    assert read_latent(out).model == "tiny"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("missing.jpg",), 1, "There is no file missing.jpg."),
        ((".",), 1, "is a folder"),
        (("photo.png", "--crop", "1,2"), 2, "is not X,Y,SIZE"),
        (("photo.png", "--crop", "1,2,0"), 2, "is not X,Y,SIZE"),
        (("photo.png", "--crop", "1,2,30", "--face"), 2, "Give --crop or --face"),
        (("photo.png", "--crop", "70,2,30"), 1, "lies outside of the picture"),
        (("photo.png", "--crop", "55,2,30"), 1, "16 x 16 are the least"),
        (("photo.png", "--face"), 1, "tugline models get faces"),
        (("photo.png", "--model", "none"), 1, "There is no model called 'none'"),
        (("photo.png", "--picture", "drawn.jpg"), 2, "does not end in .png"),
        (("photo.png", "--resume", "none.st"), 1, "There is no file none.st"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: tuple[str, ...], code: int, sentence: str, user: User, photo: Path
) -> None:
    photo.rename(user.home / "photo.png")
    said = user.fail("invert", *arguments, "--out", "no.st", code=code)
    assert sentence in " ".join(said.replace("│", " ").split())
    assert not (user.home / "no.st").exists()


def test_the_stage_to_go_on_in_is_told_by_the_latent() -> None:
    same, other = np.ones((4, 3), np.float32), np.eye(4, 3, dtype=np.float32)
    assert stage_of(SavedLatent("tiny", "a" * 64, same)) == "w"
    assert stage_of(SavedLatent("tiny", "a" * 64, other)) == "w+"
    assert stage_of(SavedLatent("tiny", "a" * 64, same, "b" * 64)) == "tuning"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1.0, "24.1 dB"), (40.6, "24.1 dB, 41 s left"), (200.0, "24.1 dB, 3 min 20 s left")],
)
def test_the_time_that_is_left_is_said_where_it_is_known(seconds: float, said: str) -> None:
    latent = Latent(1, 1, bytes(4))
    frame = InversionFrame(12, "w+", ModelRef("tiny"), latent, 0.3, seconds, 24.13)
    assert told(frame) == f"a latent a layer, step 12, {said}"
