"""The zips for the editors, and the pins of the wheels in them."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.install.conftest import WHEELS, Gimp, Krita
from tests.install.unzipping import unzip
from tools.editors.recipe import root_of
from tools.release.archive import release_gimp, release_krita
from tools.release.pins import PLATFORMS, PYTHONS, pins
from tugline_daemon.install.folder import Condition
from tugline_daemon.install.gimp_places import GimpPlace
from tugline_daemon.install.places import Place
from tugline_daemon.install.wheels import PINS, fetch, pinned, this_system

IMPORTER = Path("usr/share/krita/pykrita/plugin_importer/plugin_importer.py")


def release(out: Path) -> Path:
    return release_krita(out, [this_system()], WHEELS, lambda _: None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zip for this system."""
    return release(tmp_path_factory.mktemp("dist"))


def test_the_same_sources_make_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    assert release(tmp_path).read_bytes() == archive.read_bytes()


def test_it_has_what_krita_s_importer_looks_for(archive: Path) -> None:
    names = zipfile.ZipFile(archive).namelist()
    assert "tugline/" in names
    assert "tugline/__init__.py" in names
    assert [name for name in names if name.endswith(".desktop")] == ["tugline.desktop"]
    assert [name for name in names if name.endswith(".action")] == ["tugline.action"]
    assert "tugline/LICENSE" in names


def test_it_starts_no_daemon_of_the_one_who_built_it(archive: Path) -> None:
    assert "tugline/daemon.json" not in zipfile.ZipFile(archive).namelist()


def test_krita_s_own_importer_takes_it(archive: Path, tmp_path: Path) -> None:
    found = [root / IMPORTER for root in (Path("/"), root_of()) if (root / IMPORTER).is_file()]
    if not found:
        pytest.skip("no Krita is here: make editors")
    run = subprocess.run(
        [sys.executable, "-I", found[0], archive, tmp_path], capture_output=True, check=False
    )
    assert run.stdout == b"Imported plugin: Tugline\n", run.stderr
    krita = Krita(Place("Krita", tmp_path, tmp_path / "kritarc"))
    assert krita.report().condition is Condition.WHOLE
    assert krita.report().enabled is False
    krita.install()
    assert krita.is_whole()
    assert krita.uninstall() == ()


@pytest.fixture(scope="module")
def gimp_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zip for the GIMP of this system."""
    return release_gimp(tmp_path_factory.mktemp("dist"), [this_system()], WHEELS, lambda _: None)


def test_gimp_s_zip_unpacked_is_a_plug_in_that_the_installer_takes_over(
    gimp_archive: Path, tmp_path: Path
) -> None:
    gimp = Gimp(GimpPlace("GIMP", tmp_path))
    unzip(gimp_archive, gimp.plug_ins)
    assert os.access(gimp.entry, os.X_OK)
    assert not os.access(gimp.module / "installed.json", os.X_OK)
    assert gimp.is_whole()
    assert not (gimp.module / "daemon.json").exists()
    assert (gimp.module / "LICENSE").is_file()
    gimp.install()
    assert gimp.is_whole()
    assert gimp.uninstall() == ()


def test_gimp_s_zip_has_the_same_bytes_again_and_another_date_for_another_content(
    gimp_archive: Path, tmp_path: Path
) -> None:
    again = release_gimp(tmp_path, [this_system()], WHEELS, lambda _: None)
    assert again.read_bytes() == gimp_archive.read_bytes()
    other = release_gimp(tmp_path, [], WHEELS, lambda _: None)
    entries = [
        zipfile.ZipFile(path).getinfo("tugline/tugline.py") for path in (gimp_archive, other)
    ]
    assert entries[0].date_time != entries[1].date_time


def test_the_pins_of_a_version_are_the_hashes_that_pip_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [
        wheel
        for wheel in pinned()
        if wheel.system == "linux-x86_64" and wheel.abi in {"cp310", "abi3"}
    ]
    for path in fetch(wanted, WHEELS, lambda _: None).values():
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    version = {wheel.project: wheel.filename.split("-")[1] for wheel in wanted}
    found = pins(version["pyzmq"], version["msgpack"], (PYTHONS[0], PYTHONS[2]), PLATFORMS[:1])
    assert len(found.splitlines()) == len(wanted) == 3
    assert set(found.splitlines()) < set(PINS.read_text("utf-8").splitlines())
