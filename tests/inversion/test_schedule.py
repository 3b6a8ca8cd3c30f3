"""When a stage is over, and how long the whole still takes."""

import pytest

from tugline_daemon.inversion import InversionError, InversionSettings, settings_for
from tugline_daemon.inversion.gains import Gains
from tugline_daemon.inversion.pace import Pace
from tugline_daemon.inversion.schedule import Schedule


class Watch:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_stage_is_over_once_a_window_gains_too_little() -> None:
    gains = Gains(window=10, least=0.05)
    for number in range(30):
        gains.add(0.9**number)
        assert not gains.are_over
    for _ in range(9):
        gains.add(0.9**29)
    assert not gains.are_over
    gains.add(7.0)  # a look that led away gains nothing
    assert gains.are_over


def test_gains_that_shrink_tell_when_they_will_be_too_small() -> None:
    gains, made = Gains(window=10, least=0.01), 0
    guesses = {}
    while not gains.are_over:
        made += 1
        gains.add(1 + 2 * 0.93**made)
        guesses[made] = gains.steps_left(1000, usual=400)
    assert guesses[1] == 399
    told = {at: at + guess for at, guess in guesses.items() if at < made}
    assert all(abs(end - made) <= 10 for at, end in told.items() if at > 40)
    assert told[made - 1] == made


def test_a_step_that_took_long_once_does_not_change_the_pace() -> None:
    watch = Watch()
    pace = Pace({"a": 1.0, "b": 3.0}, watch)
    assert pace.seconds_left({"a": 5, "b": 5}) == -1
    for seconds in (0.1, 0.1, 9.0, 0.1, 0.1):
        watch.now += seconds
        pace.tick("a")
    assert pace.seconds_left({"a": 10, "b": 0}) == pytest.approx(1.0)
    assert pace.seconds_left({"a": 0, "b": 10}) == pytest.approx(3.0)  # by what they cost
    watch.now += 0.5
    pace.tick("b")
    assert pace.seconds_left({"a": 0, "b": 10}) == pytest.approx(5.0)  # by what they took


def test_the_time_that_is_told_comes_true() -> None:
    watch = Watch()
    settings = InversionSettings(w_steps=200, wplus_steps=300, tuning_steps=200)
    schedule = Schedule(settings, "w", watch)
    told: list[tuple[float, float]] = []
    seconds = {"w": 0.1, "w+": 0.1, "tuning": 0.3}
    for left in reversed(range(20)):
        watch.now += 0.05
        schedule.looked(left)
    done = []
    for stage in schedule.stages:
        number, is_over = 0, False
        while not is_over:
            number += 1
            watch.now += seconds[stage]
            is_over = schedule.stepped(stage, 0.1 + 0.95**number)
            told.append((watch.now, schedule.seconds_left))
            done.append(schedule.done)
    took = watch.now - 100
    wrong = [abs(left - (watch.now - now)) / took for now, left in told]
    assert max(wrong) < 0.6
    assert max(wrong[-len(wrong) // 4 :]) < 0.25
    assert wrong[-1] == 0
    assert done == sorted(done)


def test_nothing_longer_is_told_than_there_is_time_for() -> None:
    watch = Watch()
    schedule = Schedule(InversionSettings(500, 500, seconds=10.0), "w", watch)
    watch.now += 0.05
    schedule.looked(0)
    for number in range(30):
        watch.now += 0.05
        schedule.stepped("w", 0.9**number)
        assert 0 < schedule.seconds_left <= 110 - watch.now


@pytest.mark.parametrize(
    ("quality", "stages"),
    [("seconds", ("w",)), ("minute", ("w", "w+")), ("best", ("w", "w+", "tuning"))],
)
def test_qualities_are_stages(quality: str, stages: tuple[str, ...]) -> None:
    settings = settings_for(quality)  # type: ignore[arg-type]
    assert Schedule(settings, "w", Watch()).stages == stages
    assert Schedule(settings, "w+", Watch()).stages == stages[1:]


def test_steps_that_are_given_overrule_the_quality() -> None:
    settings = settings_for("best", w_steps=3, wplus_steps=0, tuning_steps=7, editability=2.0)
    assert (settings.w_steps, settings.wplus_steps, settings.tuning_steps) == (3, 0, 7)
    assert settings.editability == 2.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"w_steps": -1}, "w_steps is -1"),
        ({"wplus_steps": 100_001}, "wplus_steps is 100001"),
        ({"tuning_steps": -5}, "tuning_steps is -5"),
        ({"editability": float("nan")}, "editability is nan"),
        ({"rank": 0}, "rank is 0"),
        ({"seconds": 0.0}, "seconds is 0"),
    ],
)
def test_settings_out_of_range_are_named(settings: dict[str, int], said: str) -> None:
    with pytest.raises(InversionError, match=said):
        InversionSettings(**settings)


def test_an_unknown_quality_is_named() -> None:
    with pytest.raises(InversionError, match="quality is 'soon'"):
        settings_for("soon")  # type: ignore[arg-type]
