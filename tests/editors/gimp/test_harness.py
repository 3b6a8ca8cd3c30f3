"""The harness itself: what the other tests in the real GIMP stand on."""

import pytest

from tests.editors.gimp.conftest import OpenGimp
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import GimpWish
from tests.editors.wire import EditorError


def test_a_console_runs_python_and_keeps_its_names(gimp_console: GimpConsole) -> None:
    gimp_console.run("image = new_image(64, 48)")
    assert gimp_console.value("[image.get_width(), image.get_height()]") == [64, 48]
    assert gimp_console.value("pixel(image, 3, 4)") == [255, 255, 255, 255]
    assert gimp_console.value("Gimp.version()").startswith("3.0.")
    assert gimp_console.run("def f():\n  yield 20\n  return 'waited'\nresult = f()") == "waited"
    with pytest.raises(EditorError, match="ZeroDivisionError"):
        gimp_console.run("1 / 0")


def test_a_console_imports_the_plugins_packages(gimp_console: GimpConsole) -> None:
    gimp_console.run("import tugline_gimp, tugline_edit.arrows, tugline_protocol.zeromq, zmq")


def test_what_gimp_complains_of_is_a_fault(gimp_console: GimpConsole) -> None:
    with pytest.raises(EditorError, match="GIMP-Error: Calling error"):
        gimp_console.run("Gimp.Image.get_by_id(4711).get_width()")
    gimp_console.run("Gimp.Image.get_by_id(4711)", 5)


def test_a_hand_paints_in_an_image_and_ctrl_z_takes_it_back(open_gimp: OpenGimp) -> None:
    gimp = open_gimp(GimpWish(plugin=False))
    gimp.new_image(300, 200)
    gimp.key("p")
    view = gimp.view()
    assert view.scale >= 1
    gimp.mouse.drag(view.on_screen(100, 100), view.on_screen(200, 100))
    gimp.wait_for("pixel(image, 150, 100)[:3] == [0, 0, 0]")
    gimp.undo("pixel(image, 150, 100)[:3] == [255, 255, 255]")
    gimp.redo("pixel(image, 150, 100)[:3] == [0, 0, 0]")
