"""The commands of this Tugline that a plugin may start: what ``daemon.json`` says.

They name this Python by its whole path, since an editor's own Python is not the daemon's.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DAEMON: Final = "daemon.json"


def write_commands(folder: Path, commands: Mapping[str, str]) -> None:
    """Write ``daemon.json`` into a plugin's folder: each key with the subcommand that it starts."""
    start = _start()
    said = {key: [*start, subcommand] for key, subcommand in commands.items()}
    (folder / DAEMON).write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _start() -> tuple[str, ...]:
    # Python's isolated mode does not find what was installed for one user alone.
    isolated = ("-I",) if _is_found("-I") else ("-E", "-P")
    return (sys.executable, *isolated, "-m", "tugline_daemon.cli")


def _is_found(mode: str) -> bool:
    look = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('tugline_daemon'))"
    return subprocess.run([sys.executable, mode, "-c", look], check=False).returncode == 0
