"""Where the dots and lines below the history's pictures are."""

import pytest

from tugline_edit.lanes import LANES_SHOWN, Join, Lanes, lane_count
from tugline_edit.view import HistoryItem

COLUMN, PITCH = 60.0, 10.0


def history(*parents_and_branches: tuple[str, int]) -> list[HistoryItem]:
    return [
        HistoryItem(f"s{number}", "", b"", current=False, branch=branch, parent=parent)
        for number, (parent, branch) in enumerate(parents_and_branches)
    ]


BRANCHED = history(("", 0), ("s0", 0), ("s1", 1), ("s2", 1), ("s1", 0))


def test_an_edit_without_branches_has_no_lines() -> None:
    assert lane_count(history(("", 0), ("s0", 0))) == 0
    assert lane_count([]) == 0
    assert lane_count(BRANCHED) == 2


def test_branches_beyond_the_lines_that_are_shown_share_the_last_one() -> None:
    many = history(("", 0), *[("s0", branch) for branch in range(1, 9)])
    assert lane_count(many) == LANES_SHOWN
    lowest = (LANES_SHOWN - 0.5) * PITCH
    assert [y for _, y in map(Lanes(many, COLUMN, PITCH).dot, (3, 8))] == [lowest, lowest]


@pytest.mark.parametrize(("place", "dot"), [(0, (30, 5)), (2, (150, 15)), (4, (270, 5))])
def test_each_picture_is_a_dot_on_the_line_of_its_branch(
    place: int, dot: tuple[float, float]
) -> None:
    assert Lanes(BRANCHED, COLUMN, PITCH).dot(place) == dot


def test_pictures_are_joined_to_those_that_they_were_pulled_from() -> None:
    joins = Lanes(BRANCHED, COLUMN, PITCH).joins()
    assert [(join.start, join.end) for join in joins] == [
        ((30, 5), (90, 5)),
        ((90, 5), (150, 15)),
        ((150, 15), (210, 15)),
        ((90, 5), (270, 5)),
    ]
    assert [join.bends for join in joins] == [False, True, False, False]
    assert joins[1] == Join((90, 5), (90, 15), (120, 15), (150, 15)), "down first, then along"


def test_a_picture_whose_parent_is_not_shown_is_joined_to_nothing() -> None:
    assert Lanes(history(("lost", 0)), COLUMN, PITCH).joins() == []
