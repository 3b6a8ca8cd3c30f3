"""What the command puts in place, in the real GIMP: seen, seen anew when it changes, and gone."""

import os
import shutil
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import gimp_folder
from tests.install.artist import Artist
from tests.install.conftest import WHEELS
from tests.install.unzipping import unzip
from tools.editors.recipe import root_of
from tools.release.archive import release_gimp
from tugline_daemon.install.bundle import sources
from tugline_daemon.install.wheels import this_system

PROCEDURES = {"plug-in-tugline-drag", "plug-in-tugline-generate", "plug-in-tugline-invert"}

# A plug-in that registers one procedure, as an older Tugline might have.
OLDER = """#!/usr/bin/env python3
import sys
import gi
gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

class Older(Gimp.PlugIn):
    def do_set_i18n(self, name):
        return False

    def do_query_procedures(self):
        return ["plug-in-tugline-older"]

    def do_create_procedure(self, name):
        return Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, lambda *_: None, None)

Gimp.main(Older.__gtype__, sys.argv)
"""


@pytest.fixture
def gimp(gimp_console: GimpConsole) -> GimpConsole:
    """Return a GIMP that was started once and does not run."""
    gimp_console.quit()
    return gimp_console


@pytest.fixture
def artist(gimp: GimpConsole) -> Artist:
    """Return whose GIMP it is."""
    return Artist(gimp.home, programs=str(root_of() / "usr" / "bin"))


def entry_of(gimp: GimpConsole) -> Path:
    return gimp_folder(gimp.home) / "plug-ins" / "tugline" / "tugline.py"


def registered(gimp: GimpConsole) -> set[str]:
    """Start GIMP, return Tugline's procedures that it knows, and quit it."""
    gimp.start()
    every = "Gimp.get_pdb().query_procedures('plug-in-tugline', *[''] * 7)"
    names = set(gimp.value(every))
    gimp.quit()
    return names


def test_gimp_knows_the_procedures_from_installing_to_removing(
    gimp: GimpConsole, artist: Artist
) -> None:
    assert registered(gimp) == set()
    artist.run("install", "gimp")
    assert registered(gimp) == PROCEDURES
    assert "installed" in artist.run("status", "gimp")
    assert "no longer" in artist.run("uninstall", "gimp")
    assert registered(gimp) == set()


def test_a_gimp_that_was_never_started_finds_it_at_its_first_start(
    gimp: GimpConsole, artist: Artist
) -> None:
    shutil.rmtree(gimp.home / ".config" / "GIMP")
    artist.run("install", "gimp")
    assert registered(gimp) == PROCEDURES


def test_a_gimp_that_will_take_over_older_settings_is_not_kept_from_it(
    gimp: GimpConsole, artist: Artist
) -> None:
    folders = gimp.home / ".config" / "GIMP"
    shutil.rmtree(folders)
    (folders / "2.10" / "palettes").mkdir(parents=True)
    (folders / "2.10" / "palettes" / "mine.gpl").write_text("GIMP Palette\nName: mine\n")
    assert "start it once" in artist.run("install", "gimp", code=1)
    assert registered(gimp) == set()
    assert (folders / "3.0" / "palettes" / "mine.gpl").is_file()
    artist.run("install", "gimp")
    assert registered(gimp) == PROCEDURES


def test_an_upgrade_is_noticed_by_a_gimp_that_keeps_what_it_asked_before(
    gimp: GimpConsole, artist: Artist
) -> None:
    artist.run("install", "gimp")
    entry = entry_of(gimp)
    whole = entry.read_text("utf-8")
    entry.write_text(OLDER, "utf-8")
    changed = (sources("gimp") / "start.py").stat().st_mtime
    os.utime(entry, (changed, changed))
    assert registered(gimp) == {"plug-in-tugline-older"}
    assert "missing or changed" in artist.run("status", "gimp", code=1)
    artist.run("install", "gimp")
    assert entry.read_text("utf-8") == whole
    assert registered(gimp) == PROCEDURES


def test_the_release_s_zip_unpacked_is_a_plug_in(gimp: GimpConsole, tmp_path: Path) -> None:
    archive = release_gimp(tmp_path, [this_system()], WHEELS, lambda _: None)
    unzip(archive, gimp_folder(gimp.home) / "plug-ins")
    assert registered(gimp) == PROCEDURES


def test_what_was_set_aside_is_out_of_gimp_s_sight(gimp: GimpConsole, artist: Artist) -> None:
    entry = entry_of(gimp)
    entry.parent.mkdir(parents=True)
    entry.write_text(OLDER, "utf-8")
    entry.chmod(0o755)
    assert "set-aside" in artist.run("install", "gimp")
    assert registered(gimp) == PROCEDURES


def test_without_its_run_bit_gimp_does_not_see_it_and_installing_mends_that(
    gimp: GimpConsole, artist: Artist
) -> None:
    artist.run("install", "gimp")
    entry_of(gimp).chmod(0o644)
    assert registered(gimp) == set()
    assert "may not run its file" in artist.run("status", "gimp", code=1)
    artist.run("install", "gimp")
    assert registered(gimp) == PROCEDURES
