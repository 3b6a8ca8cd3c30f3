"""The worker process as the broker sees it: started, watched, started again."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import zmq

from tugline_protocol.values import Buffer

from .bell import Bell
from .keys import OneKey
from .link import Assignment
from .meeting import meet
from .options import ServeOptions

_log = logging.getLogger(__name__)

COPY_BELOW = 4096
# A worker that lived that long died of a request; one that died sooner may do so again at once.
STEADY_SECONDS = 30.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# How often a thread of torch's looks for the next piece of work before it sleeps (libgomp's own
# number of looks takes milliseconds). Where an editor paints on the same cores every look takes
# their time: two threads then take longer than one.
_PATIENCE = {"GOMP_SPINCOUNT": "20000"}


class WorkerProcess:
    """One worker: its process, and a socket of its own that nobody else may speak to."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        options: ServeOptions,
        guard: OneKey,
        bell: Bell,
    ) -> None:
        """Start the process; it reports when it is ready."""
        self.started = time.monotonic()
        self.socket = context.socket(zmq.PAIR)
        self.socket.linger = 0
        # Requests are bounded by the ledger, frames by their credits.
        self.socket.set_hwm(0)
        self._meeting = meet(self.socket, guard)
        assignment = Assignment(
            address=self._meeting.address,
            keys=self._meeting.keys,
            device=options.device,
            precision=options.precision,
            models=tuple(str(folder) for folder in options.folders),
            tunings=str(options.tunings),
            threads=options.threads,
            keep_models=options.keep_models,
            log_level=options.log_level,
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tugline_daemon.service.worker"],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**_PATIENCE, **os.environ},
        )
        threading.Thread(target=self._await_end, args=(bell,), daemon=True).start()
        self._hand_over(assignment)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def end(self) -> str:
        """How the process ended, in words; "" while it runs."""
        code = self._process.poll()
        if code is None:
            return ""
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def send(self, frames: Sequence[Buffer]) -> None:
        """Queue a message for the worker; one that is just gone takes nothing, and `end` tells."""
        try:
            for index, frame in enumerate(frames):
                more = zmq.SNDMORE if index < len(frames) - 1 else 0
                self.socket.send(frame, more | zmq.NOBLOCK, copy=len(frame) < COPY_BELOW)
        except zmq.Again:
            _log.info("the worker is gone; its end is about to be noticed")

    def receive(self) -> list[memoryview] | None:
        """Return the worker's next message without waiting, or None."""
        try:
            return [part.buffer for part in self.socket.recv_multipart(zmq.NOBLOCK, copy=False)]
        except zmq.Again:
            return None

    def greet(self) -> None:
        """Note that the worker has spoken: nobody else needs to find the way to its socket."""
        self._meeting.hide()

    def dismiss(self) -> None:
        """End the process, which keeps nothing that has to be saved, and close its socket."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self.socket.close()
        self._meeting.hide()

    def _hand_over(self, assignment: Assignment) -> None:
        """Write the assignment; the pipe stays open, and its end tells the worker to go."""
        if self._process.stdin:
            try:
                self._process.stdin.write(assignment.to_line())
                self._process.stdin.flush()
            except BrokenPipeError:
                _log.warning("the worker ended before it was told anything")

    def _await_end(self, bell: Bell) -> None:
        self._process.wait()
        bell.ring()


class Supervisor:
    """Keeps one worker running: a new one when it dies, later and later if that goes on.

    ``false_starts`` counts the workers, one after another, that died before they were ready.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        options: ServeOptions,
        guard: OneKey,
        bell: Bell,
    ) -> None:
        """Prepare; ``start`` starts the first."""
        self._context = context
        self._options = options
        self._guard = guard
        self._bell = bell
        self._delay = 0.0
        self._due = 0.0
        self.worker: WorkerProcess | None = None
        self.ready = False
        self.device = options.device
        self.false_starts = 0
        self._deaths = 0

    @property
    def state(self) -> str:
        """What Device.state says: "starting", "ready" or "restarting"."""
        if self.ready:
            return "ready"
        return "restarting" if self._deaths else "starting"

    def start(self) -> WorkerProcess:
        """Start a worker."""
        self.worker = WorkerProcess(self._context, self._options, self._guard, self._bell)
        _log.info("started worker %d", self.worker.pid)
        return self.worker

    def greet(self, device: str) -> None:
        """Note that the worker is ready, and on which device."""
        if self.worker is not None:
            self.worker.greet()
        self.ready = True
        self.device = device

    def bury(self) -> None:
        """Put away a worker that ended, and settle when the next one starts."""
        if self.worker is None:
            return
        lived = time.monotonic() - self.worker.started
        self._delay = 0.0 if lived > STEADY_SECONDS else self._longer()
        self._due = time.monotonic() + self._delay
        self.false_starts = 0 if self.ready else self.false_starts + 1
        self.worker.dismiss()
        self.worker = None
        self.ready = False
        self._deaths += 1

    def due(self) -> bool:
        """Say whether a new worker is to be started now."""
        return self.worker is None and time.monotonic() >= self._due

    def stop(self) -> None:
        """End the worker for good."""
        if self.worker is not None:
            self.worker.dismiss()
            self.worker = None

    def _longer(self) -> float:
        return min(LONGEST_DELAY, max(FIRST_DELAY, 2 * self._delay))
