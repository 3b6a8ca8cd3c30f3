"""A GIMP whose Python has no pyzmq, as on Windows: it generates and drags through the bridge."""

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import gimp_folder
from tests.editors.gimp.scripts import refusal, scripted_gimp, values
from tests.editors.gimp.session import GimpSession
from tests.service.running import Daemon, is_alive, wait_for
from tugline_daemon.install.wheels import this_system
from tugline_protocol.messages import Generate
from tugline_protocol.values import ModelRef, PictureFormat

POINTS = "points=[120.0, 100.0, 136.0, 108.0]"


@dataclass(frozen=True)
class WithoutPyzmq:
    """A plugin that came without pyzmq, in the GIMP whose HOME is ``home``."""

    home: Path

    def prepare(self) -> None:
        """Take pyzmq away, and leave the command of the bridge.

        It is this machine's, outside of the editors' root file system, like the daemon.
        """
        shutil.rmtree(self.plugin / "vendor" / this_system())
        self._notes.touch()
        noting = ("/bin/sh", "-c", f'echo $$ >> "{self._notes}"; exec "$0" "$@"')
        outside = ("/usr/sbin/chroot", f"/proc/{os.getpid()}/root", sys.executable)
        bridge = (*noting, *outside, "-I", "-m", "tugline_daemon.cli", "bridge")
        self.commands.write_text(json.dumps({"bridge": bridge}), "utf-8")

    @property
    def plugin(self) -> Path:
        return gimp_folder(self.home) / "plug-ins" / "tugline"

    @property
    def commands(self) -> Path:
        return self.plugin / "daemon.json"

    def bridges(self) -> list[int]:
        """Return the process numbers of the bridges that it has started, the newest last."""
        return [int(line) for line in self._notes.read_text("utf-8").split()]

    @property
    def _notes(self) -> Path:
        return self.home / "bridges"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GimpConsole, Daemon]]:
    """One gimp-console without pyzmq and one daemon for the scripts of this file."""
    with scripted_gimp(tmp_path_factory.mktemp("bridge"), "gimp-test_bridge") as pair:
        WithoutPyzmq(pair[0].home).prepare()
        yield pair


@pytest.fixture
def console(both: tuple[GimpConsole, Daemon]) -> GimpConsole:
    """The console, with a picture of 256 pixels that fills ``image``, in ``layer``."""
    console = both[0]
    console.run("image = new_image(256, 256); layer = generate(image, seed=4, truncation=1.0)")
    return console


def test_a_picture_is_generated(both: tuple[GimpConsole, Daemon], console: GimpConsole) -> None:
    bridge = WithoutPyzmq(console.home).bridges()[-1]
    wait_for(lambda: not is_alive(bridge), "the bridge to end with the procedure")
    with both[1].conversation() as talk:
        wanted = PictureFormat(256, 256, order="RGBA")
        image = talk.call(Generate(ModelRef("critters-2"), seed=4, picture=wanted)).image
    assert image is not None
    seen = bytes(console.value("list(pixels(layer, \"R'G'B'A u8\"))"))
    apart = max(abs(a - b) for a, b in zip(seen, bytes(image.data), strict=True))
    assert apart <= 1


def test_points_are_pulled_by_a_script(console: GimpConsole) -> None:
    before = len(WithoutPyzmq(console.home).bridges())
    console.run(f"before = pixels(layer); told = drag(layer, {POINTS})")
    assert len(WithoutPyzmq(console.home).bridges()) == before + 1
    name, distance, reason, steps = values(console, "result = told")
    assert (name, reason) == ("Tugline", "arrived")
    assert 0 <= distance <= 2
    assert steps > 0
    assert console.value("pixels(told[0]) != before")


def test_an_error_of_the_daemons_reaches_the_artist(console: GimpConsole) -> None:
    said = refusal(console, "generate(new_image(64, 64), model='unicorns')")
    assert "The daemon has no model 'unicorns'; it has critters-2." in said


def test_without_the_bridge_the_artist_is_told_what_to_do(console: GimpConsole) -> None:
    commands = WithoutPyzmq(console.home).commands
    before = commands.read_text("utf-8")
    commands.unlink()
    try:
        said = refusal(console, "generate(new_image(64, 64), seed=1)")
    finally:
        commands.write_text(before, "utf-8")
    assert "This editor's Python cannot load pyzmq" in said
    assert "`tugline plugins install gimp`" in said


def test_points_are_pulled_in_the_dialog_though_a_bridge_dies(
    daemon: Daemon, gimp: GimpSession
) -> None:
    """Frames come into the image through the bridge; killed, another one takes its place."""
    without = WithoutPyzmq(gimp.home)
    without.prepare()
    gimp.new_image(256, 256)
    gimp.run("""
named = {"run-mode": Gimp.RunMode.NONINTERACTIVE, "image": image, "seed": 4}
layer = call("plug-in-tugline-generate", named)[0]
path = Gimp.Path.new(image, "Tugline arrows")
image.insert_path(path, None, 0)
path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, [120, 100] * 3 + [200, 180] * 3, False)
shown = lambda: [pixel(image, x, y) for x in range(8, 256, 16) for y in range(8, 256, 16)]
before = shown()
""")
    plugin = gimp.begin("plug-in-tugline-drag")
    plugin.wait_for("find('Pull', Gtk.Button) and find('Pull', Gtk.Button).get_sensitive()")
    plugin.run("""
import gc
from tugline_edit.bench import Bench
# As under a hand that holds the drag: it does not end by itself.
next(one for one in gc.get_objects() if type(one) is Bench)._held = True
find('Pull', Gtk.Button).clicked()
""")
    plugin.wait_for("any('Pulling, step' in text for text in texts())")
    with daemon.worker_held():  # so that the drag is not over before the bridge is
        os.kill(without.bridges()[-1], signal.SIGKILL)
        gimp.wait_until(lambda: len(drags_of(daemon)) == 2, "the next bridge goes on with the drag")
    plugin.post("find('Close', Gtk.Button).clicked()")
    plugin.wait_for_end()
    assert gimp.value("[each.get_name() for each in image.get_layers()]") == [
        "Tugline",
        "Background",
    ]
    assert gimp.value("shown() != before")


def drags_of(daemon: Daemon) -> list[str]:
    return re.findall(r"StartDrag (\S+) of gimp", daemon.log)
