"""A photo inverted by the dialog in the real GIMP, with a real daemon behind it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.gimp import photos
from tests.editors.gimp.plugin_process import PluginProcess
from tests.editors.gimp.scripts import NAMES
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import IN_PLUGIN
from tests.service.running import Daemon

LAYERS = "[one.get_name() for one in image.get_layers()]"


@pytest.fixture(scope="module")
def photo(both: tuple[GimpSession, Daemon]) -> Path:
    return photos.photo(both[1].home)


@pytest.fixture
def gimp(both: tuple[GimpSession, Daemon], photo: Path) -> Iterator[GimpSession]:
    """A GIMP that shows a photo as ``image``, with ``before`` as what is seen of it."""
    session, daemon = both
    session.run(NAMES + photos.NAMES)
    session.run(f"image = open_photo({str(photo)!r}); display = Gimp.Display.new(image)")
    session.still_view()
    session.run("image.get_layers()[0].set_name('photo'); before = seen(image)")
    yield session
    go_on(daemon)
    for plugin in session.plugins():
        plugin.post("[one.response(-6) for one in every(Gtk.Dialog)]")
        plugin.wait_for_end()
    session.run("if image.is_valid(): display.delete()")


@pytest.fixture
def plugin(gimp: GimpSession, both: tuple[GimpSession, Daemon]) -> PluginProcess:
    """The dialog in the midst of an inversion: frames have come, and the worker stands still."""
    process = gimp.begin("plug-in-tugline-invert")
    process.wait_for("find('Invert', Gtk.Button) and find('Invert', Gtk.Button).is_sensitive()")
    process.run(IN_PLUGIN)
    process.click("find('Seconds', Gtk.RadioButton)")
    process.wait_for("find('Seconds', Gtk.RadioButton).get_active()")
    process.click("find('Invert', Gtk.Button)")
    process.wait_for("desk.document.coming is not None and desk.document.coming.image is not None")
    os.kill(both[1].worker_pid(), signal.SIGSTOP)
    return process


def go_on(daemon: Daemon) -> None:
    os.kill(daemon.worker_pid(), signal.SIGCONT)


def test_the_picture_is_seen_as_it_comes_stop_keeps_it_and_one_undo_takes_it_away(
    gimp: GimpSession, plugin: PluginProcess, both: tuple[GimpSession, Daemon]
) -> None:
    assert gimp.value(LAYERS)[0] == "Tugline (inverting)"
    assert gimp.value("seen(image) != before")
    told = plugin.value("texts()")
    assert "Inverting the layer" in told
    assert any(text.startswith("About ") and text.endswith(" left.") for text in told)

    plugin.click("find('Stop', Gtk.Button)")
    plugin.wait_for("desk.state().busy.value == 'stopping'")
    go_on(both[1])
    plugin.wait_for("find('Close', Gtk.Button) is not None")
    assert "this is the best so far" in str(plugin.value("texts()"))
    gimp.run("found = seen(image)")
    plugin.click("find('Before', Gtk.ToggleButton)")
    gimp.wait_for("seen(image) == before")
    plugin.click("find('Close', Gtk.Button)")
    plugin.wait_for_end()

    assert gimp.value("seen(image) == found"), "closed, the dialog has the picture seen again"
    assert gimp.value(f"[{LAYERS}, image.get_selected_layers()[0].get_name()]") == [
        ["Tugline", "photo"],
        "Tugline",
    ]
    gimp.undo("seen(image) == before")
    assert gimp.value(LAYERS) == ["photo"]
    gimp.redo("seen(image) == found")


def test_cancel_leaves_the_image_as_it_was(
    gimp: GimpSession, plugin: PluginProcess, both: tuple[GimpSession, Daemon]
) -> None:
    plugin.click("find('Cancel', Gtk.Button)")
    go_on(both[1])
    plugin.wait_for_end()
    assert gimp.value(f"[{LAYERS}, seen(image) == before]") == [["photo"], True]
    gimp.undo(f"{LAYERS} == ['Background']")


def test_an_image_that_is_closed_in_the_midst_ends_it(
    gimp: GimpSession, plugin: PluginProcess, both: tuple[GimpSession, Daemon]
) -> None:
    gimp.run("display.delete()")
    plugin.wait_for_end()
    go_on(both[1])
    assert "GIMP Message" not in gimp.screen.windows()
