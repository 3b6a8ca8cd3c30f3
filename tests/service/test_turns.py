"""Who is next: a step each, but what takes long and nobody follows by hand waits for the others."""

from concurrent.futures import Future
from dataclasses import dataclass

import pytest

from tugline_daemon.service.jobs import Job
from tugline_daemon.service.turns import Turns


@dataclass
class Clock:
    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


class Timed(Job):
    """A job whose every slice takes so many seconds of the clock."""

    def __init__(self, clock: Clock, seconds: float, *, patient: bool) -> None:
        self.clock, self.seconds, self.patient = clock, seconds, patient
        self.finished = False
        self.spent = 0.0
        self.can = True

    @property
    def is_patient(self) -> bool:
        return self.patient

    @property
    def runnable(self) -> bool:
        return self.can

    @property
    def model(self) -> "Future[object] | None":  # type: ignore[override]
        return None

    def turn(self) -> None:
        self.clock.now += self.seconds
        self.spent += self.seconds

    def work(self, *_: object) -> None:
        raise AssertionError("turn does all")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(jobs: list[Timed], number: int) -> Turns:
    turns = Turns(lambda: True, jobs[0].clock.monotonic)
    for job in jobs:
        turns.add(job)
    for _ in range(number):
        turns.take_one()
    return turns


def test_a_patient_job_takes_as_much_time_as_a_drag_however_long_its_steps(clock: Clock) -> None:
    drag, slow = Timed(clock, 0.125, patient=False), Timed(clock, 2.0, patient=True)
    taken([drag, slow], 85)
    assert slow.spent == 10.0
    assert drag.spent == 10.0


def test_a_patient_job_that_is_alone_does_not_wait(clock: Clock) -> None:
    drag, slow = Timed(clock, 0.125, patient=False), Timed(clock, 2.0, patient=True)
    drag.can = False
    taken([drag, slow], 5)
    assert slow.spent == 10.0


def test_two_patient_jobs_share(clock: Clock) -> None:
    one, other = (Timed(clock, 1.0, patient=True) for _ in range(2))
    taken([one, other], 10)
    assert (one.spent, other.spent) == (5.0, 5.0)


def test_many_patient_jobs_leave_a_drag_half_of_the_time(clock: Clock) -> None:
    """Whoever pulls sees each second what he pulls, however many pictures others invert."""
    drag = Timed(clock, 0.125, patient=False)
    slow = [Timed(clock, 1.0, patient=True) for _ in range(5)]
    taken([drag, *slow], 90)
    assert drag.spent == 10.0
    assert [job.spent for job in slow] == [2.0] * 5
