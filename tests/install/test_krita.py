"""The plugin put into a Krita's folders, and taken out again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.install.conftest import WHEELS, Krita
from tests.install.killing import kill
from tugline_daemon.install import kritarc
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.folder import Condition
from tugline_daemon.install.krita import install
from tugline_daemon.install.places import Place


def loads_whole(krita: Krita) -> bool:
    """Say whether Krita, started now, would see no plugin or a whole one."""
    if not (krita.place.pykrita / "tugline.desktop").exists() or not krita.module.exists():
        return True
    return krita.report().condition in {Condition.WHOLE, Condition.INTERRUPTED} and all(
        (krita.module / path).is_file()
        for path in ("__init__.py", "vendor/common/tugline_edit/__init__.py", "daemon.json")
    )


def test_it_is_put_in_place_and_enabled(krita: Krita) -> None:
    assert krita.report().condition is Condition.ABSENT
    krita.install()
    assert krita.is_whole()
    assert (krita.module / "__init__.py").is_file()


def test_what_the_plugin_imports_comes_with_it_for_this_python(krita: Krita) -> None:
    krita.install()
    script = f"""
import sys
sys.path.insert(0, {str(krita.place.pykrita)!r})
sys.path.insert(0, {str(krita.module / "vendor" / "common")!r})
from tugline_edit.vendoring import vendor_paths
from pathlib import Path
for path in vendor_paths(Path({str(krita.module / "vendor")!r}), sys.version_info[:2]):
    sys.path.insert(0, str(path))
import msgpack, zmq, tugline_edit, tugline_protocol.zeromq
for module in (msgpack, zmq, tugline_edit, tugline_protocol.zeromq):
    assert module.__file__.startswith({str(krita.module)!r}), module.__file__
