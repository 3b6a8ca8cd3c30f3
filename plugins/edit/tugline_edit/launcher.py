"""Starts the daemon of this computer from inside an editor, and says in a sentence why it cannot.

The editor's own Python and libraries are not the daemon's: the installer wrote down beside the
plugin with which command it starts, and what an editor adds to the environment stays behind.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COMMAND_FILE: Final = "daemon.json"
START_SECONDS: Final = 60.0

_COMMAND_BYTES: Final = 65536
_MOST_ARGUMENTS: Final = 64
_LOG_BYTES: Final = 1 << 20
_TAIL_BYTES: Final = 4096

# What an editor, its package or its Python sets for itself; the daemon would load the wrong things.
_NOT_INHERITED: Final = frozenset(
    {
        "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONBREAKPOINT",
        "PYTHONWARNINGS", "PYTHONEXECUTABLE", "PYTHONNOUSERSITE", "PYTHONDONTWRITEBYTECODE",
        "__PYVENV_LAUNCHER__",
        "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES",
        "DYLD_FRAMEWORK_PATH", "GI_TYPELIB_PATH", "GIO_MODULE_DIR", "GTK_PATH", "GTK_EXE_PREFIX",
        "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QML2_IMPORT_PATH", "QML_IMPORT_PATH",
        "APPDIR", "APPIMAGE", "ARGV0", "OWD",
    }
)  # fmt: skip


class StartFailed(Exception):
    """The daemon could not be started; the text is one sentence for the artist."""


@dataclass(frozen=True)
class Commands:
    """The command lines that the installer left in the plugin's folder, None where it did not.

    ``daemon`` starts the daemon, ``bridge`` the bridge to it (SPEC.md, "The bridge").
    """

    daemon: tuple[str, ...] | None = None
    bridge: tuple[str, ...] | None = None


def read_commands(folder: Path) -> Commands:
    """Return the commands that the installer left in the plugin's folder.

    ``daemon.json`` holds ``{"command": [PROGRAM, ARGUMENT, ...], "bridge": [...]}``, each PROGRAM
    by its whole path. What makes no sense counts as not there, as all does where the plugin was not
    put there by the installer.
    """
    try:
        with (folder / COMMAND_FILE).open("rb") as file:
            said = json.loads(file.read(_COMMAND_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Commands()
    if not isinstance(said, dict):
        return Commands()
    return Commands(_command(said.get("command")), _command(said.get("bridge")))


def start_daemon(
    command: tuple[str, ...], log: Path, *, editor: str = "krita"
) -> "subprocess.Popen[bytes]":
    """Start the daemon as a process that outlives the editor, its output added to ``log``.

    Takes some milliseconds; whether it then lives is for ``Starting`` to see. Raises StartFailed
    where it cannot be started from here; ``editor`` is what the installer calls this one.
    """
    if inside_flatpak():
        raise StartFailed(
            "An editor from Flatpak may not start the daemon; run `tugline serve` in a terminal, "
            "or enable it as a user service."
        )
    program = Path(command[0])
    if not program.exists():
        raise StartFailed(
            f"Tugline's Python {program} is gone; run `tugline plugins install {editor}` again."
        )
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as output:
            return _popen(command, output.fileno())
    except OSError as error:
        raise StartFailed(
            f"The daemon could not be started ({error.strerror or error}); run `tugline serve` in "
            "a terminal."
        ) from error


class Starting:
    """A daemon that was started and does not answer yet."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        log: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch ``process``, which writes ``log``; ``clock`` counts seconds."""
        self._process = process
        self._log = log
        self._clock = clock
        self._since = clock()

    def poll(self) -> str | None:
        """Return None while it may still come, else a sentence that says why it will not.

        It does not wait. That the daemon is there is for the link to see.
        """
        if self._process.poll() is not None:
            return (
                f"The daemon ended at once: {last_line(self._log)} Run `tugline doctor` in a "
                "terminal."
            )
        if self._clock() - self._since > START_SECONDS:
            return (
                f"The daemon is not there after {START_SECONDS:.0f} seconds; run `tugline serve` "
                "in a terminal to see why."
            )
        return None


def inside_flatpak() -> bool:
    """Whether this process is in a Flatpak, from which no program of the host can be started."""
    return bool(os.environ.get("FLATPAK_ID")) or Path("/.flatpak-info").exists()


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return ``environment`` without what an editor, an AppImage or its Python set for itself.

    From lists of paths those inside of the AppImage are taken out.
    """
    image = environment.get("APPDIR", "").rstrip("/")
    kept = {}
    for name, value in environment.items():
        if name in _NOT_INHERITED or name.startswith("APPIMAGE_"):
            continue
        if image and image in value:
            parts = [part for part in value.split(os.pathsep) if not _inside(part, image)]
            if not parts:
                continue
            kept[name] = os.pathsep.join(parts)
        else:
            kept[name] = value
    return kept


def last_line(log: Path) -> str:
    """Return what the last line of a daemon's log says, without its time and place."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return "it left no log."
    last = next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty.")
    text = last.partition(": ")[2] or last
    return text if text.endswith(".") else f"{text}."


def _command(said: object) -> tuple[str, ...] | None:
    if not isinstance(said, list) or not 1 <= len(said) <= _MOST_ARGUMENTS:
        return None
    if not all(isinstance(part, str) and part and "\0" not in part for part in said):
        return None
    return tuple(said) if Path(said[0]).is_absolute() else None


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def _popen(command: tuple[str, ...], output: int) -> "subprocess.Popen[bytes]":
    home = Path.home()
    place = home if home.is_dir() else Path(home.anchor or "/")
    environment = clean_environment(os.environ)
    if sys.platform == "win32":
        # A console that nobody sees, which the daemon's worker inherits: without one, each of them
        # would open a window. (DETACHED_PROCESS would take the console away.)
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=place,
            env=environment,
            creationflags=flags,
        )
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=place,
        env=environment,
        start_new_session=True,
    )
