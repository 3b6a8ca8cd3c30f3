"""The harness itself: what the other tests in the real GIMP stand on."""

import pytest

from tests.editors.gimp.conftest import OpenGimp
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.version import GimpVersion, in_each_gimp
from tests.editors.wire import EditorError

STAND_IN = """#!/usr/bin/env python3
import sys
import gi
gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, GLib, Gtk

class StandIn(Gimp.PlugIn):
    def do_query_procedures(self):
        return ["plug-in-tugline-drag"]

    def do_create_procedure(self, name):
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_menu_label("Stand in...")
        procedure.add_menu_path("<Image>/Filters/Tugline")
        return procedure

def run(procedure, mode, image, drawables, config, data):
    if mode == Gimp.RunMode.INTERACTIVE:
        GimpUi.init("tugline")
        dialog = GimpUi.Dialog(title="Stand in", role="tugline")
        button = Gtk.Button(label="Paint it black")
        button.connect("clicked", lambda _: blacken(image, drawables[0]))
        dialog.get_content_area().add(button)
        dialog.add_button("_Close", Gtk.ResponseType.CLOSE)
        dialog.show_all()
        GimpUi.window_set_transient(dialog)
        dialog.run()
        dialog.destroy()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())

def blacken(image, layer):
    layer.invert(False)
    Gimp.displays_flush()

Gimp.main(StandIn.__gtype__, sys.argv)
"""


@in_each_gimp
def test_a_console_runs_python_and_keeps_its_names(
    gimp_console: GimpConsole, gimp_version: GimpVersion
) -> None:
    gimp_console.run("image = new_image(64, 48)")
    assert gimp_console.value("[image.get_width(), image.get_height()]") == [64, 48]
    assert gimp_console.value("pixel(image, 3, 4)") == [255, 255, 255, 255]
    assert gimp_console.value("Gimp.version()").startswith(gimp_version)
    assert gimp_console.run("def f():\n  yield 20\n  return 'waited'\nresult = f()") == "waited"
    with pytest.raises(EditorError, match="ZeroDivisionError"):
        gimp_console.run("1 / 0")


@in_each_gimp
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


def test_the_plugins_own_process_shows_its_widgets_to_the_mouse(open_gimp: OpenGimp) -> None:
    gimp = open_gimp(GimpWish(plugin=STAND_IN))
    gimp.new_image(64, 64)
    gimp.choose("plug-in-tugline-drag")
    plugin = gimp.plugin()
    plugin.wait_for("windows() == ['Stand in']")
    assert plugin.value("Gimp.get_images()[0].get_width()") == 64
    plugin.click("find('Paint it black')")
    gimp.wait_for("pixel(image, 3, 3) == [0, 0, 0, 255]")
    gimp.undo("pixel(image, 3, 3) == [255, 255, 255, 255]")
    plugin.click("find('Close', Gtk.Button)")
    plugin.wait_for_end()
    assert gimp.plugins() == []


def test_a_plugin_that_cannot_be_loaded_is_a_fault(open_gimp: OpenGimp) -> None:
    with pytest.raises(EditorError, match="No module named 'nowhere'"):
        open_gimp(GimpWish(plugin="#!/usr/bin/env python3\nimport nowhere\n"))
