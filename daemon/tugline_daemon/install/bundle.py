"""A plugin's folder as its editor loads it: its sources, what it shares, other people's wheels.

::

    tugline/                  the plugin
        vendor/common/        tugline_edit, tugline_protocol, msgpack: pure Python
        vendor/SYSTEM/py310/  pyzmq for one Python alone; SYSTEM is one of wheels.SYSTEMS
        vendor/SYSTEM/abi3/   pyzmq for each Python from 3.12 on

``vendoring.py`` in the plugin chooses among them when the editor runs.
"""

import importlib.util
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from .errors import InstallError
from .wheels import SYSTEMS, Wheel, fetch, pinned, unpack

_PACKAGES: Final = ("tugline_edit", "tugline_protocol")
_PURE: Final = "msgpack"
_NOT_COPIED: Final = shutil.ignore_patterns("__pycache__", "*.pyc")


def sources(editor: str) -> Path:
    """Return the folder of an editor's plugin: packaged beside this module, or in a checkout."""
    packaged = Path(__file__).parent / "plugins" / editor
    checkout = Path(__file__).parents[3] / "plugins" / editor
    for folder in (packaged, checkout):
        if folder.is_dir():
            return folder
    raise InstallError(f"This Tugline came without the plugin for {editor}; install Tugline again.")


def build(
    folder: Path,
    parts: Mapping[str, Path],
    systems: Iterable[str],
    cache: Path,
    say: Callable[[str], None],
) -> None:
    """Make a plugin's folder, which must not be there yet, for the editors of ``systems``.

    ``parts`` are the plugin's own files and folders by their names in it, "." for the whole;
    ``cache`` keeps the wheels, ``say`` is told what is fetched. Raises InstallError.
    """
    wheels = fetch(_needed(frozenset(systems)), cache, say)
    say("Copying the plugin")
    folder.mkdir()
    for name, source in parts.items():
        _copy(source, folder / name)
    common = folder / "vendor" / "common"
    for package in _PACKAGES:
        _copy(_package_folder(package), common / package)
    for wheel, path in wheels.items():
        if wheel.project == _PURE:
            unpack(path, common, compiled=False)
        else:
            unpack(path, folder / "vendor" / wheel.system / _abi_folder(wheel), compiled=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_NOT_COPIED, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)


def _needed(systems: frozenset[str]) -> list[Wheel]:
    unknown = systems - set(SYSTEMS)
    if unknown:
        raise InstallError(
            f"There are no wheels for {', '.join(sorted(unknown))}; there are for "
            f"{', '.join(SYSTEMS)}: choose one with --platform."
        )
    return [wheel for wheel in pinned() if wheel.project == _PURE or wheel.system in systems]


def _abi_folder(wheel: Wheel) -> str:
    major, minor = wheel.python
    return wheel.abi if wheel.abi == "abi3" else f"py{major}{minor}"


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise InstallError(f"The package {package} is not there; install Tugline again.")
    return Path(spec.submodule_search_locations[0])
