"""Where each version of GIMP keeps its own folder, for each way in which it is installed.

``gimp_directory`` (libgimpbase, developer.gimp.org/api/3.0/libgimp/func.directory.html): the folder
that ``GIMP3_DIRECTORY`` names, which below the home is named relatively; else ``GIMP/VERSION`` in
the folder for settings: ``$XDG_CONFIG_HOME``, ``%APPDATA%``, macOS' Application Support. Flatpak's
GIMP uses the system's own folder wherever there is one, and that in its sandbox only else
(flathub/org.gimp.GIMP, issue 72). The Store's package (``AppxManifest.xml`` in GIMP's sources) does
not turn off that Windows keeps what it writes to ``%APPDATA%`` in the package's own folder.
"""

import os
import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from .errors import InstallError
from .standard_folders import absolute, flatpak_installations

PLUG_INS: Final = "plug-ins"
"""The folder of plug-ins in a GIMP's own folder."""

FIRST: Final = (3, 0)
"""The first version of GIMP that Tugline works in."""

_FLATPAK: Final = "org.gimp.GIMP"
_PROGRAM: Final = re.compile(r"gimp-(\d+\.\d+)(\.exe)?")
_SAID: Final = re.compile(r"version (\d+\.\d+)")
_FOLDER: Final = re.compile(r"\d+\.\d+")
_SECONDS: Final = 30


@dataclass(frozen=True)
class GimpPlace:
    """The own folder of one GIMP version, which need not be there yet.

    ``sandboxed``: that GIMP may not start programs of the system. ``takes_over``: the version whose
    settings GIMP copies at its first start, "" for none; it does so only where the folder is not
    there yet.
    """

    name: str
    folder: Path
    sandboxed: bool = False
    takes_over: str = ""


@dataclass(frozen=True)
class _Family:
    """The GIMPs whose folders lie in one ``folder``, and the versions that are known by programs.

    ``kind`` "" is the system's own GIMP; ``chosen`` is the one folder that the artist gave to all
    versions instead, None for none.
    """

    kind: str
    folder: Path
    programs: frozenset[str] = frozenset()
    sandboxed: bool = False
    chosen: Path | None = None

    def versions(self) -> list[str]:
        """Return each version that was started or is installed, the oldest first."""
        return sorted(self.started() | self.programs, key=_numbers)

    def started(self) -> frozenset[str]:
        """Return the versions that have a folder."""
        if not self.folder.is_dir():
            return frozenset()
        found = (path for path in self.folder.iterdir() if path.is_dir())
        return frozenset(path.name for path in found if _FOLDER.fullmatch(path.name))


