"""The lines below the history's pictures."""

from tugline_edit.lanes import Lanes
from tugline_edit.view import HistoryItem
from tugline_gimp.dialogs.drawing import Stamp
from tugline_gimp.dialogs.lanes import drawn_lanes

QUIET, MARKED = (100, 100, 100, 255), (42, 130, 255, 255)
COLUMN, PITCH = 60.0, 10.0


def history(*parents_and_branches: tuple[str, int]) -> list[HistoryItem]:
    last = len(parents_and_branches) - 1
    return [
        HistoryItem(f"s{number}", "", b"", current=number == last, branch=branch, parent=parent)
        for number, (parent, branch) in enumerate(parents_and_branches)
    ]


BRANCHED = Lanes(history(("", 0), ("s0", 0), ("s1", 1), ("s2", 1), ("s1", 0)), COLUMN, PITCH)


def colour(stamps: list[Stamp], x: int, y: int) -> tuple[int, ...]:
    """Return the colour of the topmost stamp at a place."""
    shown: tuple[int, ...] = (0, 0, 0, 0)
    for stamp in stamps:
        sprite = stamp.sprite
        column, row = x - sprite.left, y - sprite.top
        if 0 <= column < sprite.width and 0 <= row < sprite.height:
            at = 4 * (row * sprite.width + column)
            here = tuple(sprite.rgba[at : at + 4])
            shown = here if here[3] > 127 else shown
    return shown


def test_each_picture_is_a_dot_on_the_line_of_its_branch() -> None:
    stamps = drawn_lanes(BRANCHED, QUIET, MARKED)
    dots = [colour(stamps, int((place + 0.5) * COLUMN), 5) for place in (0, 1, 4)]
    assert dots == [QUIET, QUIET, MARKED], "the current one is marked"
    assert colour(stamps, 150, 15) == QUIET
    assert colour(stamps, 210, 15) == QUIET


def test_a_branch_leaves_from_the_picture_that_it_was_pulled_from() -> None:
    stamps = drawn_lanes(BRANCHED, QUIET, MARKED)
    assert colour(stamps, 180, 14) == QUIET, "along its own line"
    assert colour(stamps, 60, 15) == (0, 0, 0, 0), "but not before it left"
    assert colour(stamps, 200, 4) == QUIET, "the line to the current picture goes on"
