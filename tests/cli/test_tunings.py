"""``tugline tunings`` on a folder of real files, without a daemon."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import User
from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_factors import FactorPair, pack
from tugline_daemon.library.tunings import Tunings

CARD = TuningCard("tiny", "a" * 64, "b" * 64, datetime(2026, 11, 22, 14, 30, tzinfo=UTC), 31.42)


@pytest.fixture
def owner(tmp_path: Path) -> User:
    return User(tmp_path, in_process=True)


def keep(owner: User, number: int) -> str:
    pair = FactorPair(np.full((4, 1), number, np.float16), np.ones((1, 9), np.float16))
    return Tunings.beside(owner.models).keep(pack({"w": pair}, CARD))


def test_where_there_are_none_it_says_how_to_make_some(owner: User) -> None:
    done = owner.run("tunings")
    assert (done.returncode, done.stdout) == (0, "")
    assert "tugline invert" in done.stderr
    assert json.loads(owner.succeed("tunings", "list", "--json"))["tunings"] == []


def test_they_are_listed_with_what_is_known_of_them(tmp_path: Path) -> None:
    owner = User(tmp_path)  # a program of its own has a terminal as wide as the table
    tuned, damaged = keep(owner, 1), keep(owner, 2)
    path = owner.home / "data" / "tunings" / f"{damaged}.safetensors"
    path.write_bytes(b"damaged")
    table = owner.succeed("tunings")
    for told in (tuned[:12], "tiny", "31.4 dB", "2026-11-22 14:30", damaged[:12], "damaged"):
        assert told in table
    listed = json.loads(owner.succeed("tunings", "--json"))["tunings"]
    (one,) = (entry for entry in listed if entry["tuned"] == tuned)
    assert (one["model"], one["weights"], one["psnr"]) == ("tiny", "a" * 64, 31.42)
    assert one["made"] == "2026-11-22T14:30:00+00:00"
    assert one["size"] == Path(one["path"]).stat().st_size


def test_one_is_removed_by_how_its_name_begins(owner: User) -> None:
    tuned, other = keep(owner, 1), keep(owner, 2)
    assert "Nobody can be asked" in owner.fail("tunings", "remove", tuned[:8])
    assert "is gone" in owner.run("tunings", "remove", tuned[:8], "--yes").stderr
    assert [one.tuned for one in Tunings.beside(owner.models).kept()] == [other]
    assert "no tuning" in owner.fail("tunings", "remove", tuned[:8], "--yes")


def test_cleaning_follows_the_rule_that_the_help_states(owner: User) -> None:
    old, young = keep(owner, 1), keep(owner, 2)
    os.utime(owner.home / "data" / "tunings" / f"{old}.safetensors", (0, 0))
    assert "90 days" in owner.succeed("tunings", "--help")
    assert "Removed 1" in owner.run("tunings", "clean").stderr
    assert [one.tuned for one in Tunings.beside(owner.models).kept()] == [young]
    assert json.loads(owner.succeed("tunings", "clean", "--json")) == {"removed": []}
    assert "nothing to remove" in owner.run("tunings", "clean").stderr


def test_a_daemon_that_starts_follows_the_rule(newcomer: User) -> None:
    old, young = keep(newcomer, 1), keep(newcomer, 2)
    os.utime(newcomer.home / "data" / "tunings" / f"{old}.safetensors", (0, 0))
    newcomer.succeed("models")
    assert [one.tuned for one in Tunings.beside(newcomer.models).kept()] == [young]
