"""Whether Krita runs at present."""

import os
from pathlib import Path


def krita_runs(processes: Path = Path("/proc")) -> bool:
    """Say whether one of this user's processes is Krita; False where the system does not tell."""
    if os.name != "posix" or not processes.is_dir():
        return False
    return any(_is_krita(process) for process in processes.iterdir() if process.name.isdecimal())


def _is_krita(process: Path) -> bool:
    try:
        mine = process.stat().st_uid == os.getuid()
        alive = bool((process / "cmdline").read_bytes())  # one that has ended has none
        return mine and alive and (process / "comm").read_text("utf-8").strip() == "krita"
    except (OSError, UnicodeDecodeError):  # it ended meanwhile, or is somebody else's
        return False
