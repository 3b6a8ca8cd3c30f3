"""Saved latents of weights that were tuned to a picture, through a real daemon."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import User, pixels
from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_factors import FactorPair, pack, tuning_hash
from tugline_daemon.checkpoint.weights import read_weights
from tugline_daemon.library.latents import SavedLatent, read_latent, write_latent
from tugline_daemon.library.tunings import Tunings


@pytest.fixture
def plain(user: User, tmp_path: Path) -> SavedLatent:
    """Return a latent of "tiny", drawn without tuning in ``plain.png``."""
    path = tmp_path / "plain.st"
    user.succeed(
        *("generate", "--seed", "5", "--save-latent", str(path)),
        *("--out", str(tmp_path / "plain.png")),
    )
    return read_latent(path)


@pytest.fixture
def tuning(user: User, plain: SavedLatent) -> bytes:
    """Return a tuning of "tiny" that changes the convolutions, and that no daemon has."""
    random = np.random.default_rng(4)
    factors = {
        name: FactorPair(
            (random.normal(size=(weight.shape[0], 2)) / 4).astype(np.float16),
            (random.normal(size=(2, weight[0].numel())) / 4).astype(np.float16),
        )
        for name, weight in read_weights(user.models / "tiny.safetensors").items()
        if weight.ndim == 4 and weight.shape[0] > 3
    }
    card = TuningCard("tiny", plain.weights, "b" * 64, datetime.now(UTC), 30.0)
    data = pack(factors, card)
    Tunings.beside(user.models).remove(tuning_hash(data))
    return data


def saved(path: Path, plain: SavedLatent, tuning: bytes, *, carried: bool) -> str:
    latent = SavedLatent(
        plain.model, plain.weights, plain.ws, tuning_hash(tuning), tuning if carried else b""
    )
    write_latent(path, latent)
    return str(path)


def test_a_file_that_carries_its_tuning_is_drawn_where_nobody_has_it(
    user: User, plain: SavedLatent, tuning: bytes, tmp_path: Path
) -> None:
    carrying = saved(tmp_path / "carrying.st", plain, tuning, carried=True)
    naming = saved(tmp_path / "naming.st", plain, tuning, carried=False)
    out = tmp_path / "tuned.png"
    assert "tuned to this picture" in user.fail("render", naming, "--out", str(out))
    user.succeed("render", carrying, "--out", str(out))
    assert np.abs(pixels(out) - pixels(tmp_path / "plain.png")).mean() > 1
    user.succeed("render", naming, "--out", str(tmp_path / "again.png"))
    assert (pixels(tmp_path / "again.png") == pixels(out)).all()


def test_a_drag_goes_on_with_the_tuning_and_hands_it_on(
    user: User, plain: SavedLatent, tuning: bytes, tmp_path: Path
) -> None:
    first = saved(tmp_path / "first.st", plain, tuning, carried=True)
    last = tmp_path / "last.st"
    user.succeed(
        *("drag", "--latent", first, "--point", "16,16:18,16", "--steps", "2"),
        *("--out", str(tmp_path / "dragged.png"), "--save-latent", str(last)),
    )
    dragged = read_latent(last)
    assert (dragged.tuned, dragged.tuning) == (tuning_hash(tuning), tuning)
    assert (dragged.ws != plain.ws).any()
    user.succeed("render", str(last), "--out", str(tmp_path / "again.png"))
    assert (pixels(tmp_path / "again.png") == pixels(tmp_path / "dragged.png")).all()


def test_a_seed_is_mixed_in_with_the_same_weights(
    user: User, plain: SavedLatent, tuning: bytes, tmp_path: Path
) -> None:
    first = saved(tmp_path / "first.st", plain, tuning, carried=True)
    mixed = tmp_path / "mixed.st"
    user.succeed(
        *("mix", first, "9", "--rows", "2-3", "--out", str(tmp_path / "mixed.png")),
        *("--save-latent", str(mixed)),
    )
    assert read_latent(mixed).tuning == tuning
    other_way = ("mix", "9", first, "--rows", "2-3", "--out", str(tmp_path / "mixed.png"))
    assert "are of different models" in user.fail(*other_way)


def test_a_tuning_of_other_weights_is_a_sentence(
    user: User, plain: SavedLatent, tuning: bytes, tmp_path: Path
) -> None:
    pair = FactorPair(np.ones((3, 1), np.float16), np.ones((1, 5), np.float16))
    card = TuningCard("tiny", plain.weights, "b" * 64, datetime.now(UTC), 30.0)
    path = saved(tmp_path / "other.st", plain, pack({"w": pair}, card), carried=True)
    assert "w" in user.fail("render", path, "--out", str(tmp_path / "no.png"))
    assert not (tmp_path / "no.png").exists()
