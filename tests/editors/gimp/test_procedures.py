"""The procedures as GIMP knows them: menu, documentation, arguments, return values."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish

NAMES = ("plug-in-tugline-generate", "plug-in-tugline-invert", "plug-in-tugline-drag")

ARGUMENTS = """
def described(kind):
    found = {"name": kind.name, "type": kind.value_type.name, "blurb": kind.get_blurb()}
    for bound in ("minimum", "maximum", "default_value"):
        if hasattr(kind, bound):
            found[bound] = getattr(kind, bound)
    return found

def arguments(name):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    return {each.name: described(each) for each in procedure.get_arguments()}

def returned(name):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    return [[each.name, each.value_type.name] for each in procedure.get_return_values()]
"""


@pytest.fixture(scope="module")
def gimp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    """One gimp-console for all tests of this file."""
    folder = tmp_path_factory.mktemp("procedures")
    with judged_console(folder, "gimp-test_procedures", GimpWish()) as console:
        console.run(ARGUMENTS)
        yield console


def about(gimp: GimpConsole, name: str, question: str) -> Any:
    return gimp.value(f"Gimp.get_pdb().lookup_procedure({name!r}).{question}")


@pytest.mark.parametrize("name", NAMES)
def test_each_procedure_is_a_filter_in_tuglines_menu(gimp: GimpConsole, name: str) -> None:
    assert about(gimp, name, "get_menu_paths()") == ["<Image>/Filters/Tugline"]
    assert about(gimp, name, "get_menu_label()").endswith("...")


@pytest.mark.parametrize("name", NAMES)
def test_each_procedure_says_what_it_does_and_whose_it_is(gimp: GimpConsole, name: str) -> None:
    assert len(about(gimp, name, "get_blurb()")) > 20
    assert len(about(gimp, name, "get_help()")) > 200
    assert about(gimp, name, "get_authors()") == "Tugline"


@pytest.mark.parametrize("name", NAMES)
def test_each_argument_and_value_is_explained(gimp: GimpConsole, name: str) -> None:
    blurbs = gimp.value(f"[each['blurb'] for each in arguments({name!r}).values()]")
    assert all(len(blurb) > 5 for blurb in blurbs)


def test_generate_takes_what_the_dialog_asks_for(gimp: GimpConsole) -> None:
    found = gimp.value("arguments('plug-in-tugline-generate')")
    assert list(found)[:3] == ["run-mode", "image", "drawables"]
    assert list(found)[3:] == ["model", "seed", "truncation", "place", "width", "height"]
    seed, truncation = found["seed"], found["truncation"]
    assert (seed["minimum"], seed["maximum"], seed["default_value"]) == (0, 2**32 - 1, 0)
    assert (truncation["minimum"], truncation["maximum"]) == (0.0, 1.0)
    assert truncation["default_value"] == pytest.approx(0.7)
    assert found["model"]["default_value"] == ""


def test_drag_takes_points_or_a_path_and_has_a_range_for_each_number(gimp: GimpConsole) -> None:
    found = gimp.value("arguments('plug-in-tugline-drag')")
    assert list(found)[3:] == ["points", "path", "keep-rest", "steps", "radius", "feather"]
    assert found["points"]["type"] == "GimpDoubleArray"
    assert found["path"]["type"] == "GimpPath"
    assert (found["steps"]["minimum"], found["steps"]["maximum"]) == (0, 10_000)
    assert (found["radius"]["minimum"], found["radius"]["maximum"]) == (0.0, 64.0)
    assert found["keep-rest"]["default_value"] is False


def test_invert_has_choices_and_a_range_for_each_number(gimp: GimpConsole) -> None:
    found = gimp.value("arguments('plug-in-tugline-invert')")
    numbers = ["editability", "w-steps", "wplus-steps", "tuning-steps"]
    assert list(found)[3:] == ["model", "quality", "to-selection", "feather", *numbers]
    assert found["quality"]["default_value"] == "minute"
    assert found["to-selection"]["default_value"] is True
    assert (found["feather"]["minimum"], found["feather"]["maximum"]) == (0.0, 0.25)
    for name in numbers[1:]:
        assert (found[name]["minimum"], found[name]["maximum"]) == (-1, 100_000)
        assert found[name]["default_value"] == -1


def test_what_they_return_has_names_and_types(gimp: GimpConsole) -> None:
    assert gimp.value("returned('plug-in-tugline-generate')") == [["layer", "GimpLayer"]]
    assert gimp.value("returned('plug-in-tugline-invert')") == [
        ["layer", "GimpLayer"],
        ["told", "gchararray"],
    ]
    assert gimp.value("returned('plug-in-tugline-drag')") == [
        ["layer", "GimpLayer"],
        ["distance", "gdouble"],
        ["reason", "gchararray"],
        ["steps", "gint"],
    ]


def test_gimp_learns_them_even_where_pyzmq_cannot_be_imported(gimp: GimpConsole) -> None:
    code = "import sys, tugline_gimp.plugin; print({'zmq', 'msgpack'} & {*sys.modules})"
    loaded = gimp.value(f"""__import__('subprocess').run(
        [__import__('sys').executable, '-c', {code!r}], capture_output=True, text=True,
        env={{'PYTHONPATH': ':'.join(__import__('sys').path)}}).stdout""")
    assert loaded.strip() == "set()"
