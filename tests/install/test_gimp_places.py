"""Where each version of GIMP is looked for, on each system."""

import plistlib
from pathlib import Path

import pytest

from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.gimp_places import (
    GimpPlace,
    find_places,
    looked_at,
    place_at,
    too_old,
)

FLATPAK = "app/org.gimp.GIMP/current/active/files/bin"


def program(path: Path, text: str = "#!/bin/sh\nexit 1\n") -> Path:
    """Make a program and return the folder that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path.parent


def names(places: tuple[GimpPlace, ...]) -> list[str]:
    return [place.name for place in places]


def test_none_is_found_in_an_empty_home(tmp_path: Path) -> None:
    assert find_places("linux", tmp_path, {"PATH": ""}) == ()
    assert too_old("linux", tmp_path, {"PATH": ""}) == ""
    assert tmp_path / ".config/GIMP" in looked_at("linux", tmp_path, {"PATH": ""})


def test_each_version_that_was_started_has_a_folder_of_its_own(tmp_path: Path) -> None:
    for version in ("2.10", "3.0", "3.2", "backup"):
        (tmp_path / ".config/GIMP" / version).mkdir(parents=True)
    old, new = find_places("linux", tmp_path, {"PATH": ""})
    assert (old.name, old.folder) == ("GIMP 3.0", tmp_path / ".config/GIMP/3.0")
    assert (new.name, new.folder) == ("GIMP 3.2", tmp_path / ".config/GIMP/3.2")
    assert not old.sandboxed


def test_one_that_was_never_started_is_found_by_its_program(tmp_path: Path) -> None:
    programs = program(tmp_path / "bin" / "gimp-3.2")
    program(tmp_path / "bin" / "gimp-console-3.2")
    (place,) = find_places("linux", tmp_path, {"PATH": str(programs)})
    assert place == GimpPlace("GIMP 3.2", tmp_path / ".config/GIMP/3.2")


def test_a_program_without_a_version_in_its_name_is_asked_for_it(tmp_path: Path) -> None:
    said = "GNU Image Manipulation Program version 3.0.4"
    programs = program(tmp_path / "bin" / "gimp", f"#!/bin/sh\necho {said}\n")
    assert names(find_places("linux", tmp_path, {"PATH": str(programs)})) == ["GIMP 3.0"]


def test_a_program_that_says_no_version_is_none(tmp_path: Path) -> None:
    programs = program(tmp_path / "bin" / "gimp")
    assert find_places("linux", tmp_path, {"PATH": str(programs)}) == ()


def test_the_command_of_a_snap_is_not_started(tmp_path: Path) -> None:
    programs = program(tmp_path / "bin" / "snap", "#!/bin/sh\necho version 3.0.4\n")
    (programs / "gimp").symlink_to("snap")
    assert find_places("linux", tmp_path, {"PATH": str(programs)}) == ()


def test_gimp_2_alone_is_none_and_is_named(tmp_path: Path) -> None:
    (tmp_path / ".config/GIMP/2.8").mkdir(parents=True)
    programs = program(tmp_path / "bin" / "gimp-2.10")
    assert find_places("linux", tmp_path, {"PATH": str(programs)}) == ()
    assert too_old("linux", tmp_path, {"PATH": str(programs)}) == "2.10"


def test_one_that_will_take_over_older_settings_comes_last_and_says_so(tmp_path: Path) -> None:
    for version in ("2.10", "3.0"):
        (tmp_path / ".config/GIMP" / version).mkdir(parents=True)
    (tmp_path / ".var/app/org.gimp.GIMP").mkdir(parents=True)
    programs = program(tmp_path / "bin" / "gimp-3.2")
    found = find_places("linux", tmp_path, {"PATH": str(programs)})
    assert [(place.name, place.takes_over) for place in found] == [
        ("GIMP 3.0", ""),
        ("GIMP 3.2", "3.0"),
    ]


def test_the_xdg_folder_holds(tmp_path: Path) -> None:
    (tmp_path / "settings" / "GIMP" / "3.0").mkdir(parents=True)
    env = {"PATH": "", "XDG_CONFIG_HOME": str(tmp_path / "settings")}
    (place,) = find_places("linux", tmp_path / "home", env)
    assert place.folder == tmp_path / "settings/GIMP/3.0"


@pytest.mark.parametrize("relative", [True, False])
def test_the_folder_that_the_artist_gave_to_gimp_holds(tmp_path: Path, *, relative: bool) -> None:
    own = tmp_path / "my gimp"
    own.mkdir()
    (tmp_path / ".config/GIMP/3.0").mkdir(parents=True)
    env = {"PATH": "", "GIMP3_DIRECTORY": "my gimp" if relative else str(own)}
    assert find_places("linux", tmp_path, env) == (GimpPlace("GIMP", own),)


def test_flatpak_keeps_its_own_folder_where_the_system_has_none(tmp_path: Path) -> None:
    (tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0").mkdir(parents=True)
    program(tmp_path / ".local/share/flatpak" / FLATPAK / "gimp-3.2")
    started, installed = find_places("linux", tmp_path, {"PATH": ""})
    assert started.name == "GIMP 3.0 (Flatpak)"
    assert started.folder == tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0"
    assert started.sandboxed
    assert (installed.name, installed.takes_over) == ("GIMP 3.2 (Flatpak)", "3.0")


def test_flatpak_uses_the_system_s_folder_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / ".config/GIMP/3.0").mkdir(parents=True)
    (tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0").mkdir(parents=True)
    program(tmp_path / ".local/share/flatpak" / FLATPAK / "gimp-3.0")
    (alone,) = find_places("linux", tmp_path, {"PATH": ""})
    assert alone == GimpPlace("GIMP 3.0 (Flatpak)", tmp_path / ".config/GIMP/3.0", sandboxed=True)
    programs = program(tmp_path / "bin" / "gimp-3.0")
    (shared,) = find_places("linux", tmp_path, {"PATH": str(programs)})
    assert shared == GimpPlace("GIMP 3.0", tmp_path / ".config/GIMP/3.0")


def test_snap_has_a_home_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "snap/gimp/current/.config/GIMP/3.0"
    own.mkdir(parents=True)
    assert find_places("linux", tmp_path, {"PATH": ""}) == (
        GimpPlace("GIMP 3.0 (Snap)", own, sandboxed=True),
    )


def test_on_windows_it_is_in_the_roaming_folder_or_in_the_store_s_package(tmp_path: Path) -> None:
    roaming, local = tmp_path / "AppData/Roaming", tmp_path / "AppData/Local"
    program(tmp_path / "Programs/GIMP 3/bin/gimp-3.0.exe")
    store = local / "Packages/12345GIMP.GIMP_abc/LocalCache/Roaming/GIMP/3.0"
    store.mkdir(parents=True)
    env = {
        "APPDATA": str(roaming),
        "LOCALAPPDATA": str(local),
        "PROGRAMFILES": str(tmp_path / "Programs"),
    }
    packaged, native = find_places("win32", tmp_path, env)
    assert native == GimpPlace("GIMP 3.0", roaming / "GIMP/3.0")
    assert packaged == GimpPlace("GIMP 3.0 (Microsoft Store)", store)


def test_on_macos_it_is_in_the_library_and_the_application_says_its_version(
    tmp_path: Path,
) -> None:
    application = tmp_path / "Applications/GIMP.app/Contents"
    application.mkdir(parents=True)
    (application / "Info.plist").write_bytes(
        plistlib.dumps({"CFBundleShortVersionString": "3.0.4"})
    )
    (place,) = find_places("darwin", tmp_path, {})
    assert place.folder == tmp_path / "Library/Application Support/GIMP/3.0"


@pytest.mark.parametrize("said", [b"", b"<plist>", plistlib.dumps(["3.0"]), plistlib.dumps({})])
def test_an_application_that_says_nothing_sound_is_none(tmp_path: Path, said: bytes) -> None:
    application = tmp_path / "Applications/GIMP.app/Contents"
    application.mkdir(parents=True)
    (application / "Info.plist").write_bytes(said)
    assert find_places("darwin", tmp_path, {}) == ()


def test_a_folder_that_the_user_named_is_taken_as_it_is(tmp_path: Path) -> None:
    assert place_at(tmp_path / "art") == GimpPlace("GIMP", tmp_path / "art")
    boxed = tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0"
    assert place_at(boxed).sandboxed


def test_the_folder_of_plug_ins_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="the one in which plug-ins lies"):
        place_at(tmp_path / "GIMP" / "3.0" / "plug-ins")


def test_the_folder_of_gimp_2_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match=r"GIMP 2\.10's; Tugline needs GIMP 3\.0"):
        place_at(tmp_path / "GIMP" / "2.10")
