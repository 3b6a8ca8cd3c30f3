"""Drags whose steps are recorded and replayed take the steps of those that are not.

The recorder is one for the CPU, see `tape.py`: what it refuses no CUDA graph could hold either.
"""

from collections.abc import Callable
from typing import TypeVar

import pytest
import torch

from tests.drag.scenes import box_mask, latent, moved, network, point
from tests.drag.tape import Tape, taped
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.drag.recorded import RECORDERS, Recorded, Recording
from tugline_daemon.generator.stylegan2_pass import ModulatedPass

T = TypeVar("T")
NETWORK = network()
START = moved(NETWORK)
FIRST = latent(NETWORK)
MASK = box_mask(64, 16, 16, 48, 40)
POINTS = [
    point((12.5, 40.2), (20.0, 44.0), "a"),
    point((30.3, 28.7), (25.0, 20.0), "b"),
    point((50.0, 50.0), (50.0, 58.0), "c"),
]
LATE = point((45.1, 12.9), (38.0, 12.9), "late")


@pytest.fixture
def tapes(monkeypatch: pytest.MonkeyPatch) -> list[Tape]:
    made: list[Tape] = []
    monkeypatch.setitem(RECORDERS, "cpu", taped(made))
    monkeypatch.setattr(ModulatedPass, "worth", lambda _pass, _windows: None)
    return made


def drag(points: list[DragPoint], mask: torch.Tensor | None = None) -> Drag:
    settings = DragSettings(pace="paper", learning_rate=2e-2, hold=True)
    return Drag(NETWORK, START, [FIRST], points, mask, settings)


def retargeted(running: Drag) -> list[DragStep]:
    """Take steps between retargets of every kind."""
    steps = [running.step() for _ in range(5)]
    running.retarget(targets={"a": (30.0, 30.0)})
    steps += [running.step() for _ in range(3)]
    running.retarget(added=[LATE], added_references=[steps[2].latent])
    steps += [running.step() for _ in range(3)]
    running.retarget(removed=["b", "c"], mask=box_mask(64, 8, 8, 56, 56))
    steps += [running.step() for _ in range(4)]
    running.retarget(settings=DragSettings(pace="paper", learning_rate=1e-2, lambda_mask=40))
    steps += [running.step() for _ in range(3)]
    running.retarget(clear_mask=True)
    return steps + [running.step() for _ in range(4)]


def alike(found: list[DragStep], expected: list[DragStep]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)
        assert one.points == other.points
        assert torch.allclose(one.latent, other.latent, atol=1e-5)


@pytest.mark.parametrize("mask", [None, MASK], ids=["open", "masked"])
def test_the_steps_are_the_same(mask: torch.Tensor | None, tapes: list[Tape]) -> None:
    found = retargeted(drag(POINTS, mask))
    assert sum(tape.replays for tape in tapes) > 0.6 * 2 * len(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(RECORDERS, "cpu")
        alike(found, retargeted(drag(POINTS, mask)))


def test_nothing_is_recorded_anew_for_a_target_a_point_or_another_mask(tapes: list[Tape]) -> None:
    running = drag(POINTS, MASK)
    for _ in range(4):
        running.step()
    assert len(tapes) == 2, "a way down and a look"
    running.retarget(targets={"b": (33.0, 33.0)})
    running.step()
    running.retarget(added=[LATE], added_references=[FIRST], mask=1 - MASK)
    running.step()
    running.retarget(removed=["a"], settings=DragSettings(pace="paper", lambda_mask=3.0))
    running.step()
    assert [tape.replays for tape in tapes] == [6, 5]


def test_a_step_that_cannot_be_recorded_is_taken_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = retargeted(drag(POINTS))

    def failing(function: Callable[[], T]) -> tuple[Recording, T]:
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setitem(RECORDERS, "cpu", failing)
    alike(retargeted(drag(POINTS)), expected)
    assert "not permitted when stream is capturing" in caplog.text


def test_what_comes_after_another_is_recorded_after_it(tapes: list[Tape]) -> None:
    # As a drag's way down goes back from the features that its last look has left.
    place = torch.zeros(3)
    left = {"seen": place.clone()}

    def look() -> torch.Tensor:
        left["seen"] = place * 2
        return left["seen"]

    def go() -> None:
        place.add_(left["seen"] + 1)

    seen: Recorded[torch.Tensor] = Recorded(look, taped(tapes))
    gone = Recorded(go, taped(tapes), after=seen)
    expected = [0.0, 0.0]
    for _ in range(6):
        gone()
        expected[0] += expected[1] + 1
        expected[1] = 2 * expected[0]
        assert seen().tolist() == [expected[1]] * 3
    assert len(tapes) == 2
