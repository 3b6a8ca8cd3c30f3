"""Puts Tugline and the tests' driver into an editor, with the installer that artists use."""

import json
import os
import shutil
from pathlib import Path

from filelock import FileLock

from tools.editors.recipe import cache
from tugline_daemon.install import gimp, krita
from tugline_daemon.install.commands import DAEMON
from tugline_daemon.install.gimp_places import GimpPlace
from tugline_daemon.install.places import Place
from tugline_daemon.install.wheels import this_system

_DRIVER = Path(__file__).parent / "driver" / "tugline_driver"


def resources_of(home: Path) -> Path:
    """Return Krita's resource folder in ``home``."""
    return home / ".local" / "share" / "krita"


def settings_of(home: Path) -> Path:
    """Return Krita's settings in ``home``."""
    return home / ".config" / "kritarc"


def install_in_krita(home: Path, *, in_root: bool) -> None:
    """Install the checkout's plugin into the Krita of ``home``.

    ``in_root`` says that this Krita sees the root file system.
    """
    place = Place("Krita", resources_of(home), settings_of(home))
    with FileLock(cache() / "wheels.lock"):
        krita.install(place, this_system(), wheels(), lambda _: None)
    if in_root:
        _start_outside(krita.spot_in(place.folder).path / DAEMON)


def install_in_gimp(folder: Path, *, in_root: bool) -> None:
    """Install the checkout's plug-in into the GIMP that keeps its settings in ``folder``."""
    place = GimpPlace("GIMP", folder)
    with FileLock(cache() / "wheels.lock"):
        gimp.install(place, this_system(), wheels(), lambda _: None)
    if in_root:
        _start_outside(gimp.spot_in(folder).path / DAEMON)


def install_driver(home: Path) -> None:
    """Put the tests' driver into the Krita of ``home``."""
    ignored = shutil.ignore_patterns("__pycache__")
    target = resources_of(home) / "pykrita"
    shutil.copytree(_DRIVER, target / _DRIVER.name, dirs_exist_ok=True, ignore=ignored)
    shutil.copy(_DRIVER.with_suffix(".desktop"), target)


def wheels() -> Path:
    """Return the folder in which the wheels of other people are kept."""
    folder = cache() / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _start_outside(daemon_json: Path) -> None:
    """Have the plugin in the root file system run this machine's commands all the same.

    They go through the root of the process that runs the tests.
    """
    said = json.loads(daemon_json.read_text(encoding="utf-8"))
    outside = ["/usr/sbin/chroot", f"/proc/{os.getpid()}/root"]
    commands = {name: [*outside, *command] for name, command in said.items()}
    daemon_json.write_text(json.dumps(commands), encoding="utf-8")
