"""Pictures from seeds, mixes and saved latents, through a real daemon."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.cli.conftest import User
from tugline_daemon.cli.app import app
from tugline_daemon.library.latents import read_latent
from tugline_daemon.library.store import Store


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture).astype(int)


def test_a_seed_becomes_a_picture_and_a_saved_latent_that_makes_it_again(user: User) -> None:
    said = json.loads(
        user.succeed(
            "generate", "--seed", "7", "--out", "g/a.png", "--save-latent", "g/a.st", "--json"
        )
    )
    card = Store([user.models]).find("tiny").card
    assert said == {
        "model": "tiny",
        "weights": card.weights,
        "seed": 7,
        "width": 32,
        "height": 32,
        "picture": "g/a.png",
        "latent": "g/a.st",
    }
    saved = read_latent(user.home / "g/a.st")
    assert (saved.model, saved.weights) == ("tiny", card.weights)
    assert saved.ws.shape == (card.num_ws, card.w_dim)
    user.succeed("render", "g/a.st", "--out", "g/b.png")
    assert np.array_equal(pixels(user.home / "g/a.png"), pixels(user.home / "g/b.png"))


def test_the_size_is_the_one_that_was_asked_for(user: User) -> None:
    user.succeed("generate", "--seed", "7", "--size", "48x40", "--out", "size.png")
    assert pixels(user.home / "size.png").shape == (40, 48, 3)


def test_truncation_and_class_change_the_picture(user: User) -> None:
    common = ("generate", "--model", "classes", "--seed", "7")
    user.succeed(*common, "--label", "0", "--out", "class-0.png")
    user.succeed(*common, "--label", "1", "--out", "class-1.png")
    user.succeed(*common, "--label", "1", "--psi", "0.2", "--out", "class-1-psi.png")
    names = ("class-0.png", "class-1.png", "class-1-psi.png")
    assert len({pixels(user.home / name).tobytes() for name in names}) == 3


def test_a_mix_takes_exactly_the_rows_that_were_named(user: User) -> None:
    for seed in ("1", "2"):
        user.succeed("generate", "--seed", seed, "--out", "m.png", "--save-latent", f"{seed}.st")
    user.succeed(
        "mix", "1.st", "2", "--rows", "0-1,5", "--out", "m.png", "--save-latent", "mixed.st"
    )
    one, two, mixed = (read_latent(user.home / f"{name}.st").ws for name in ("1", "2", "mixed"))
    taken = [0, 1, 5]
    kept = [row for row in range(len(one)) if row not in taken]
    assert np.array_equal(mixed[taken], two[taken])
    assert np.array_equal(mixed[kept], one[kept])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--model", "cats"), "cats"),
        (("--label", "1"), "tiny has no classes; leave --label away."),
        (("--model", "classes", "--label", "x"), "has no class 'x'; it has 0, 1"),
    ],
)
def test_what_the_model_cannot_do_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, user: User
) -> None:
    told = user.fail("generate", "--seed", "1", "--out", "never.png", *arguments)
    assert sentence in told
    assert not (user.home / "never.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("generate", "--out", "never.jpg"),
        ("generate", "--out", "never.png", "--size", "0"),
        ("generate", "--out", "never.png", "--seed", "-1"),
        ("generate", "--out", "never.png", "--psi", "9"),
        ("mix", "1", "2", "--rows", "5-0", "--out", "never.png"),
        ("mix", "1", "2", "--rows", "all", "--out", "never.png"),
    ],
)
def test_wrong_usage_is_told_from_failure(arguments: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 2
    assert "Usage: tugline" in shown.output


def test_a_strangers_latent_is_one_sentence(user: User) -> None:
    (user.home / "stranger.st").write_bytes(b"nonsense")
    told = user.fail("render", "stranger.st", "--out", "never.png")
    assert "stranger.st cannot be used" in told


def test_a_picture_that_cannot_be_written_is_one_sentence(user: User) -> None:
    (user.home / "in-the-way").write_text("a file")
    assert "cannot be written" in user.fail("generate", "--seed", "1", "--out", "in-the-way/a.png")