def find_places(
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[GimpPlace, ...]:
    """Return each GIMP from 3.0 on that was started once or is installed; those started first.

    The arguments are this system's where they are left out.
    """
    families = _families(platform, home, environment)
    found = (place for family in families for place in _places(family))
    return tuple(sorted(found, key=lambda place: not place.folder.is_dir()))


def too_old(
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return the newest version of GIMP before 3.0 that is there, "" where there is none."""
    families = _families(platform, home, environment)
    versions = {version for family in families for version in family.versions()}
    return max((each for each in versions if _numbers(each) < FIRST), key=_numbers, default="")


def looked_at(
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Return the folders in which find_places looks for those of GIMP's versions."""
    families = _families(platform, home, environment)
    return tuple(family.chosen or family.folder for family in families)


def place_at(folder: Path) -> GimpPlace:
    """Return the place whose own folder the user named; raises InstallError for no such folder."""
    folder = folder.absolute()
    if folder.name == PLUG_INS or (folder.exists() and not folder.is_dir()):
        raise InstallError(
            f"{folder} is not GIMP's own folder; that is the one in which {PLUG_INS} lies."
        )
    if _FOLDER.fullmatch(folder.name) and _numbers(folder.name) < FIRST:
        raise InstallError(f"{folder} is GIMP {folder.name}'s; Tugline needs GIMP 3.0 or later.")
    for place in find_places():
        if place.folder == folder:
            return place
    return GimpPlace("GIMP", folder, f".var/app/{_FLATPAK}" in folder.as_posix())


def _places(family: _Family) -> Iterator[GimpPlace]:
    versions = [each for each in family.versions() if _numbers(each) >= FIRST]
    if family.chosen is not None:
        if family.chosen.is_dir() or versions:
            yield GimpPlace("GIMP", family.chosen)
        return
    kind = f" ({family.kind})" if family.kind else ""
    started = family.started()
    for version in versions:
        older = {each for each in started if _numbers(each) < _numbers(version)}
        takes_over = "" if version in started else max(older, key=_numbers, default="")
        folder = family.folder / version
        yield GimpPlace(f"GIMP {version}{kind}", folder, family.sandboxed, takes_over)


def _families(
    platform: str, home: Path | None, environment: Mapping[str, str] | None
) -> Iterator[_Family]:
    home = home or Path.home()
    env = os.environ if environment is None else environment
    chosen = env.get("GIMP3_DIRECTORY")
    for family in {"win32": _on_windows, "darwin": _on_macos}.get(platform, _on_linux)(home, env):
        if chosen and not family.kind:
            yield replace(family, chosen=home / chosen)
        else:
            yield family


def _on_linux(home: Path, env: Mapping[str, str]) -> Iterator[_Family]:
    shared = (absolute(env.get("XDG_CONFIG_HOME")) or home / ".config") / "GIMP"
    native = _on_path(env)
    apps = [root / "app" / _FLATPAK for root in flatpak_installations(home)]
    flatpak = _programs(*(app / "current" / "active" / "files" / "bin" for app in apps))
    if shared.is_dir() and not native and any(app.exists() for app in apps):
        yield _Family("Flatpak", shared, flatpak, sandboxed=True)
    elif shared.is_dir():
        yield _Family("", shared, native | flatpak)
    else:
        yield _Family("", shared, native)
        boxed = home / ".var" / "app" / _FLATPAK / "config" / "GIMP"
        yield _Family("Flatpak", boxed, flatpak, sandboxed=True)
    snap = home / "snap" / "gimp" / "current" / ".config" / "GIMP"
    yield _Family("Snap", snap, sandboxed=True)


def _on_windows(home: Path, env: Mapping[str, str]) -> Iterator[_Family]:
    roaming = absolute(env.get("APPDATA")) or home / "AppData" / "Roaming"
    local = absolute(env.get("LOCALAPPDATA")) or home / "AppData" / "Local"
    roots = [absolute(env.get("PROGRAMFILES")), local / "Programs"]
    programs = [path for root in roots if root for path in root.glob("GIMP */bin")]
    yield _Family("", roaming / "GIMP", _programs(*programs))
    for package in sorted((local / "Packages").glob("*GIMP*")):
        yield _Family("Microsoft Store", package / "LocalCache" / "Roaming" / "GIMP")


def _on_macos(home: Path, env: Mapping[str, str]) -> Iterator[_Family]:
    del env
    applications = (Path("/Applications"), home / "Applications")
    programs = [path for root in applications for path in root.glob("GIMP*.app")]
    said = frozenset(version for path in programs if (version := _version_of_bundle(path)))
    yield _Family("", home / "Library" / "Application Support" / "GIMP", said)


def _on_path(env: Mapping[str, str]) -> frozenset[str]:
    """Return the versions of GIMP whose programs can be started by name."""
    path = env.get("PATH", os.defpath)
    named = _programs(*(Path(part) for part in path.split(os.pathsep) if part))
    program = shutil.which("gimp", path=path)
    # A snap's commands are all one program, which would start the sandbox.
    if named or program is None or Path(program).resolve().name == "snap":
        return named
    return _version_said_by(program)


def _programs(*folders: Path) -> frozenset[str]:
    """Return the versions of GIMP whose programs lie in the folders, as ``gimp-3.0``."""
    names = (path.name for folder in folders for path in folder.glob("gimp-*"))
    return frozenset(found[1] for name in names if (found := _PROGRAM.fullmatch(name)))


def _version_said_by(program: str) -> frozenset[str]:
    try:
        run = subprocess.run(
            [program, "--version"], capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    found = _SAID.search(run.stdout.decode("utf-8", "replace"))
    return frozenset([found[1]] if found else [])


def _version_of_bundle(application: Path) -> str:
    """Return the version that a macOS application says of itself, "" where it says none."""
    try:
        with (application / "Contents" / "Info.plist").open("rb") as file:
            said = plistlib.load(file)
    except (OSError, plistlib.InvalidFileException, ExpatError, ValueError):
        return ""
    version = said.get("CFBundleShortVersionString") if isinstance(said, dict) else None
    found = _FOLDER.match(version) if isinstance(version, str) else None
    return found[0] if found else ""


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)