assert msgpack.unpackb(msgpack.packb([1, "a"])) == [1, "a"]
left, right = (zmq.Context.instance().socket(zmq.PAIR) for _ in "ab")
left.bind("inproc://a")
right.connect("inproc://a")
left.send(b"through")
assert right.recv() == b"through"
"""
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_daemon_s_command_is_one_that_runs(krita: Krita, tmp_path: Path) -> None:
    krita.install()
    command = json.loads((krita.module / "daemon.json").read_text("utf-8"))["command"]
    run = subprocess.run(
        [*command, "--help"], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "--idle-timeout" in run.stdout


def test_a_sandboxed_krita_gets_no_command(krita: Krita) -> None:
    boxed = Krita(Place("Krita (Flatpak)", krita.place.folder, krita.settings, sandboxed=True))
    boxed.install()
    assert boxed.is_whole()
    assert not (boxed.module / "daemon.json").exists()


def test_uninstalling_leaves_the_folder_as_it_was(krita: Krita) -> None:
    own = krita.place.pykrita / "theirs" / "__init__.py"
    own.parent.mkdir(parents=True)
    own.write_text("mine = True\n", "utf-8")
    krita.settings.parent.mkdir(parents=True)
    krita.settings.write_bytes(b"[python]\nenable_theirs=true\n")
    before = krita.files()
    krita.install()
    compiled = krita.module / "__pycache__" / "a.cpython-313.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"")
    assert krita.uninstall() == ()
    assert krita.files() == before
    assert krita.settings.read_bytes() == b"[python]\nenable_theirs=true\n"
    assert krita.report().condition is Condition.ABSENT
    assert not krita.module.exists()


def test_a_file_of_the_artist_s_survives_upgrade_and_removal(krita: Krita) -> None:
    krita.install()
    notes = krita.module / "my" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine", "utf-8")
    krita.install()
    assert notes.read_text("utf-8") == "mine"
    assert krita.is_whole()
    assert krita.uninstall() == (notes,)
    assert notes.read_text("utf-8") == "mine"
    krita.install()
    assert krita.report().condition is Condition.WHOLE


def test_a_changed_and_a_missing_file_are_named_and_mended(krita: Krita) -> None:
    krita.install()
    (krita.module / "__init__.py").write_text("broken(", "utf-8")
    (krita.place.pykrita / "tugline.desktop").unlink()
    report = krita.report()
    assert report.condition is Condition.DAMAGED
    assert set(report.files) == {"pykrita/tugline/__init__.py", "pykrita/tugline.desktop"}
    krita.install()
    assert krita.is_whole()


def test_another_version_is_named_and_replaced_whole(krita: Krita) -> None:
    krita.install()
    manifest = krita.module / "installed.json"
    stale = krita.module / "stale.py"
    stale.write_text("", "utf-8")
    said = json.loads(manifest.read_text("utf-8"))
    said["version"] = "0.0.9"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    said["files"]["pykrita/tugline/stale.py"] = empty
    manifest.write_text(json.dumps(said), "utf-8")
    report = krita.report()
    assert (report.condition, report.version) == (Condition.OTHER_VERSION, "0.0.9")
    assert krita.install().replaced == "0.0.9"
    assert krita.is_whole()
    assert not stale.exists()


def test_a_folder_that_was_there_by_other_means_is_set_aside(krita: Krita) -> None:
    krita.module.mkdir(parents=True)
    (krita.module / "hand.py").write_text("mine", "utf-8")
    assert krita.report().condition is Condition.FOREIGN
    with pytest.raises(InstallError, match="delete it yourself"):
        krita.uninstall()
    aside = krita.install().set_aside
    assert aside is not None
    assert (aside / "hand.py").read_text("utf-8") == "mine"
    assert krita.report().condition is Condition.WHOLE


def test_a_link_to_a_checkout_is_set_aside_and_nothing_in_it_touched(
    krita: Krita, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "__init__.py").write_text("mine", "utf-8")
    krita.module.parent.mkdir(parents=True)
    krita.module.symlink_to(checkout)
    krita.install()
    assert krita.report().condition is Condition.WHOLE
    assert [path.name for path in checkout.iterdir()] == ["__init__.py"]


@pytest.mark.parametrize(
    "files",
    [
        {"../../.config/kritarc": "0"},
        {"pykrita/tugline/../../../victim": "0"},
        {"/etc/passwd": "0"},
        {"pykrita/tugline_other/a.py": "0"},
        {"pykrita/tugline/a.py": 3},
        ["pykrita/tugline/a.py"],
    ],
)
def test_a_manifest_that_names_other_files_is_none(krita: Krita, files: object) -> None:
    krita.install()
    said = {"format": 1, "version": "0.1.0", "made": "", "files": files}
    (krita.module / "installed.json").write_text(json.dumps(said), "utf-8")
    assert krita.report().condition is Condition.FOREIGN
    with pytest.raises(InstallError):
        krita.uninstall()
    assert (krita.module / "__init__.py").exists()


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5])
def test_one_that_was_killed_at_a_rename_is_noticed_and_mended(krita: Krita, moment: int) -> None:
    krita.install()
    (krita.module / "__init__.py").write_text("older", "utf-8")
    (krita.module / "notes.txt").write_text("mine", "utf-8")
    kill(krita, "install", "os.rename", moment)
    assert loads_whole(krita)
    assert krita.report().condition is Condition.INTERRUPTED
    krita.install()
    assert krita.is_whole()
    assert (krita.module / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_a_first_one_that_was_killed_at_a_rename_is_noticed_and_mended(
    krita: Krita, moment: int
) -> None:
    kill(krita, "install", "os.rename", moment)
    assert loads_whole(krita)
    assert krita.report().condition is Condition.INTERRUPTED
    assert krita.report().enabled is False
    krita.install()
    assert krita.is_whole()


def test_one_that_was_killed_can_be_taken_out(krita: Krita) -> None:
    kill(krita, "install", "os.rename", 3)
    assert krita.uninstall() == ()
    assert krita.files() == set()


def test_one_that_was_killed_before_it_was_enabled_is_told_and_enabled(krita: Krita) -> None:
    kill(krita, "install", "os.rename", 5)
    assert krita.report().condition is Condition.WHOLE
    assert krita.report().enabled is False
    krita.install()
    assert krita.is_whole()
    assert [path.name for path in krita.settings.parent.iterdir()] == ["kritarc"]


@pytest.mark.parametrize("moment", [1, 50, 150])
def test_one_that_was_killed_while_it_copied_is_noticed_and_mended(
    krita: Krita, moment: int
) -> None:
    kill(krita, "install", "open", moment)
    assert not krita.module.exists()
    assert krita.report().condition is Condition.INTERRUPTED
    krita.install()
    assert krita.is_whole()


def test_without_network_and_wheels_nothing_changes(
    krita: Krita, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    krita.install()
    before = {path: path.stat().st_mtime_ns for path in krita.module.rglob("*")}
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(InstallError, match=r"pip could not fetch .* try again"):
        install(krita.place, "linux-x86_64", tmp_path / "empty", lambda _: None)
    assert {path: path.stat().st_mtime_ns for path in krita.module.rglob("*")} == before
    assert krita.is_whole()


def test_a_system_without_wheels_is_one_sentence(krita: Krita) -> None:
    with pytest.raises(InstallError, match="--platform"):
        install(krita.place, "linux-riscv64", WHEELS, lambda _: None)
    assert krita.report().condition is Condition.ABSENT


def test_a_folder_that_cannot_be_written_is_one_sentence(krita: Krita) -> None:
    krita.place.folder.parent.mkdir(parents=True)
    krita.place.folder.write_text("a file", "utf-8")
    with pytest.raises(InstallError, match="cannot be written"):
        krita.install()


def test_settings_that_were_switched_off_are_told_and_switched_on(krita: Krita) -> None:
    krita.install()
    text = krita.settings.read_bytes().replace(b"true", b"false")
    krita.settings.write_bytes(text)
    assert krita.report().enabled is False
    krita.install()
    assert kritarc.is_enabled(krita.settings.read_bytes())


@pytest.mark.parametrize("moment", [3, 30, 120])
def test_a_removal_that_was_killed_is_finished_by_the_next(krita: Krita, moment: int) -> None:
    krita.install()
    kill(krita, "uninstall", "os.remove", moment)
    assert krita.report().enabled is False
    assert krita.uninstall() == ()
    assert krita.files() == set()
