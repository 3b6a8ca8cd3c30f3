"""One daemon a user: the lock, and the endpoint file by which clients find it."""

import contextlib
import logging
import os
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from tugline_protocol.endpoint import Endpoint, read_endpoint
from tugline_protocol.errors import DaemonUnreachable

from .errors import AlreadyRunning

_log = logging.getLogger(__name__)

LOCK_FILE = "daemon.lock"
ENDPOINT_FILE = "endpoint.json"
# How long a daemon that has the lock, but cannot be found, may take to begin or to end.
SETTLING_SECONDS = 15.0
_LOOK_SECONDS = 0.05


class Instance:
    """Holds the lock in the state folder as long as the with-block lasts.

    The operating system frees the lock of a process that was killed; the endpoint file that it left
    behind is taken away by the next daemon.
    """

    def __init__(self, state: Path) -> None:
        """Prepare to be the one daemon of the folder ``state``."""
        self._lock = FileLock(state / LOCK_FILE)
        self._endpoint_file = state / ENDPOINT_FILE

    def __enter__(self) -> Self:
        self._endpoint_file.parent.mkdir(parents=True, exist_ok=True)
        self._endpoint_file.parent.chmod(0o700)
        self._acquire()
        self.retract()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.retract()
        self._lock.release()

    def announce(self, endpoint: Endpoint) -> None:
        """Write the endpoint file, whole or not at all, readable for the user alone."""
        handle, name = tempfile.mkstemp(dir=self._endpoint_file.parent, prefix=".endpoint-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(endpoint.to_json())
        Path(name).replace(self._endpoint_file)

    def retract(self) -> None:
        """Take the endpoint file away, if it is there."""
        self._endpoint_file.unlink(missing_ok=True)

    def _acquire(self) -> None:
        """Take the lock.

        Whoever has it without an endpoint file is about to begin or to end, and is waited for: two
        programs may start a daemon at once, or one while the last is ending. Raises AlreadyRunning.
        """
        until = time.monotonic() + SETTLING_SECONDS
        if not self._has_lock() and not self._endpoint_file.exists():
            _log.info("another daemon is about to begin or to end: waiting for it")
        while not self._has_lock():
            if self._endpoint_file.exists() or time.monotonic() > until:
                raise AlreadyRunning(
                    f"A Tugline daemon is running already{self._whose()}; use it, or end it first."
                )
            time.sleep(_LOOK_SECONDS)

    def _has_lock(self) -> bool:
        """Take the lock unless another daemon has it; say whether this one does."""
        if not self._lock.is_locked:
            with contextlib.suppress(Timeout):
                self._lock.acquire(timeout=0)
        return self._lock.is_locked

    def _whose(self) -> str:
        try:
            return f" (process {read_endpoint(self._endpoint_file).pid})"
        except DaemonUnreachable:
            return ""
