"""Where Krita is looked for, on each system."""

from pathlib import Path

import pytest

from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.places import find_places, looked_at, place_at


def touch(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_none_is_found_in_an_empty_home(tmp_path: Path) -> None:
    assert find_places("linux", tmp_path, {"PATH": ""}) == ()
    assert tmp_path / ".local/share/krita" in looked_at("linux", tmp_path, {"PATH": ""})


def test_one_that_was_started_is_found_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".local/share/krita").mkdir(parents=True)
    (place,) = find_places("linux", tmp_path, {"PATH": ""})
    assert place.folder == tmp_path / ".local/share/krita"
    assert place.kritarc == tmp_path / ".config/kritarc"


def test_one_that_was_never_started_is_found_by_its_program(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "krita"
    touch(program)
    program.chmod(0o755)
    (place,) = find_places("linux", tmp_path / "home", {"PATH": str(program.parent)})
    assert place.folder == tmp_path / "home/.local/share/krita"


def test_the_xdg_folders_hold(tmp_path: Path) -> None:
    (tmp_path / "data" / "krita").mkdir(parents=True)
    env = {
        "PATH": "",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "settings"),
    }
    (place,) = find_places("linux", tmp_path, env)
    assert (place.folder, place.kritarc) == (
        tmp_path / "data" / "krita",
        tmp_path / "settings" / "kritarc",
    )


def test_flatpak_and_snap_are_found_beside_the_native_one(tmp_path: Path) -> None:
    for folder in (".local/share/krita", ".var/app/org.kde.krita"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "snap/krita/current/.local/share/krita").mkdir(parents=True)
    native, flatpak, snap = find_places("linux", tmp_path, {"PATH": ""})
    assert not native.sandboxed
    assert flatpak.sandboxed
    assert flatpak.folder == tmp_path / ".var/app/org.kde.krita/data/krita"
    assert flatpak.kritarc == tmp_path / ".var/app/org.kde.krita/config/kritarc"
    assert snap.kritarc == tmp_path / "snap/krita/current/.config/kritarc"


def test_the_store_s_krita_is_found_beside_the_other_on_windows(tmp_path: Path) -> None:
    roaming, local = tmp_path / "AppData/Roaming", tmp_path / "AppData/Local"
    (roaming / "krita").mkdir(parents=True)
    package = local / "Packages/49800Krita_abc"
    package.mkdir(parents=True)
    env = {"APPDATA": str(roaming), "LOCALAPPDATA": str(local)}
    native, store = find_places("win32", tmp_path, env)
    assert (native.folder, native.kritarc) == (roaming / "krita", local / "kritarc")
    assert store.folder == package / "LocalCache/Roaming/krita"
    assert store.kritarc == package / "LocalCache/Local/kritarc"


def test_the_mac_s_is_in_the_library(tmp_path: Path) -> None:
    (tmp_path / "Library/Application Support/krita").mkdir(parents=True)
    (place,) = find_places("darwin", tmp_path, {})
    assert place.kritarc == tmp_path / "Library/Preferences/kritarc"


def test_the_folder_that_the_artist_chose_in_krita_holds(tmp_path: Path) -> None:
    touch(tmp_path / ".config/kritarc", f"ResourceDirectory={tmp_path}/my art\n[python]\n")
    (place,) = find_places("linux", tmp_path, {"PATH": ""})
    assert place.folder == tmp_path / "my art"
    assert place.kritarc == tmp_path / ".config/kritarc"


@pytest.mark.parametrize("chosen", ["C:/Users/an/krita", "relative/krita", ""])
def test_a_choice_that_krita_ignores_is_ignored(tmp_path: Path, chosen: str) -> None:
    touch(tmp_path / ".config/kritarc", f"ResourceDirectory={chosen}\n")
    (place,) = find_places("linux", tmp_path, {"PATH": ""})
    assert place.folder == tmp_path / ".local/share/krita"


@pytest.mark.parametrize(
    ("folder", "kritarc"),
    [
        (".local/share/krita", ".config/kritarc"),
        (".var/app/org.kde.krita/data/krita", ".var/app/org.kde.krita/config/kritarc"),
        ("Library/Application Support/krita", "Library/Preferences/kritarc"),
        ("AppData/Roaming/krita", "AppData/Local/kritarc"),
    ],
)
def test_the_settings_of_a_named_folder_are_found_by_its_path(
    tmp_path: Path, folder: str, kritarc: str
) -> None:
    assert place_at(tmp_path / folder).kritarc == tmp_path / kritarc


def test_the_settings_of_any_other_folder_are_not_guessed(tmp_path: Path) -> None:
    assert place_at(tmp_path / "art").kritarc is None
    assert place_at(tmp_path / "art", tmp_path / "rc").kritarc == tmp_path / "rc"


def test_a_folder_inside_the_resource_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="not Krita's resource folder"):
        place_at(tmp_path / "krita" / "pykrita")
