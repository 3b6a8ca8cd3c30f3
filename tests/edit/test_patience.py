"""How long a stop is waited for."""

import pytest

from tugline_edit import patience
from tugline_edit.patience import STOP_MOST_MS, STOP_MS, STOP_STEPS, Patience


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(patience, "time", made)
    return made


@pytest.mark.parametrize(
    ("steps", "milliseconds"),
    [
        ([], STOP_MS),
        ([0.1, 0.2], STOP_MS),
        ([20.0, 3.0, 60.0, 4.0], 3000 * STOP_STEPS),
        ([50.0], STOP_MOST_MS),
    ],
)
def test_it_is_as_long_as_some_of_the_quickest_steps(
    clock: Clock, steps: list[float], milliseconds: int
) -> None:
    one = Patience()
    for step in steps:
        clock.now += step
        one.take_step(full=True)
    assert one.milliseconds == milliseconds


def test_the_full_picture_of_the_end_is_waited_for_after_drafts_as_well(clock: Clock) -> None:
    one = Patience()
    for seconds, full in ((4.0, True), (0.5, False), (0.4, False)):
        clock.now += seconds
        one.take_step(full=full)
    assert one.milliseconds == 4000 * STOP_STEPS
