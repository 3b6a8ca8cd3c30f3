"""The Krita that the machine has itself, where it is new enough for the plugin."""

import re
import shutil
import subprocess
from functools import cache

OLDEST = (5, 2)
_NEEDED = ("krita", "Xvfb", "openbox", "xdotool", "xprop", "import", "dbus-daemon", "setpriv")
# Krita has to reach a screen before it says its version.
_VERSION = ("xvfb-run", "--auto-servernum", "krita", "--version")


@cache
def native_krita() -> str | None:
    """Return the version of the machine's own Krita, where the tests can run it, else None."""
    if any(shutil.which(program) is None for program in (*_NEEDED, _VERSION[0])):
        return None
    done = subprocess.run(_VERSION, check=False, capture_output=True, text=True, timeout=60)
    found = re.search(r"(\d+)\.(\d+)\.\d+", done.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        return None
    return found[0]
