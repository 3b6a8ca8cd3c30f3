"""Arrows in the paths of a real image: what is read, what is written, whose a path is."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish

NAMES = """
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.geometry import Affine, Placement
from tugline_gimp import paths
from tugline_gimp.undo_steps import no_step, one_step

def arrows(*ends):
    return Arrows(tuple(
        Arrow(str(index), (float(a), float(b)), (float(c), float(d)), (float(a), float(b)), "r")
        for index, (a, b, c, d) in enumerate(ends)
    ))

def draw(name, *strokes):
    path = Gimp.Path.new(image, name)
    image.insert_path(path, None, 0)
    for stroke in strokes:
        points = [float(number) for x, y in stroke for number in (x, y) * 3]
        path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, points, False)
    return path

def ends(path):
    return [[*stroke.first, *stroke.last] for stroke in paths.strokes_of(path)]

def names():
    return [path.get_name() for path in image.get_paths()]

def write(wanted, edit="edit"):
    with one_step(image):
        paths.write_arrows(image, twice, wanted, edit)

twice = Placement(100, 50, Affine(a=2.0, d=2.0, e=10.0, f=20.0))
image = new_image(300, 200)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    wish = GimpWish(plugin=False)
    with judged_console(tmp_path_factory.mktemp("gimp"), "gimp-test_paths", wish) as console:
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """GIMP with an image of 300 x 200 pixels, with a picture of 100 x 50 twice as large."""
    shared.run(NAMES)
    yield shared
    shared.run("image.delete()")


def test_arrows_become_strokes_from_the_handle_to_the_target(gimp: GimpConsole) -> None:
    gimp.run("write(arrows((0, 0, 10, 5), (50, 25, 100, 50)))")
    assert gimp.value("names()") == ["Tugline arrows"]
    assert gimp.value("ends(image.get_paths()[0])") == [[10, 20, 30, 30], [110, 70, 210, 120]]
    assert gimp.value("image.get_selected_paths() == image.get_paths()")


def test_what_is_written_is_read_again_as_the_same(gimp: GimpConsole) -> None:
    gimp.run("write(arrows((1 / 3, 2 / 3, 99.9, 0.1)))")
    before = gimp.value("image.get_paths()[0].get_strokes()")
    gimp.run("write(arrows((1 / 3, 2 / 3, 99.9, 0.1)))")
    assert gimp.value("image.get_paths()[0].get_strokes()") == before


def test_each_edit_has_a_path_of_its_own(gimp: GimpConsole) -> None:
    gimp.run("write(arrows((0, 0, 1, 1))); write(arrows((5, 5, 6, 6)), 'other')")
    assert gimp.value("[len(paths.paths_of(image, edit)) for edit in ('edit', 'other')]") == [1, 1]
    assert gimp.value("ends(paths.paths_of(image, 'edit')[0])") == [[10, 20, 12, 22]]
    assert gimp.value("ends(paths.paths_of(image, 'other')[0])") == [[20, 30, 22, 32]]
    assert gimp.value("paths.paths_of(image, 'third')") == []
