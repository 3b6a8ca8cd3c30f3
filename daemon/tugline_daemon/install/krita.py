"""Krita's plugin put in place, taken out, and examined.

Everything is built beside the plugin's folder as ``tugline.new`` and swapped in by renames; the
manifest gets its name last. So a Krita that starts at any moment sees the old plugin, none, or the
whole new one, and what an interrupted installation left behind is known and mended by the next one.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

from tugline_daemon import __version__

from . import kritarc
from .bundle import build, krita_sources
from .errors import InstallError
from .manifest import INSTALLED, INSTALLING, Manifest, hash_of, read_manifest
from .places import Place

_MODULE: Final = "pykrita/tugline"
_DESKTOP: Final = "pykrita/tugline.desktop"
_ACTIONS: Final = "actions/tugline.action"
_DAEMON: Final = "daemon.json"


class Condition(Enum):
    """How the plugin is in a resource folder."""

    ABSENT = "not installed"
    WHOLE = "installed"
    OTHER_VERSION = "another version is installed"
    INTERRUPTED = "an installation was interrupted"
    DAMAGED = "files are missing or changed"
    FOREIGN = "there, but without the list of its files"


@dataclass(frozen=True)
class Report:
    """What was found: ``version`` "" where none is known, ``files`` those missing or changed.

    ``enabled`` None: Krita's settings are not known.
    """

    condition: Condition
    version: str = ""
    files: tuple[str, ...] = ()
    enabled: bool | None = None


@dataclass(frozen=True)
class Installed:
    """What was there before: the version that was replaced, "" for none, and what was set aside."""

    replaced: str
    set_aside: Path | None


def examine(place: Place) -> Report:
    """Say how the plugin is in a place; raises InstallError where its settings are unreadable."""
    enabled = None if place.kritarc is None else kritarc.is_enabled(kritarc.read(place.kritarc))
    module = _module(place)
    manifest = _known(module)
    version = manifest.version if manifest else ""
    left_over = any(path.exists() for path in _beside(module))
    if left_over or (manifest is not None and not (module / INSTALLED).exists()):
        return Report(Condition.INTERRUPTED, version, (), enabled)
    if manifest is None:
        there = os.path.lexists(module)
        return Report(Condition.FOREIGN if there else Condition.ABSENT, enabled=enabled)
    damage = manifest.damage(place.folder)
    if damage:
        return Report(Condition.DAMAGED, version, damage, enabled)
    condition = Condition.WHOLE if version == __version__ else Condition.OTHER_VERSION
    return Report(condition, version, (), enabled)


def install(place: Place, system: str, cache: Path, say: Callable[[str], None]) -> Installed:
    """Put the plugin in place, or mend or replace the one that is there, and enable it.

    ``system`` is the one that Krita runs on (wheels.SYSTEMS), ``cache`` keeps wheels, ``say`` is
    told what goes on. Files that others put into the plugin's folder stay in it. Raises
    InstallError; what Krita loads then is still whole.
    """
    module = _module(place)
    new, old = _beside(module)
    try:
        _clean_up(place)
        before = _known(module)
        foreign = before is None and os.path.lexists(module)
        set_aside = _free_name(module.with_name("tugline.set-aside")) if foreign else None
        new.parent.mkdir(parents=True, exist_ok=True)
        build(new, (system,), cache, say)
        _complete(new, sandboxed=place.sandboxed)
        if before is not None:
            _keep_others(module, before, new)
        _swap(module, new, set_aside or old)
        for path, source in _single_files().items():
            _copy_by_rename(source, place.folder / path)
        (module / INSTALLING).replace(module / INSTALLED)
        shutil.rmtree(old, ignore_errors=True)
    except InstallError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise InstallError(
            f"{place.folder} cannot be written ({error.strerror or error}); quit Krita, see that "
            "the folder is yours, and try again."
        ) from error
    if place.kritarc is not None:
        _change_settings(place.kritarc, kritarc.with_plugin)
    return Installed(before.version if before else "", set_aside)


def uninstall(place: Place) -> tuple[Path, ...]:
    """Take out what was installed, and return what others put beside it, which stays.

    Raises InstallError where it was put there by other means.
    """
    module = _module(place)
    try:
        _clean_up(place)
        manifest = _known(module)
        if manifest is None and os.path.lexists(module):
            raise InstallError(
                f"{module} was not put there by `tugline plugins install`; delete it yourself."
            )
        if place.kritarc is not None:
            _change_settings(place.kritarc, kritarc.without_plugin)
        if manifest is None:
            return ()
        for path in (_DESKTOP, _ACTIONS, *manifest.files):
            if path in manifest.files:
                (place.folder / path).unlink(missing_ok=True)
        for name in (INSTALLED, INSTALLING):
            (module / name).unlink(missing_ok=True)
        _remove_empty_folders(module)
    except OSError as error:
        raise InstallError(
            f"The plugin in {place.folder} cannot be removed ({error.strerror or error}); quit "
            "Krita and try again."
        ) from error
    return tuple(sorted(path for path in module.rglob("*") if path.is_file()))


def manifest_of(module: Path, made: str) -> Manifest:
    """Return the manifest of a plugin's folder as ``bundle.build`` made it, with its two files."""
    inside = {
        f"{_MODULE}/{path.relative_to(module).as_posix()}": hash_of(path)
        for path in module.rglob("*")
        if path.is_file()
    }
    beside = {path: hash_of(source) for path, source in _single_files().items()}
    return Manifest(__version__, made, inside | beside)


