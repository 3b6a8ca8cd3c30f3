"""The plug-in put into a GIMP's own folder, and taken out again."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.install.conftest import Gimp
from tests.install.killing import kill
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.folder import Condition
from tugline_daemon.install.wheels import this_system


def test_it_is_put_in_place_as_gimp_looks_for_it(gimp: Gimp) -> None:
    assert gimp.report().condition is Condition.ABSENT
    gimp.install()
    assert gimp.is_whole()
    assert gimp.entry.stem == gimp.module.name
    assert stat.S_IMODE(gimp.entry.stat().st_mode) == 0o755
    assert gimp.entry.read_text("utf-8").startswith("#!/usr/bin/env python3\n")
    assert (gimp.module / "tugline_gimp" / "plugin.py").is_file()


def test_what_the_plug_in_imports_comes_with_it_for_this_python(gimp: Gimp) -> None:
    gimp.install()
    script = f"""
import sys
from pathlib import Path
module = Path({str(gimp.module)!r})
sys.path[:0] = [str(module), str(module / "vendor" / "common")]
from tugline_edit.vendoring import vendor_paths
for path in vendor_paths(module / "vendor", sys.version_info[:2]):
    sys.path.insert(0, str(path))
import msgpack, zmq, tugline_edit, tugline_gimp, tugline_protocol.zeromq
for each in (msgpack, zmq, tugline_edit, tugline_gimp, tugline_protocol.zeromq):
    assert each.__file__.startswith(str(module)), each.__file__
