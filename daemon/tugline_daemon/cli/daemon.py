"""The daemon, found, started where none runs, and ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tugline_daemon import __version__
from tugline_daemon.folders import data_folder
from tugline_daemon.service.instance import LOCK_FILE
from tugline_daemon.settings import log_folder
from tugline_protocol.blocking import Conversation
from tugline_protocol.endpoint import (
    Endpoint,
    client_key_file,
    configuration_folder,
    read_endpoint,
    state_folder,
)
from tugline_protocol.errors import DaemonUnreachable, KeyRefused, RequestFailed
from tugline_protocol.zeromq import ZmqTransport

from .terminal import CommandFailed, activity

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 0.05
_LOG_BYTES: Final = 1 << 20

# They would make another Python of the daemon than the one that runs here.
_NOT_INHERITED: Final = ("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONBREAKPOINT", "PYTHONWARNINGS")


def converse() -> Conversation:
    """Open a conversation with the running daemon; raises DaemonUnreachable where none answers."""
    return _converse_at(read_endpoint())


def converse_with_started() -> tuple[Conversation, bool]:
    """Open a conversation, starting a daemon where none answers; say whether one was started.

    Raises CommandFailed, quoting the log, where the daemon ends or is not there in time, and
    KeyRefused where the one that runs does not accept the user's key.
    """
    try:
        return converse(), False
    except KeyRefused:
        raise
    except DaemonUnreachable:
        pass
    with activity("Starting the Tugline daemon"):
        return _start(), True


def end_daemon() -> int | None:
    """Ask the running daemon to end and wait until it has; return its process id, None without one.

    Only a daemon that answers is signalled: the process id of a dead one may be another program's.
    One of another protocol answers too, if only with a refusal. It holds its lock as long as it
    lives.
    Raises CommandFailed where it does not end in time.
    """
    try:
        endpoint = read_endpoint()
        with contextlib.suppress(RequestFailed):
            _converse_at(endpoint).close()
    except KeyRefused:
        raise
    except DaemonUnreachable:
        return None
    os.kill(endpoint.pid, signal.SIGTERM)
    try:
        with FileLock(state_folder() / LOCK_FILE, timeout=STOP_SECONDS):
            return endpoint.pid
    except Timeout:
        raise CommandFailed(
            f"The daemon (process {endpoint.pid}) has not ended within {STOP_SECONDS:.0f} seconds; "
            "end the process yourself."
        ) from None


def log_file() -> Path:
    """Return the file into which a daemon that was started by a command writes its log."""
    return log_folder() / "daemon.log"


def _converse_at(endpoint: Endpoint) -> Conversation:
    return Conversation(
        ZmqTransport(endpoint, client_key_file()), name="tugline", version=__version__
    )


def _announced() -> Endpoint | None:
    try:
        return read_endpoint()
    except DaemonUnreachable:
        return None


def _start() -> Conversation:
    left_over = _announced()
    process = _launch()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        endpoint = _announced()
        if endpoint is not None and endpoint != left_over:
            return _converse_at(endpoint)
        if process.poll() is not None:
            with contextlib.suppress(DaemonUnreachable):
                return converse()  # somebody else has started one meanwhile
            raise CommandFailed(
                f"The daemon could not be started: {_last_line(log_file())} "
                "Run `tugline doctor`, or `tugline serve` to see more."
            )
        time.sleep(_LOOK_SECONDS)
    process.terminate()
    process.wait()
    raise CommandFailed(
        f"The daemon was not there after {START_SECONDS:.0f} seconds ({_last_line(log_file())}); "
        "run `tugline serve` to see why."
    )


def _launch() -> subprocess.Popen[bytes]:
    """Start the daemon as a process that outlives this one and its terminal."""
    log = log_file()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "tugline_daemon.cli", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env=_environment(),
            )
    except OSError as error:
        raise CommandFailed(
            f"The daemon could not be started ({error}); run `tugline doctor`."
        ) from error


def _environment() -> dict[str, str]:
    """Return the daemon's environment: this one's, with the folders by their whole paths."""
    folders = {
        "TUGLINE_CONFIG_DIR": configuration_folder(),
        "TUGLINE_STATE_DIR": state_folder(),
        "TUGLINE_DATA_DIR": data_folder(),
    }
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return kept | {name: str(folder.absolute()) for name, folder in folders.items()}


def _last_line(log: Path) -> str:
    """Return what the log's last line says, without its time and place."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return "it left no log."
    last = next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty.")
    return last.partition(": ")[2] or last
