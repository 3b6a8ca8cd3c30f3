"""The editors that the machine has itself, where they are new enough for the plugins."""

import os
import re
import shutil
import subprocess
from functools import cache

from tools.editors.room import Room, RoomFailed

OLDEST_KRITA = (5, 2)
OLDEST_GIMP = (3, 0)
_SCREEN = ("Xvfb", "openbox", "xdotool", "xprop", "import", "dbus-daemon", "setpriv")


@cache
def native_krita() -> str | None:
    """Return the version of the machine's own Krita, where the tests can run it, else None."""
    return _version_of("krita", OLDEST_KRITA) if _has("krita") else None


@cache
def native_gimp() -> str | None:
    """Return the version of the machine's own GIMP, where the tests can run it, else None."""
    return _version_of("gimp", OLDEST_GIMP) if _has("gimp", "gimp-console") else None


def _has(*programs: str) -> bool:
    return all(shutil.which(program) for program in (*programs, *_SCREEN))


def _version_of(program: str, oldest: tuple[int, int]) -> str | None:
    found = re.search(r"(\d+)\.(\d+)\.\d+", _said_version(program))
    if found is None or (int(found[1]), int(found[2])) < oldest:
        return None
    return found[0]


def _said_version(program: str) -> str:
    """Ask an editor, which may have to reach a screen before it says its version."""
    environment = {"HOME": os.environ.get("HOME", "/"), "PATH": os.environ.get("PATH", "/usr/bin")}
    with Room(None) as room:
        server = room.start(
            ["Xvfb", "-displayfd", "1", "-noreset"],
            environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if server.stdout is None:
            return ""
        display = f":{server.stdout.readline().decode().strip()}"
        try:
            return room.run([program, "--version"], {**environment, "DISPLAY": display})
        except RoomFailed:
            return ""
