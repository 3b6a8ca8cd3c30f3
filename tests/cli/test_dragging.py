"""Drags through a real daemon: what they write, what they report, and how they are stopped."""

import json
import os
import signal
from math import dist
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file
from typer.testing import CliRunner

from tests.cli.conftest import User, add_slow_model, pixels
from tests.service.running import PATIENCE, wait_for
from tugline_daemon.cli.app import app
from tugline_daemon.library.latents import read_latent


def check_report(report: dict[str, Any]) -> None:
    """Hold a report against its schema."""
    assert list(report) == [
        "model",
        "resolution",
        "steps",
        "seconds",
        "ended",
        "latent",
        "points",
    ]
    for point in report["points"]:
        assert list(point) == ["handle", "target", "final", "distance_before", "distance_after"]
        assert point["distance_before"] == pytest.approx(dist(point["handle"], point["target"]))
        assert point["distance_after"] == pytest.approx(dist(point["final"], point["target"]))


def test_a_drag_writes_what_was_asked_for_and_reports_it(user: User) -> None:
    Image.new("L", (32, 32), 255).save(user.home / "mask.png")
    report = json.loads(
        user.succeed(
            *("drag", "--seed", "7", "--point", "16,16:20,16.5", "--point", "8,8:8,9"),
            *("--mask", "mask.png", "--steps", "6", "--rows", "0-3", "--lr", "0.01"),
            *("--out", "d/after.png", "--frames", "d/drag.gif", "--save-latent", "d/after.st"),
            "--json",
        )
    )
    check_report(report)
    assert (report["model"], report["resolution"], report["latent"]) == ("tiny", 32, "d/after.st")
    assert [point["handle"] for point in report["points"]] == [[16, 16], [8, 8]]
    assert [point["target"] for point in report["points"]] == [[20, 16.5], [8, 9]]
    assert 1 <= report["steps"] <= 6
    with Image.open(user.home / "d/drag.gif") as moving:
        assert getattr(moving, "n_frames", 1) >= 2
    with Image.open(user.home / "d/after.png") as after:
        assert after.size == (32, 32)
    user.succeed("render", "d/after.st", "--out", "d/again.png")
    assert (user.home / "d/again.png").read_bytes() == (user.home / "d/after.png").read_bytes()


def test_a_drag_goes_on_from_a_saved_latent_and_leaves_frames(user: User) -> None:
    user.succeed("generate", "--seed", "3", "--out", "s.png", "--save-latent", "s.st")
    output = user.run(
        *("drag", "--latent", "s.st", "--point", "16,16:16,20", "--steps", "3"),
        *("--frames", "frames", "--save-latent", "t.st"),
    )
    assert output.returncode == 0
    assert "px left" in output.stderr
    assert (user.home / "frames" / "result.png").exists()
    one, other = read_latent(user.home / "s.st"), read_latent(user.home / "t.st")
    assert (one.model, one.weights, one.ws.shape) == (other.model, other.weights, other.ws.shape)


def test_what_the_mask_excludes_stays_exactly_as_it_was(user: User) -> None:
    mask = Image.new("L", (32, 32), 0)
    mask.paste(255, (8, 8, 24, 24))
    mask.save(user.home / "middle.png")
    user.succeed("generate", "--seed", "7", "--out", "c/before.png")
    options = ("--mask", "middle.png", "--composite", "--steps", "5", "--lr", "0.05")
    pull = ("drag", "--seed", "7", "--point", "14,14:20,14", *options)
    with user.seeing_each_drag():
        user.succeed(*pull, "--out", "c/after.png", "--frames", "c/frames")
        user.succeed(*pull, "--frames", "c/drag.gif")
    before = pixels(user.home / "c/before.png")
    stays = np.asarray(mask) == 0
    names = ["c/after.png", *(str(path) for path in (user.home / "c/frames").iterdir())]
    assert len(names) >= 3
    for name in names:
        after = pixels(user.home / name)
        assert np.array_equal(after[stays], before[stays])
        assert not np.array_equal(after[~stays], before[~stays])


def test_z_starts_a_drag_where_its_seed_does(user: User) -> None:
    np.savetxt(user.home / "z.txt", np.random.RandomState(7).randn(1, 20), fmt="%.9g")
    pull = ("--point", "16,16:20,16", "--steps", "2", "--psi", "0.8", "--out")
    user.succeed("drag", "--z", "z.txt", *pull, "by-z.png")
    user.succeed("drag", "--seed", "7", *pull, "by-seed.png")
    assert (user.home / "by-z.png").read_bytes() == (user.home / "by-seed.png").read_bytes()


