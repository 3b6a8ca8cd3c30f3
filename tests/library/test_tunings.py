"""Tunings on the disk: kept, found, listed, and forgotten by the stated rule."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_factors import FactorPair, pack, tuning_hash
from tugline_daemon.library import tunings as rule
from tugline_daemon.library.errors import NotRemoved, NotWritten, UnknownTuning
from tugline_daemon.library.tunings import MOST_DAYS, Tunings

CARD = TuningCard("tiny", "a" * 64, "b" * 64, datetime(2026, 11, 22, 14, 30, 5, tzinfo=UTC), 31.42)
DAY = 24 * 3600.0


def a_tuning(number: int) -> bytes:
    left, right = np.full((4, 1), number, np.float16), np.ones((1, 9), np.float16)
    return pack({"synthesis.b8.weight": FactorPair(left, right)}, CARD)


@pytest.fixture
def tunings(tmp_path: Path) -> Tunings:
    return Tunings.beside(tmp_path / "models")


def grow_old(tunings: Tunings, tuned: str, days: float) -> None:
    used = time.time() - days * DAY
    os.utime(tunings.folder / f"{tuned}.safetensors", (used, used))


def names(tunings: Tunings) -> list[str]:
    return [one.tuned for one in tunings.kept()]


def test_what_is_kept_is_found_by_the_hash_of_its_bytes(tunings: Tunings, tmp_path: Path) -> None:
    data = a_tuning(1)
    assert tunings.kept() == ()
    tuned = tunings.keep(data)
    assert tuned == tuning_hash(data)
    assert tunings.find(tuned) == data
    (kept,) = tunings.kept()
    assert (kept.tuned, kept.size, kept.card()) == (tuned, len(data), CARD)
    assert kept.path == tmp_path / "tunings" / f"{tuned}.safetensors"
    assert abs(kept.used.timestamp() - time.time()) < 60


def test_what_is_no_tuning_is_not_kept(tunings: Tunings) -> None:
    with pytest.raises(BadTuning):
        tunings.keep(b"no tuning")
    assert not tunings.folder.exists()


@pytest.mark.parametrize("tuned", ["0" * 64, "../../models/tiny", "", "A" * 64])
def test_one_that_is_not_there_is_a_sentence(tunings: Tunings, tuned: str) -> None:
    tunings.keep(a_tuning(1))
    with pytest.raises(UnknownTuning, match=r"invert the picture again|tugline tunings"):
        tunings.find(tuned)


def test_a_damaged_file_is_not_found_and_can_be_kept_again(tunings: Tunings) -> None:
    tuned = tunings.keep(a_tuning(1))
    (tunings.folder / f"{tuned}.safetensors").write_bytes(a_tuning(2))
    with pytest.raises(UnknownTuning):
        tunings.find(tuned)
    assert tunings.keep(a_tuning(1)) == tuned
    assert tunings.find(tuned) == a_tuning(1)


def test_a_file_that_is_no_tuning_is_listed_without_a_card(tunings: Tunings) -> None:
    tuned = tunings.keep(a_tuning(1))
    (tunings.folder / f"{tuned}.safetensors").write_bytes(b"damaged")
    (tunings.folder / "notes.txt").write_text("the user's own")
    (tunings.folder / "model.safetensors").write_text("not named by a hash")
    (kept,) = tunings.kept()
    assert kept.card() is None


def test_what_is_used_comes_first_in_the_list(tunings: Tunings) -> None:
    one, other = (tunings.keep(a_tuning(number)) for number in (1, 2))
    grow_old(tunings, one, 2)
    grow_old(tunings, other, 1)
    assert names(tunings) == [other, one]
    tunings.find(one)
    assert names(tunings) == [one, other]
    grow_old(tunings, one, 2)
    tunings.keep(a_tuning(1))
    assert names(tunings) == [one, other]


def test_what_was_long_not_used_goes_unless_it_is_in_use(tunings: Tunings) -> None:
    old, used, young = (tunings.keep(a_tuning(number)) for number in (1, 2, 3))
    grow_old(tunings, old, MOST_DAYS + 1)
    grow_old(tunings, used, MOST_DAYS + 1)
    grow_old(tunings, young, MOST_DAYS - 1)
    assert [one.tuned for one in tunings.clean(in_use=[used])] == [old]
    assert names(tunings) == [young, used]
    assert tunings.clean(in_use=[used]) == ()


def test_keeping_one_cleans_up(tunings: Tunings) -> None:
    old, used = (tunings.keep(a_tuning(number)) for number in (1, 2))
    for tuned in (old, used):
        grow_old(tunings, tuned, MOST_DAYS + 1)
    new = tunings.keep(a_tuning(3), in_use=[used])
    assert names(tunings) == [new, used]


def test_too_many_bytes_cost_the_longest_unused_ones(
    tunings: Tunings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [tunings.keep(a_tuning(number)) for number in range(5)]
    for age, tuned in enumerate(kept):
        grow_old(tunings, tuned, age)
    monkeypatch.setattr(rule, "MOST_BYTES", 3 * len(a_tuning(0)))
    assert {one.tuned for one in tunings.clean(in_use=[kept[4]])} == {kept[2], kept[3]}
    assert names(tunings) == [kept[0], kept[1], kept[4]]
    new = tunings.keep(a_tuning(9), in_use=[kept[4]])
    assert names(tunings) == [new, kept[0], kept[4]]


def test_too_many_of_them_cost_the_longest_unused_ones(
    tunings: Tunings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small ones take hardly any room, but each is looked at whenever one is kept."""
    kept = [tunings.keep(a_tuning(number)) for number in range(5)]
    for age, tuned in enumerate(kept):
        grow_old(tunings, tuned, age)
    monkeypatch.setattr(rule, "MOST_TUNINGS", 3)
    new = tunings.keep(a_tuning(9), in_use=[kept[4]])
    assert names(tunings) == [new, kept[0], kept[4]]


