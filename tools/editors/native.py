"""The Krita that the machine has itself, where it is new enough for the plugin."""

import os
import re
import shutil
import subprocess
from functools import cache

from tools.editors.room import Room, RoomFailed

OLDEST = (5, 2)
_NEEDED = ("krita", "Xvfb", "openbox", "xdotool", "xprop", "import", "dbus-daemon", "setpriv")


@cache
def native_krita() -> str | None:
    """Return the version of the machine's own Krita, where the tests can run it, else None."""
    if any(shutil.which(program) is None for program in _NEEDED):
        return None
    found = re.search(r"(\d+)\.(\d+)\.\d+", _said_version())
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        return None
    return found[0]


def _said_version() -> str:
    """Ask Krita, which has to reach a screen before it says its version."""
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
            return room.run(["krita", "--version"], {**environment, "DISPLAY": display})
        except RoomFailed:
            return ""
