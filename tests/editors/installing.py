"""Puts Tugline and the tests' driver into a Krita, with the installer that artists use."""

import json
import os
import shutil
from pathlib import Path

from filelock import FileLock

from tools.editors.recipe import cache
from tugline_daemon.install.krita import install
from tugline_daemon.install.places import Place
from tugline_daemon.install.wheels import this_system

_DRIVER = Path(__file__).parent / "driver"


def resources_of(home: Path) -> Path:
    """Return Krita's resource folder in ``home``."""
    return home / ".local" / "share" / "krita"


def settings_of(home: Path) -> Path:
    """Return Krita's settings in ``home``."""
    return home / ".config" / "kritarc"


def install_plugin(home: Path, *, in_root: bool) -> None:
    """Install the checkout's plugin into the Krita of ``home``.

    ``in_root`` says that this Krita sees the root file system: the daemon that it starts is this
    machine's all the same, through the root of the process that runs the tests.
    """
    place = Place("Krita", resources_of(home), settings_of(home))
    wheels = cache() / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    with FileLock(cache() / "wheels.lock"):
        install(place, this_system(), wheels, lambda _: None)
    if in_root:
        start = place.pykrita / "tugline" / "daemon.json"
        said = json.loads(start.read_text(encoding="utf-8"))
        outside = ["/usr/sbin/chroot", f"/proc/{os.getpid()}/root", *said["command"]]
        start.write_text(json.dumps({**said, "command": outside}), encoding="utf-8")


def install_driver(home: Path) -> None:
    """Put the tests' driver into the Krita of ``home``."""
    ignored = shutil.ignore_patterns("__pycache__")
    target = resources_of(home) / "pykrita"
    shutil.copytree(_DRIVER, target, dirs_exist_ok=True, ignore=ignored)
