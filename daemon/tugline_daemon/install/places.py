"""Where Krita keeps its plugins and its settings, for each way in which it is installed.

From Krita's manual ("Resource Management", "FAQ: Resetting Krita configuration") and, for a folder
that the artist chose themselves, ``ResourceDirectory`` as ``KoResourcePaths.cpp`` reads it.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from . import kritarc
from .errors import InstallError
from .standard_folders import absolute, flatpak_installations

# How a resource folder ends, and kritarc's place as seen from what is before that.
_BESIDE: Final = (
    (".local/share/krita", ".config/kritarc"),
    (".var/app/org.kde.krita/data/krita", ".var/app/org.kde.krita/config/kritarc"),
    ("AppData/Roaming/krita", "AppData/Local/kritarc"),
    ("LocalCache/Roaming/krita", "LocalCache/Local/kritarc"),
    ("Library/Application Support/krita", "Library/Preferences/kritarc"),
)
_FLATPAK: Final = "org.kde.krita"


@dataclass(frozen=True)
class Place:
    """One Krita's resource folder, and its settings, which need not be there yet.

    ``kritarc`` None: not known. ``sandboxed``: that Krita may not start programs of the system.
    """

    name: str
    folder: Path
    kritarc: Path | None
    sandboxed: bool = False

    @property
    def pykrita(self) -> Path:
        """The folder of Python plugins."""
        return self.folder / "pykrita"


@dataclass(frozen=True)
class _Candidate:
    place: Place
    signs: tuple[Path, ...]


def find_places(
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Place, ...]:
    """Return each Krita that is there: one that was started once, or one that is installed.

    The arguments are this system's where they are left out.
    """
    return tuple(
        candidate.place
        for candidate in _candidates(platform, home, environment)
        if any(sign.exists() for sign in candidate.signs)
    )


def looked_at(
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Return the resource folders that find_places looks for."""
    return tuple(candidate.place.folder for candidate in _candidates(platform, home, environment))


def place_at(folder: Path, settings: Path | None = None) -> Place:
    """Return the place whose resource folder the user named, with kritarc where it belongs to it.

    ``settings`` None: kritarc is found by the folder's own path, if that is one of Krita's.
    Raises InstallError for a folder that cannot be one.
    """
    folder = folder.absolute()
    if folder.name == "pykrita" or (folder.exists() and not folder.is_dir()):
        raise InstallError(
            f"{folder} is not Krita's resource folder; that is the one in which pykrita lies."
        )
    for place in find_places():
        if place.folder == folder:
            return Place(place.name, folder, settings or place.kritarc, place.sandboxed)
    beside = settings.absolute() if settings else _kritarc_beside(folder)
    return Place("Krita", folder, beside, f".var/app/{_FLATPAK}" in folder.as_posix())


def _kritarc_beside(folder: Path) -> Path | None:
    for ending, settings in _BESIDE:
        parts = PurePath(ending).parts
        if folder.parts[-len(parts) :] == parts:
            return Path(*folder.parts[: -len(parts)], settings)
    return None


def _candidates(
    platform: str, home: Path | None, environment: Mapping[str, str] | None
) -> Iterator[_Candidate]:
    home = home or Path.home()
    env = os.environ if environment is None else environment
    found = {"win32": _on_windows, "darwin": _on_macos}.get(platform, _on_linux)(home, env)
    for candidate in found:
        place = candidate.place
        chosen = _chosen_folder(place.kritarc)
        if chosen is None:
            yield candidate
        else:
            moved = Place(place.name, chosen, place.kritarc, place.sandboxed)
            yield _Candidate(moved, (chosen, *candidate.signs))


def _on_linux(home: Path, env: Mapping[str, str]) -> Iterator[_Candidate]:
    data = absolute(env.get("XDG_DATA_HOME")) or home / ".local" / "share"
    settings = absolute(env.get("XDG_CONFIG_HOME")) or home / ".config"
    program = shutil.which("krita", path=env.get("PATH", os.defpath))
    native = Place("Krita", data / "krita", settings / "kritarc")
    signs = (native.folder, settings / "kritarc", *([Path(program)] if program else ()))
    yield _Candidate(native, signs)

    sandbox = home / ".var" / "app" / _FLATPAK
    flatpak = Place(
        "Krita (Flatpak)", sandbox / "data" / "krita", sandbox / "config" / "kritarc", True
    )
    installed = (root / "app" / _FLATPAK for root in flatpak_installations(home))
    yield _Candidate(flatpak, (sandbox, *installed))

    own = home / "snap" / "krita" / "current"
    snap = Place("Krita (Snap)", own / ".local/share/krita", own / ".config/kritarc", True)
    yield _Candidate(snap, (snap.folder,))


def _on_windows(home: Path, env: Mapping[str, str]) -> Iterator[_Candidate]:
    roaming = absolute(env.get("APPDATA")) or home / "AppData" / "Roaming"
    local = absolute(env.get("LOCALAPPDATA")) or home / "AppData" / "Local"
    programs = absolute(env.get("PROGRAMFILES"))
    native = Place("Krita", roaming / "krita", local / "kritarc")
    yield _Candidate(native, (native.folder, *([programs / "Krita (x64)"] if programs else ())))
    for package in sorted((local / "Packages").glob("49800Krita*")):
        own = package / "LocalCache"
        store = Place("Krita (Microsoft Store)", own / "Roaming/krita", own / "Local/kritarc")
        yield _Candidate(store, (package,))


def _on_macos(home: Path, env: Mapping[str, str]) -> Iterator[_Candidate]:
    del env
    library = home / "Library"
    native = Place(
        "Krita", library / "Application Support" / "krita", library / "Preferences" / "kritarc"
    )
    yield _Candidate(native, (native.folder, Path("/Applications/krita.app")))


def _chosen_folder(settings: Path | None) -> Path | None:
    """Return the resource folder that the artist set in Krita, None where it is Krita's own."""
    if settings is None or not settings.is_file():
        return None
    chosen = kritarc.resource_directory(kritarc.read(settings))
    # Krita itself ignores one that was written under another system.
    foreign = re.match(r"/[^/]", chosen) if os.name == "nt" else re.match(r"[A-Za-z]:/", chosen)
    return None if foreign else absolute(chosen)