def test_principal_keeps_to_directions_of_the_model(user: User) -> None:
    user.succeed("generate", "--seed", "7", "--out", "p.png", "--save-latent", "p.st")
    pull = ("drag", "--latent", "p.st", "--point", "12,12:16,12", "--lr", "0.02", "--steps", "20")
    user.succeed(*pull, "--principal", "3", "--save-latent", "p3.st")
    start, end = (read_latent(user.home / name).ws for name in ("p.st", "p3.st"))
    kept = load_file(user.models / "tiny.principal")["components"][:3]
    moved = end - start
    assert np.linalg.norm(moved) > 0
    assert np.linalg.norm(moved - moved @ kept.T @ kept) < 1e-3 * np.linalg.norm(moved)


def test_a_handle_on_its_target_is_there_already(user: User) -> None:
    report = json.loads(user.succeed("drag", "--seed", "1", "--point", "9,9:9,9", "--json"))
    assert report["ended"] == "arrived"
    assert report["points"][0]["distance_after"] <= 1


# At this rate no handle comes near, and a drag gives up no sooner than after thirty steps.
SLOW = (
    *("--model", "slow", "--seed", "1", "--point", "20,20:110,110"),
    *("--steps", "10000", "--lr", "0.0001"),
)


def test_ctrl_c_stops_the_drag_and_still_writes_the_best_result(user: User) -> None:
    files = ("--frames", "i", "--out", "i/out.png", "--save-latent", "i/out.st")
    with user.start("drag", *SLOW, *files, "--json") as process:
        wait_for(lambda: any((user.home / "i").glob("frame-*.png")), "a frame")
        process.send_signal(signal.SIGINT)
        output, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, messages
    report = json.loads(output)
    check_report(report)
    assert report["ended"] == "stopped"
    assert (user.home / "i/out.png").exists()
    assert read_latent(user.home / "i/out.st").model == "slow"


def test_a_daemon_that_dies_in_mid_drag_leaves_the_last_latent(newcomer: User) -> None:
    add_slow_model(newcomer.models)
    with newcomer.start("drag", *SLOW, "--frames", "f", "--save-latent", "last.st") as process:
        wait_for(lambda: any((newcomer.home / "f").glob("frame-*.png")), "a frame")
        pid = newcomer.daemon()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        _, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "Traceback" not in messages
    assert "last.st: go on from it with --latent" in " ".join(messages.split())
    steps = ("--steps", "2", "--out", "on.png")
    newcomer.succeed("drag", "--latent", "last.st", "--point", "20,20:24,20", *steps)
    assert (newcomer.home / "on.png").exists()


def test_frames_that_cannot_be_written_do_not_take_the_latent_with_them(user: User) -> None:
    (user.home / "in-the-way-of-frames").write_text("a file")
    files = ("--frames", "in-the-way-of-frames", "--save-latent", "saved.st")
    told = user.fail("drag", *SLOW, *files)
    assert "cannot be written" in told
    assert "saved.st: go on from it with --latent" in told
    assert read_latent(user.home / "saved.st").model == "slow"


@pytest.mark.parametrize("option", ["--out", "--frames", "--save-latent"])
def test_a_place_that_cannot_be_written_is_told_before_the_drag(option: str, user: User) -> None:
    (user.home / "in-the-way").write_text("a file")
    told = user.fail("drag", "--seed", "1", "--point", "16,16:20,16", option, "in-the-way/a.png")
    assert told.startswith("in-the-way/a.png cannot be written, because of ")
    assert told.count("\n") == 1
    assert (user.home / "in-the-way").read_text() == "a file"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--point", "99,16:20,16"), "points"),
        (("--point", "16,16:20,16", "--mask", "absent.png"), "absent.png is no PNG"),
        (("--point", "16,16:20,16", "--mask", "small.png"), "has 8 x 8 pixels where the picture"),
        (("--point", "16,16:20,16", "--feature-layer", "b7"), "feature layer b7"),
        (("--point", "16,16:20,16", "--rows", "0-99"), "rows"),
        (("--point", "16,16:20,16", "--principal", "25"), "has to be from 1 to 24"),
    ],
)
def test_what_cannot_be_dragged_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, user: User
) -> None:
    Image.new("L", (8, 8)).save(user.home / "small.png")
    assert sentence in user.fail("drag", "--seed", "1", *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--point", "1,2,3,4"),
        ("--point", "nan,2:3,4"),
        ("--point", "1,2:3,4", "--seed", "1", "--latent", "s.st"),
        ("--point", "1,2:3,4", "--seed", "1", "--z", "z.txt"),
        ("--point", "1,2:3,4", "--latent", "s.st", "--psi", "0.5"),
        ("--point", "1,2:3,4", "--composite"),
        ("--point", "1,2:3,4", "--principal", "0"),
        ("--point", "1,2:3,4", "--steps", "0"),
        ("--point", "1,2:3,4", "--lr", "-1"),
    ],
)
def test_wrong_usage_is_told_from_failure(arguments: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, ["drag", *arguments])
    assert shown.exit_code == 2
    assert "Usage: tugline" in shown.output
