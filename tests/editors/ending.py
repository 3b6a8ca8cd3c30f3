"""What a session leaves behind: the daemon that its plugin started, by design, which is ended."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.service.running import is_alive, wait_for
from tugline_protocol.endpoint import read_endpoint
from tugline_protocol.errors import DaemonUnreachable


def end_daemon_of(state: Path) -> None:
    """End the daemon that a plugin started, if any: its environment has ``state``."""
    try:
        pid = read_endpoint(state / "endpoint.json").pid
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (DaemonUnreachable, OSError):
        return
    if f"TUGLINE_STATE_DIR={state}".encode() in environment:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not is_alive(pid), "the plugin's daemon ends")


def programs_of(home: Path) -> set[str]:
    """Return the names of the programs that run with this HOME."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            if f"HOME={home}".encode() in variables and is_alive(int(process.name)):
                found.add((process / "comm").read_text().strip())
    return found