def test_the_one_just_kept_stays_even_if_it_alone_is_too_much(
    tunings: Tunings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule, "MOST_BYTES", 1)
    tunings.keep(a_tuning(1))
    new = tunings.keep(a_tuning(2))
    assert names(tunings) == [new]


def test_nothing_else_in_the_folder_is_touched(tunings: Tunings) -> None:
    tuned = tunings.keep(a_tuning(1))
    strange = [tunings.folder / name for name in ("notes.txt", f"{tuned[:-1]}.safetensors")]
    left = tunings.folder / f".{tuned}.safetensors.0123abcd"
    under_way = tunings.folder / f".{tuned}.safetensors.4567cdef"
    for path in (*strange, left, under_way):
        path.write_text("")
    for path in (*strange, left):
        os.utime(path, (0, 0))
    tunings.clean()
    assert all(path.exists() for path in (*strange, under_way))
    assert not left.exists()


def test_one_is_looked_up_by_its_first_digits_and_removed(tunings: Tunings) -> None:
    tuned = tunings.keep(a_tuning(1))
    assert tunings.look_up(tuned[:8].upper()).tuned == tuned
    for digits in (tuned[:5], "", "f" * 64):
        with pytest.raises(UnknownTuning, match="tugline tunings"):
            tunings.look_up(digits)
    tunings.remove(tuned)
    tunings.remove(tuned)
    assert tunings.kept() == ()


def test_two_that_begin_alike_are_not_confused(tunings: Tunings) -> None:
    tuned = tunings.keep(a_tuning(1))
    (tunings.folder / f"{tuned[:60]}0000.safetensors").write_bytes(b"")
    with pytest.raises(UnknownTuning, match="more than one"):
        tunings.look_up(tuned[:8])


def test_a_folder_that_takes_no_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tunings").write_text("in the way")
    with pytest.raises(NotWritten, match="cannot be written"):
        Tunings(tmp_path / "tunings").keep(a_tuning(1))


def test_what_cannot_be_removed_is_a_sentence_and_no_end_to_cleaning(tunings: Tunings) -> None:
    tuned = "0" * 64
    (tunings.folder / f"{tuned}.safetensors").mkdir(parents=True)
    with pytest.raises(NotRemoved, match="remove it by hand"):
        tunings.remove(tuned)
    assert tunings.clean() == ()


def test_a_card_of_another_picture_is_another_tuning(tunings: Tunings) -> None:
    pair = FactorPair(np.ones((4, 1), np.float16), np.ones((1, 9), np.float16))
    one = tunings.keep(pack({"w": pair}, CARD))
    assert one != tunings.keep(pack({"w": pair}, replace(CARD, picture="c" * 64)))
