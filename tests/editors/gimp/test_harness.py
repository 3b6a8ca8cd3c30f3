"""The harness itself: what the other tests in the real GIMP stand on."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.editors.ending import programs_of
from tests.editors.gimp.conftest import OpenGimp
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judge
from tests.editors.gimp.opening import GimpWish, console_session, gimp_session
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.version import GimpVersion, in_each_gimp
from tests.editors.wire import EditorError
from tests.service.running import Daemon, wait_for
from tugline_protocol.endpoint import Endpoint

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
    gimp_console.run("Gimp.Image.get_by_id(4711)")


def test_a_hand_paints_in_an_image_and_ctrl_z_takes_it_back(open_gimp: OpenGimp) -> None:
    gimp = open_gimp(GimpWish(plugin=False))
    gimp.new_image(300, 200)
    gimp.focus()
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
    plugin = gimp.begin("plug-in-tugline-drag")
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


def test_a_console_sees_the_daemon_beside_it(daemon: Daemon, gimp_console: GimpConsole) -> None:
    gimp_console.run("import os, pathlib")
    state = "pathlib.Path(os.environ['TUGLINE_STATE_DIR'], 'endpoint.json').read_text()"
    assert Endpoint(**json.loads(gimp_console.value(state))) == daemon.endpoint
    key = "pathlib.Path(os.environ['TUGLINE_CONFIG_DIR'], 'keys', 'client.key_secret').read_text()"
    assert gimp_console.value(key) == daemon.key_file.read_text()


@in_each_gimp
def test_gimp_quits_in_order_and_starts_again_with_what_was_saved(gimp: GimpSession) -> None:
    saved = gimp.home / "picture.xcf"
    gimp.new_image(64, 48)
    gimp.run(
        f"""
        file = Gio.File.new_for_path({str(saved)!r})
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
        image.get_layers()[0].set_name("changed since")
        """
    )
    assert gimp.quit() == 0
    gimp.start(str(saved))
    assert gimp.wait_for("[image.get_width() for image in Gimp.get_images()]") == [64]


def test_each_fault_is_found_at_the_end_of_its_session(tmp_path: Path) -> None:
    with console_session(tmp_path, tmp_path / "artifacts", GimpWish(plugin=False)) as console:
        console.post("raise ValueError('in a callback')")
        console.wait_until(lambda: "in a callback" in console.stderr(), "a traceback")
        with pytest.raises(EditorError, match="in a callback"):
            judge(console)
        console.close()
        console.start()
        os.kill(console.pid, signal.SIGKILL)
        console.wait_until(lambda: not console.running, "a dead GIMP")
        with pytest.raises(AssertionError, match="ended by itself: -9"):
            judge(console)


def test_a_session_takes_all_with_it_also_the_plugins_processes(tmp_path: Path) -> None:
    with gimp_session(tmp_path, tmp_path / "artifacts", GimpWish(plugin=STAND_IN)) as gimp:
        gimp.new_image(64, 64)
        plugin = gimp.begin("plug-in-tugline-drag")
        plugin.wait_for("windows() == ['Stand in']")
        assert {"gimp", "Xvfb", "openbox", "python3"} <= programs_of(tmp_path / "home")
    wait_for(lambda: not programs_of(tmp_path / "home"), "everything ends")
