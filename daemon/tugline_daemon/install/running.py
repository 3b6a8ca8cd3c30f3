"""Whether an editor runs at present."""

import os
import re
from pathlib import Path
from typing import Final

# As Linux cuts them: fifteen characters, so that gimp-console-3.0 lacks its last.
_KRITA: Final = re.compile("krita")
_GIMP: Final = re.compile(r"gimp(-console)?(-[\d.]+)?")


def krita_runs(processes: Path = Path("/proc")) -> bool:
    """Say whether one of this user's processes is Krita; False where the system does not tell."""
    return _runs(_KRITA, processes)


def gimp_runs(processes: Path = Path("/proc")) -> bool:
    """Say whether one of this user's processes is GIMP; False where the system does not tell."""
    return _runs(_GIMP, processes)


def _runs(name: re.Pattern[str], processes: Path) -> bool:
    if os.name != "posix" or not processes.is_dir():
        return False
    return any(_is(name, process) for process in processes.iterdir() if process.name.isdecimal())


def _is(name: re.Pattern[str], process: Path) -> bool:
    try:
        mine = process.stat().st_uid == os.getuid()
        alive = bool((process / "cmdline").read_bytes())  # one that has ended has none
        called = (process / "comm").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):  # it ended meanwhile, or is somebody else's
        return False
    return mine and alive and name.fullmatch(called) is not None