"""
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_commands_of_daemon_and_bridge_are_ones_that_run(gimp: Gimp, tmp_path: Path) -> None:
    gimp.install()
    commands = json.loads((gimp.module / "daemon.json").read_text("utf-8"))
    assert set(commands) == {"command", "bridge"}
    for command in commands.values():
        run = subprocess.run(
            [*command, "--help"], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr


def test_a_sandboxed_gimp_gets_pyzmq_and_no_command(gimp: Gimp) -> None:
    boxed = Gimp(replace(gimp.place, name="GIMP 3.0 (Flatpak)", sandboxed=True))
    boxed.install()
    assert boxed.is_whole()
    assert not (boxed.module / "daemon.json").exists()
    assert (boxed.module / "vendor" / this_system() / "abi3" / "zmq").is_dir()


def test_gimp_on_windows_gets_the_bridge_and_no_wheel_that_its_python_cannot_load(
    gimp: Gimp,
) -> None:
    gimp.install("win-amd64")
    assert [path.name for path in (gimp.module / "vendor").iterdir()] == ["common"]
    assert "bridge" in json.loads((gimp.module / "daemon.json").read_text("utf-8"))


def test_each_installation_gives_the_file_another_time_so_that_gimp_asks_anew(gimp: Gimp) -> None:
    gimp.install()
    times = {int(gimp.entry.stat().st_mtime)}
    for _ in range(3):
        gimp.install()
        times.add(int(gimp.entry.stat().st_mtime))
    assert len(times) == 4


def test_a_missing_run_bit_is_told_and_mended(gimp: Gimp) -> None:
    gimp.install()
    gimp.entry.chmod(0o644)
    report = gimp.report()
    assert report.condition is Condition.NOT_EXECUTABLE
    assert report.files == ("plug-ins/tugline/tugline.py",)
    gimp.install()
    assert gimp.is_whole()


def test_a_changed_and_a_missing_file_are_named_and_mended(gimp: Gimp) -> None:
    gimp.install()
    gimp.entry.write_text("broken(", "utf-8")
    (gimp.module / "tugline_gimp" / "plugin.py").unlink()
    report = gimp.report()
    assert report.condition is Condition.DAMAGED
    assert set(report.files) == {
        "plug-ins/tugline/tugline.py",
        "plug-ins/tugline/tugline_gimp/plugin.py",
    }
    gimp.install()
    assert gimp.is_whole()


def test_another_version_is_named_and_replaced(gimp: Gimp) -> None:
    gimp.install()
    manifest = gimp.module / "installed.json"
    said = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(said | {"version": "0.0.9"}), "utf-8")
    report = gimp.report()
    assert (report.condition, report.version) == (Condition.OTHER_VERSION, "0.0.9")
    assert gimp.install().replaced == "0.0.9"
    assert gimp.is_whole()


def test_uninstalling_leaves_the_folder_as_it_was(gimp: Gimp) -> None:
    theirs = gimp.plug_ins / "theirs" / "theirs.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine = True\n", "utf-8")
    before = gimp.files()
    gimp.install()
    compiled = gimp.module / "tugline_gimp" / "__pycache__" / "a.cpython-313.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"")
    assert gimp.uninstall() == ()
    assert gimp.files() == before
    assert not gimp.module.exists()


def test_a_file_of_the_artist_s_survives_upgrade_and_removal(gimp: Gimp) -> None:
    gimp.install()
    notes = gimp.module / "notes.txt"
    notes.write_text("mine", "utf-8")
    gimp.install()
    assert gimp.is_whole()
    assert gimp.uninstall() == (notes,)
    assert notes.read_text("utf-8") == "mine"


def test_a_folder_that_was_there_by_other_means_is_set_aside_where_gimp_sees_none(
    gimp: Gimp,
) -> None:
    gimp.module.mkdir(parents=True)
    gimp.entry.write_text("mine", "utf-8")
    assert gimp.report().condition is Condition.FOREIGN
    with pytest.raises(InstallError, match="delete it yourself"):
        gimp.uninstall()
    aside = gimp.install().set_aside
    assert aside is not None
    assert (aside / "tugline.py").read_text("utf-8") == "mine"
    assert aside.name != "tugline"
    assert gimp.report().condition is Condition.WHOLE


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_one_that_was_killed_at_a_rename_is_noticed_and_mended(gimp: Gimp, moment: int) -> None:
    gimp.install()
    (gimp.module / "notes.txt").write_text("mine", "utf-8")
    kill(gimp, "install", "os.rename", moment)
    assert gimp.report().condition is Condition.INTERRUPTED
    gimp.install()
    assert gimp.is_whole()
    assert (gimp.module / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize("moment", [1, 60])
def test_one_that_was_killed_while_it_copied_has_put_nothing_in_gimp_s_sight(
    gimp: Gimp, moment: int
) -> None:
    kill(gimp, "install", "open", moment)
    assert not gimp.module.exists()
    assert gimp.report().condition is Condition.INTERRUPTED
    assert gimp.uninstall() == ()
    assert gimp.files() == set()


def test_a_removal_begins_with_the_file_that_gimp_sees(gimp: Gimp) -> None:
    gimp.install()
    kill(gimp, "uninstall", "os.remove", 2)
    assert not gimp.entry.exists()
    assert gimp.uninstall() == ()
    assert gimp.files() == set()


def test_the_folder_of_one_that_was_never_started_is_made(gimp: Gimp) -> None:
    assert not gimp.place.folder.exists()
    gimp.install()
    assert gimp.is_whole()


def test_one_that_would_take_over_older_settings_has_to_be_started_first(gimp: Gimp) -> None:
    waiting = Gimp(replace(gimp.place, name="GIMP 3.0", takes_over="2.10"))
    with pytest.raises(InstallError, match=r"GIMP 3\.0 .* start it once, .* GIMP 2\.10"):
        waiting.install()
    assert not gimp.place.folder.exists()
    gimp.place.folder.mkdir(parents=True)
    waiting.install()
    assert waiting.is_whole()


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_to_a_checkout_is_set_aside_and_nothing_in_it_touched(
    gimp: Gimp, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "tugline.py").write_text("mine", "utf-8")
    gimp.plug_ins.mkdir(parents=True)
    gimp.module.symlink_to(checkout)
    gimp.install()
    assert gimp.report().condition is Condition.WHOLE
    assert [path.name for path in checkout.iterdir()] == ["tugline.py"]


def test_a_manifest_that_names_other_files_is_none(gimp: Gimp) -> None:
    gimp.install()
    said = {"format": 1, "version": "0.1.0", "made": ""}
    other = said | {"files": {"plug-ins/theirs/theirs.py": "0"}}
    (gimp.module / "installed.json").write_text(json.dumps(other), "utf-8")
    assert gimp.report().condition is Condition.FOREIGN
    with pytest.raises(InstallError):
        gimp.uninstall()


def test_a_folder_that_cannot_be_written_is_one_sentence(gimp: Gimp) -> None:
    gimp.place.folder.parent.mkdir(parents=True)
    gimp.place.folder.write_text("a file", "utf-8")
    with pytest.raises(InstallError, match=r"cannot be written .*quit GIMP"):
        gimp.install()
