import pytest

from benchmarks.accuracy.ground import Points
from benchmarks.accuracy.methods import MethodName
from benchmarks.accuracy.summary import Reach, interval, mean_on_way, rows
from benchmarks.accuracy.trial import Facts, Onway, Outcome, Trial


def outcome(
    method: MethodName,
    distance: float,
    *,
    points: Points = "1",
    steps: int = 0,
    onway: tuple[Onway, ...] = (),
) -> Outcome:
    return Outcome(
        method=method,
        points=points,
        distance_px=distance,
        steps=steps,
        passes=2 * steps,
        seconds=0.5,
        reason="arrived",
        outside_change=1.0,
        identity_drift=0.1,
        features=(distance, 1.0),
        onway=onway,
    )


def facts(seed: int) -> Facts:
    return Facts(
        seed=seed,
        landmarks=7,
        displacement_px={"1": 10.0, "5": 10.0, "all": 10.0},
        goal_drift=0.05,
        goal_features=(float(seed), 2.0),
    )


def test_the_interval_is_the_means_own() -> None:
    low, high = interval([1.0, 2.0, 3.0, 4.0])
    # 1.96 standard errors: sqrt(5/3) / 2
    assert (low, high) == pytest.approx((2.5 - 1.2651, 2.5 + 1.2651), abs=1e-3)
    assert interval([3.0]) == (3.0, 3.0)


def test_a_drag_that_has_ended_stays_where_it_is() -> None:
    quick = (Onway(0, 0, 10.0), Onway(2, 4, 2.0))
    slow = (Onway(0, 0, 8.0), Onway(2, 4, 6.0), Onway(4, 8, 4.0))
    assert mean_on_way([quick, slow]) == [Onway(0, 0, 9.0), Onway(2, 4, 4.0), Onway(4, 6, 3.0)]


def test_a_row_holds_the_engine_against_no_edit_and_oracle() -> None:
    way = (Onway(0, 0, 10.0), Onway(3, 6, 4.0), Onway(5, 10, 1.0))
    drags = (
        outcome("no edit", 10.0),
        outcome("oracle", 4.0, steps=30),
        outcome("tugline", 1.0, steps=5, onway=way),
    )
    found = rows([facts(1), facts(2)], [Trial(1, drags), Trial(2, drags)])

    assert [(row.points, row.method) for row in found] == [
        (1, "no edit"),
        (1, "oracle"),
        (1, "tugline"),
    ]
    engine = found[-1]
    assert engine.mean_distance_px == 1
    assert engine.nearer == pytest.approx(0.9)
    assert engine.ended == {"arrived": 2}
    assert engine.reaches == {"oracle": Reach(steps=3, passes=6.0, of_steps=0.1, of_passes=0.1)}


def test_an_engine_that_never_gets_as_near_is_said_to() -> None:
    way = (Onway(0, 0, 10.0), Onway(5, 10, 6.0))
    drags = (outcome("oracle", 4.0, steps=30), outcome("tugline", 6.0, steps=5, onway=way))
    assert rows([facts(1)], [Trial(1, drags)])[-1].reaches == {"oracle": None}


def test_the_engine_passes_the_oracle_on_pairs_that_both_have_dragged() -> None:
    near = outcome("tugline", 1.0, steps=5, onway=(Onway(0, 0, 10.0), Onway(5, 10, 1.0)))
    far = outcome("tugline", 9.0, steps=5, onway=(Onway(0, 0, 10.0), Onway(5, 10, 9.0)))
    oracle = outcome("oracle", 1.5, steps=10)
    *_, engine = rows([facts(1), facts(2)], [Trial(1, (near, oracle)), Trial(2, (far,))])
    assert (engine.pairs, engine.mean_distance_px) == (2, 5)
    assert engine.reaches == {"oracle": Reach(steps=5, passes=10, of_steps=0.5, of_passes=0.5)}
