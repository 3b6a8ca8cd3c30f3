"""Pictures from seeds, mixes and saved latents, through a real daemon."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.cli.conftest import User, pixels
from tugline_daemon.cli.app import app
from tugline_daemon.library.latents import read_latent
from tugline_daemon.library.store import Store


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
        ("generate", "--out", "never.png", "--seed", "1", "--z", "z.txt"),
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


def test_z_makes_the_picture_of_its_seed(user: User) -> None:
    numbers = np.random.RandomState(7).randn(20)
    (user.home / "z.csv").write_text(", ".join(f"{number:.9g}" for number in numbers))
    said = json.loads(user.succeed("generate", "--z", "z.csv", "--out", "z.png", "--json"))
    user.succeed("generate", "--seed", "7", "--out", "seed.png")
    assert said["seed"] is None
    assert np.array_equal(pixels(user.home / "z.png"), pixels(user.home / "seed.png"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has to be 1 to 4096 numbers"),
        ("1 2 three", "no z that can be read"),
        ("\udcff", "no z that can be read"),
        ("1 nan 2", "all of them finite"),
        ("1e300", "all of them finite"),
        ("0 " * 4097, "has to be 1 to 4096 numbers"),
        ("0" + " " * 300_000, "no z"),
        ("1 2 3", "z has 3 numbers, tiny takes 20"),
    ],
)
def test_a_file_that_holds_no_z_is_one_sentence(text: str, sentence: str, user: User) -> None:
    (user.home / "no-z.txt").write_text(text, errors="surrogateescape")
    assert sentence in user.fail("generate", "--z", "no-z.txt", "--out", "never.png")


def test_a_strangers_latent_is_one_sentence(user: User) -> None:
    (user.home / "stranger.st").write_bytes(b"nonsense")
    told = user.fail("render", "stranger.st", "--out", "never.png")
    assert "stranger.st cannot be used" in told


def test_a_picture_that_cannot_be_written_is_one_sentence(user: User) -> None:
    (user.home / "in-the-way").write_text("a file")
    assert "cannot be written" in user.fail("generate", "--seed", "1", "--out", "in-the-way/a.png")
