"""A place in which an editor runs: the root file system entered, or the machine itself.

Everything started in a room dies with it, also when the process that opened it is killed.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

# $1 is the root; the rest are folders that are seen in it under their own path.
_ENTER = """
set -e
root=$1; shift
for each in proc sys dev; do mount --rbind "/$each" "$root/$each"; done
mount -t tmpfs -o mode=1777 room "$root/tmp"
for each; do mkdir -p "$root$each"; mount --bind "$each" "$root$each"; done
echo entered
exec cat
"""


class RoomFailed(Exception):
    """The root file system cannot be entered."""


class Room:
    """Programs in one mount namespace, with ``shared`` folders at the same path as outside.

    ``root`` is the root file system, None for the machine itself. The loopback is the machine's.
    """

    def __init__(self, root: Path | None, shared: Sequence[Path] = ()) -> None:
        self._root = root
        self._shared = tuple(shared)
        self._holder: subprocess.Popen[str] | None = None
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        if self._root is not None:
            self._holder = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", _ENTER, "room"]
                + [str(path) for path in (self._root, *self._shared)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            if self._holder.stdout is None or self._holder.stdout.readline() != "entered\n":
                _, said = self._holder.communicate()
                raise RoomFailed(f"The editors' root file system cannot be entered: {said.strip()}")
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._started):
            end(process)
        if self._holder is not None:
            self._holder.communicate()

    def command(self, arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        """Return the command line that runs ``arguments`` in here with exactly ``environment``."""
        inside = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        if self._holder is None:
            return [*inside, *arguments]
        target = str(self._holder.pid)
        enter = ["nsenter", "--target", target, "--mount", "chroot", str(self._root)]
        return [*enter, *inside, *arguments]

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        stdout: "IO[bytes] | int",
        stderr: "IO[bytes] | int",
    ) -> "subprocess.Popen[bytes]":
        """Start a program that is ended with the room at the latest."""
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *self.command(arguments, environment)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
        """Run a program to its end and return what it printed; RoomFailed when it fails."""
        done = subprocess.run(
            self.command(arguments, environment), check=False, capture_output=True, timeout=60
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise RoomFailed(f"{arguments[0]} failed ({done.returncode}): {said}")
        return done.stdout.decode(errors="replace")


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program that a room started, and what it has started itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
