"""A plugin's folder in an editor's: put in place, taken out, and examined.

Everything is built beside the plugin's folder as ``tugline.new`` and swapped in by renames; the
manifest gets its name last. So an editor that starts at any moment sees the old plugin, none, or
the whole new one, and what an interrupted installation left behind is known and mended by the next
one. What the editors differ in is said by a ``Spot`` and by who builds the new folder.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from tugline_daemon import __version__

from .errors import InstallError
from .manifest import INSTALLED, INSTALLING, Manifest, hash_of, read_manifest


class Condition(Enum):
    """How the plugin is in an editor's folder."""

    ABSENT = "not installed"
    WHOLE = "installed"
    OTHER_VERSION = "another version is installed"
    INTERRUPTED = "an installation was interrupted"
    DAMAGED = "files are missing or changed"
    NOT_EXECUTABLE = "the editor may not run its file"
    FOREIGN = "there, but without the list of its files"


@dataclass(frozen=True)
class Report:
    """What was found: ``version`` "" where none is known, ``files`` those missing or changed.

    ``enabled`` None: the editor has no such switch, or its settings are not known.
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


@dataclass(frozen=True)
class Spot:
    """Where the plugin goes in one editor's ``folder``; all names are inside it, with ``/``.

    ``editor`` is the program's name, ``module`` the plugin's own folder, ``sign`` the file by which
    the editor knows that there is a plugin, and ``beside`` the single files outside of ``module``
    with their sources.
    """

    editor: str
    folder: Path
    module: str
    sign: str
    beside: Mapping[str, Path] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The plugin's own folder."""
        return self.folder / self.module

    @property
    def new(self) -> Path:
        """Where the new plugin is built."""
        return self.path.with_name(f"{self.path.name}.new")

    @property
    def old(self) -> Path:
        """Where the old plugin waits for the new one to be whole."""
        return self.path.with_name(f"{self.path.name}.old")


def examine(spot: Spot) -> Report:
    """Say how the plugin is in a spot."""
    manifest = _known(spot)
    version = manifest.version if manifest else ""
    left_over = spot.new.exists() or spot.old.exists()
    if left_over or (manifest is not None and not (spot.path / INSTALLED).exists()):
        return Report(Condition.INTERRUPTED, version)
    if manifest is None:
        return Report(Condition.FOREIGN if os.path.lexists(spot.path) else Condition.ABSENT)
    damage = manifest.damage(spot.folder)
    if damage:
        return Report(Condition.DAMAGED, version, damage)
    return Report(Condition.WHOLE if version == __version__ else Condition.OTHER_VERSION, version)


def put(spot: Spot, build: Callable[[Path], None]) -> Installed:
    """Put the plugin in place, or mend or replace the one that is there.

    ``build`` makes the plugin's whole folder at the path that it is given, which is not there yet.
    Files that others put into the plugin's folder stay in it. Raises InstallError; what the editor
    loads then is still whole.
    """
    try:
        _clean_up(spot)
        before = _known(spot)
        foreign = before is None and os.path.lexists(spot.path)
        aside = spot.path.with_name(f"{spot.path.name}.set-aside")
        set_aside = _free_name(aside) if foreign else None
        spot.new.parent.mkdir(parents=True, exist_ok=True)
        build(spot.new)
        manifest = manifest_of(spot, spot.new, datetime.now(UTC).isoformat(timespec="seconds"))
        (spot.new / INSTALLING).write_text(manifest.to_json(), "utf-8")
        if before is not None:
            _keep_others(spot, before)
        _swap(spot, set_aside or spot.old)
        for name, source in spot.beside.items():
            _copy_by_rename(source, spot.folder / name)
        (spot.path / INSTALLING).replace(spot.path / INSTALLED)
        shutil.rmtree(spot.old, ignore_errors=True)
    except InstallError:
        shutil.rmtree(spot.new, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(spot.new, ignore_errors=True)
        raise InstallError(
            f"{spot.folder} cannot be written ({error.strerror or error}); quit {spot.editor}, see "
            "that the folder is yours, and try again."
        ) from error
    return Installed(before.version if before else "", set_aside)


def take_out(spot: Spot, disable: Callable[[], None] = lambda: None) -> tuple[Path, ...]:
    """Take out what was put in, and return what others put beside it, which stays.

    ``disable`` is called before the first file goes. Raises InstallError where the plugin was put
    there by other means; nothing is touched then.
    """
    try:
        _clean_up(spot)
        manifest = _known(spot)
        if manifest is None and os.path.lexists(spot.path):
            raise InstallError(
                f"{spot.path} was not put there by `tugline plugins install`; delete it yourself."
            )
        disable()
        if manifest is None:
            return ()
        for name in (spot.sign, *spot.beside, *manifest.files):
            if name in manifest.files:
                (spot.folder / name).unlink(missing_ok=True)
        for name in (INSTALLED, INSTALLING):
            (spot.path / name).unlink(missing_ok=True)
        _remove_empty_folders(spot.path)
    except OSError as error:
        raise InstallError(
            f"The plugin in {spot.folder} cannot be removed ({error.strerror or error}); quit "
            f"{spot.editor} and try again."
        ) from error
    return tuple(sorted(path for path in spot.path.rglob("*") if path.is_file()))


def manifest_of(spot: Spot, built: Path, made: str) -> Manifest:
    """Return the manifest of the plugin's folder in ``built``, with the files beside it."""
    inside = {
        f"{spot.module}/{path.relative_to(built).as_posix()}": hash_of(path)
        for path in built.rglob("*")
        if path.is_file()
    }
    beside = {name: hash_of(source) for name, source in spot.beside.items()}
    return Manifest(__version__, made, inside | beside)


def _known(spot: Spot) -> Manifest | None:
    """Return what an installation, finished or not, put there; a link is somebody else's."""
    if spot.path.is_symlink():
        return None
    return read_manifest(spot.path / INSTALLED) or read_manifest(spot.path / INSTALLING)


def _clean_up(spot: Spot) -> None:
    """Undo or finish what an installation that was interrupted had begun."""
    if spot.old.exists() and not spot.path.exists():
        spot.old.rename(spot.path)
    for left_over in (spot.new, spot.old):
        if left_over.exists():
            shutil.rmtree(left_over)
    for name in spot.beside:
        _fresh(spot.folder / name).unlink(missing_ok=True)


def _swap(spot: Spot, aside: Path) -> None:
    if os.path.lexists(spot.path):
        spot.path.rename(aside)
    try:
        spot.new.rename(spot.path)
    except OSError:
        if os.path.lexists(aside):
            aside.rename(spot.path)
        raise


def _keep_others(spot: Spot, before: Manifest) -> None:
    """Copy what the installation before did not put into the plugin's folder to the new one."""
    for path in _others(spot, before):
        kept = spot.new / path.relative_to(spot.path)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, kept)


def _others(spot: Spot, before: Manifest) -> Iterator[Path]:
    ours = {spot.folder / name for name in before.files}
    ours |= {spot.path / INSTALLED, spot.path / INSTALLING}
    for path in spot.path.rglob("*"):
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
