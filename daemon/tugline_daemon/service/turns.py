"""Who is next: jobs take turns, a slice each."""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from .errors import DeviceLost
from .failures import one_line
from .jobs import Job
from .residents import Resident
from .translation import to_error

_log = logging.getLogger(__name__)


class Turns:
    """The running jobs in the order of their turns."""

    def __init__(
        self, still_computes: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with none; ``still_computes`` says after an error whether the device does.

        ``clock`` tells seconds.
        """
        self._still_computes = still_computes
        self._clock = clock
        self._jobs: deque[Job] = deque()
        self._owed = 0.0

    @property
    def runnable(self) -> bool:
        """Whether a job could take a turn now."""
        return any(job.runnable for job in self._jobs)

    @property
    def wakes_in(self) -> float:
        """Seconds until a job may be able to take a turn by itself, else infinite."""
        return min((job.wakes_in for job in self._jobs), default=math.inf)

    @property
    def in_use(self) -> set[Future[Resident]]:
        """The models that the jobs have or wait for."""
        return {job.model for job in self._jobs if job.model is not None}

    def add(self, job: Job) -> None:
        """Let a job take part."""
        self._jobs.append(job)

    def find(self, key: bytes) -> Job | None:
        """Return the job of that request, or None where it has ended."""
        return next((job for job in self._jobs if job.key == key), None)

    def take_one(self) -> None:
        """Let the next job that can do something do a slice; one that fails ends alone.

        Patient ones wait until the others had the time that the last slice of a patient one took,
        or need none: however many they are, together they take half of it.
        Raises DeviceLost, and tells nobody, where the device failed for all of them.
        """
        runnable = [job for job in self._jobs if job.runnable]
        ready = [job for job in runnable if not (self._owed and job.is_patient)] or runnable
        if ready:
            job = ready[0]
            self._jobs.remove(job)
            self._jobs.append(job)
            begun = self._clock()
            self._turn(job)
            self._settle(job, self._clock() - begun)
        self.tidy()

    def tidy(self) -> None:
        """Let go of the jobs that have ended."""
        self._jobs = deque(job for job in self._jobs if not job.finished)

    def _settle(self, job: Job, seconds: float) -> None:
        """Note that ``job`` had a turn of ``seconds``: patient ones owe the others as much."""
        self._owed = seconds if job.is_patient else max(0.0, self._owed - seconds)

    def _turn(self, job: Job) -> None:
        try:
            job.turn()
        except Exception as error:
            _log.error("a request failed: %s", one_line(error))
            if not self._still_computes():
                raise DeviceLost("The device computes no more for this process.") from error
            job.end(to_error(error))
