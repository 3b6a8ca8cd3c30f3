"""The Krita that the machine has itself, where it is new enough for the plugin."""

import re
import shutil
import subprocess

OLDEST = (5, 2)


def native_krita() -> str | None:
    """Return the version of the machine's own Krita; None when it has none or an older one."""
    if shutil.which("krita") is None or shutil.which("Xvfb") is None:
        return None
    said = subprocess.run(
        ["krita", "--version"], check=False, capture_output=True, text=True, timeout=60
    ).stdout
    found = re.search(r"(\d+)\.(\d+)\.\d+", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        return None
    return found[0]
