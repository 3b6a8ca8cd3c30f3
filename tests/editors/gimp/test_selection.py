"""GIMP's selection as a mask over a picture."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

NAMES = """
def over(place=PLACE, fresh=False):
    return doc.selection_over(place, fresh=fresh)

def select(x, y, width, height, feather=0):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, x, y, width, height)
    if feather:
        Gimp.Selection.feather(image, feather)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_selection") as console:
        console.run(NAMES)
        yield console


@pytest.fixture(params=["U8_NON_LINEAR", "FLOAT_LINEAR"])
def gimp(shared: GimpConsole, request: pytest.FixtureRequest) -> Iterator[GimpConsole]:
    """A new image of that precision with an edit's layer; nothing is selected."""
    shared.run(f"begin(precision=Gimp.Precision.{request.param})")
    yield shared
    shared.run("image.delete()")


def test_nothing_selected_is_no_mask(gimp: GimpConsole) -> None:
    assert gimp.value("over() is None")
    gimp.run("Gimp.Selection.all(image)")
    assert gimp.value("over().full")


def test_a_rectangle_is_all_or_nothing_to_the_pixel(gimp: GimpConsole) -> None:
    gimp.run("select(110, 100, 30, 20); mask = over()")
    found: Any = gimp.run(
        """
        rows = [mask.data[y * BOX.width:(y + 1) * BOX.width] for y in range(BOX.height)]
        wanted = bytes(10) + bytes([255]) * 30 + bytes(BOX.width - 40)
        result = [[mask.width, mask.height], all(row == wanted for row in rows[10:30]),
                  not any(any(row) for row in rows[:10] + rows[30:])]
        """
    )
    assert found == [[256, 192], True, True]


def test_a_feathered_edge_is_soft(gimp: GimpConsole) -> None:
    gimp.run("select(150, 0, 400, 512, feather=40)")
    row = list(gimp.value("list(over().data[96 * 256:97 * 256])"))
    assert row == sorted(row)
    assert row[0] < 8
    assert row[-1] > 247
    assert len(set(row)) > 30
    assert 100 < row[50] < 160


def test_a_selection_elsewhere_lets_nothing_move(gimp: GimpConsole) -> None:
    gimp.run("select(0, 0, 20, 20)")
    assert gimp.value("over().empty")


def test_beyond_the_image_nothing_moves(gimp: GimpConsole) -> None:
    gimp.run("Gimp.Selection.all(image)")
    gimp.run("mask = over(Placement.upright_at(128, 96, Box(-10, 500, 40, 30)))")
    assert gimp.value("[mask.data.count(255), mask.data[10], mask.data[9]]") == [30 * 12, 255, 0]


def test_the_same_selection_is_the_same_mask(gimp: GimpConsole) -> None:
    gimp.run("select(110, 100, 30, 20); mask = over()")
    assert gimp.value("over() is mask is over(fresh=True)")


def test_a_change_within_the_same_bounds_is_seen_at_once_where_it_is_to_be(
    gimp: GimpConsole,
) -> None:
    gimp.run("select(110, 100, 30, 20); mask = over()")
    gimp.run("image.select_rectangle(Gimp.ChannelOps.SUBTRACT, 115, 105, 5, 5)")
    assert gimp.value("over(fresh=True).data.count(255)") == 30 * 20 - 25
    gimp.run("select(110, 100, 31, 20)")
    assert gimp.value("over().data.count(255)") == 31 * 20


def test_a_change_within_the_same_bounds_is_seen_soon(gimp: GimpConsole) -> None:
    gimp.run("select(110, 100, 30, 20); over()")
    gimp.run("image.select_rectangle(Gimp.ChannelOps.SUBTRACT, 115, 105, 5, 5)")
    gimp.wait_for("over().data.count(255) == 575")