def _module(place: Place) -> Path:
    return place.folder / _MODULE


def _beside(module: Path) -> tuple[Path, Path]:
    """Return where the new plugin is built, and where the old one waits for its end."""
    return module.with_name("tugline.new"), module.with_name("tugline.old")


def _known(module: Path) -> Manifest | None:
    """Return what an installation, finished or not, put there; a link is somebody else's."""
    if module.is_symlink():
        return None
    return read_manifest(module / INSTALLED) or read_manifest(module / INSTALLING)


def _clean_up(place: Place) -> None:
    """Undo or finish what an installation that was interrupted had begun."""
    module = _module(place)
    new, old = _beside(module)
    if old.exists() and not module.exists():
        old.rename(module)
    for left_over in (new, old):
        if left_over.exists():
            shutil.rmtree(left_over)
    for path in (_DESKTOP, _ACTIONS):
        _fresh(place.folder / path).unlink(missing_ok=True)


def _complete(new: Path, *, sandboxed: bool) -> None:
    """Add to a folder that was built what is this installation's own."""
    if not sandboxed:
        (new / _DAEMON).write_text(_daemon_command(), "utf-8")
    manifest = manifest_of(new, datetime.now(UTC).isoformat(timespec="seconds"))
    (new / INSTALLING).write_text(manifest.to_json(), "utf-8")


def _swap(module: Path, new: Path, aside: Path) -> None:
    if os.path.lexists(module):
        module.rename(aside)
    try:
        new.rename(module)
    except OSError:
        if os.path.lexists(aside):
            aside.rename(module)
        raise


def _single_files() -> dict[str, Path]:
    """Return the files that lie outside of the plugin's folder, by their place."""
    sources = krita_sources()
    return {_ACTIONS: sources / "tugline.action", _DESKTOP: sources / "tugline.desktop"}


def _keep_others(module: Path, before: Manifest, new: Path) -> None:
    """Copy what the installation before did not put into the plugin's folder to the new one."""
    for path in _others(module, before):
        kept = new / path.relative_to(module)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, kept)


def _others(module: Path, before: Manifest) -> Iterator[Path]:
    ours = {module.parents[1] / path for path in before.files}
    ours |= {module / INSTALLED, module / INSTALLING}
    for path in module.rglob("*"):
        if path.is_file() and path not in ours and "__pycache__" not in path.parts:
            yield path


def _remove_empty_folders(module: Path) -> None:
    """Remove the folders that nothing but Python's caches is left in, the innermost first."""
    folders = sorted(path for path in module.rglob("*") if path.is_dir())
    for folder in (*reversed(folders), module):
        if folder.name == "__pycache__":
            shutil.rmtree(folder)
        elif folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _copy_by_rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, _fresh(target))
    _fresh(target).replace(target)


def _fresh(target: Path) -> Path:
    """Return where a file is written before it gets its name."""
    return target.with_name(f"{target.name}.new")


def _free_name(wanted: Path) -> Path:
    number = 1
    path = wanted
    while os.path.lexists(path):
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


def _change_settings(settings: Path, change: Callable[[bytes], bytes]) -> None:
    before = kritarc.read(settings)
    after = change(before)
    if after != before:
        kritarc.write(settings, after)


def _daemon_command() -> str:
    """Return the text of daemon.json: how the docker starts the daemon that belongs to it."""
    # Python's isolated mode does not find what was installed for one user alone.
    isolated = ("-I",) if _is_found("-I") else ("-E", "-P")
    command = [sys.executable, *isolated, "-m", "tugline_daemon.cli", "serve"]
    return json.dumps({"command": command}, indent=1) + "\n"


def _is_found(mode: str) -> bool:
    look = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('tugline_daemon'))"
    return subprocess.run([sys.executable, mode, "-c", look], check=False).returncode == 0
