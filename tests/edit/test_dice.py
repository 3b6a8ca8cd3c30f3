"""The die that chooses seeds."""

from tugline_edit.dice import PIPS, thrown
from tugline_edit.preferences import SEED_MOST


def test_a_throw_is_a_seed_and_the_next_one_is_another() -> None:
    seeds = {thrown() for _ in range(20)}
    assert len(seeds) > 1
    assert all(0 <= seed <= SEED_MOST for seed in seeds)


def test_the_face_is_a_five_the_same_from_both_sides() -> None:
    assert len(PIPS) == 5
    assert {(1 - x, y) for x, y in PIPS} == {(x, 1 - y) for x, y in PIPS} == set(PIPS)
