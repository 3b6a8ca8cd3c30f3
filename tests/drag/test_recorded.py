"""Drags whose steps are recorded and replayed take the steps of those that are not.

The recorder is one for the CPU, see `tape.py`: what it refuses no CUDA graph could hold either.
"""

import gc
import weakref
from collections.abc import Callable
from typing import TypeVar

import pytest
import torch

from tests.drag.scenes import box_mask, latent, moved, network, point
from tests.drag.tape import Tape, taped
from tests.drag.test_devices import needs_cuda
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.drag.recorded import RECORDERS, Recorded, Recording
from tugline_daemon.drag.settings import Pace
from tugline_daemon.generator import PRECISIONS, Precision
from tugline_daemon.generator.stylegan2_pass import ModulatedPass
from tugline_daemon.service.devices import use_precision

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

    def failing(_function: Callable[[], T], _device: torch.device) -> tuple[Recording, T]:
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setitem(RECORDERS, "cpu", failing)
    alike(retargeted(drag(POINTS)), expected)
    assert caplog.text.count("not permitted when stream is capturing") == 1, "it is tried once"


def test_what_comes_after_another_is_recorded_after_it(tapes: list[Tape]) -> None:
    # As a drag's way down goes back from the features that its last look has left.
    place = torch.zeros(3)
    left = {"seen": place.clone()}

    def look() -> torch.Tensor:
        left["seen"] = place * 2
        return left["seen"]

    def go() -> None:
        place.add_(left["seen"] + 1)

    seen: Recorded[torch.Tensor] = Recorded(place.device)
    gone: Recorded[None] = Recorded(place.device, after=seen)
    expected = [0.0, 0.0]
    for _ in range(6):
        gone(go)
        expected[0] += expected[1] + 1
        expected[1] = 2 * expected[0]
        assert seen(look).tolist() == [expected[1]] * 3
    assert len(tapes) == 2


@pytest.mark.usefixtures("tapes")
@pytest.mark.parametrize("pace", ["paper", "adaptive"])
def test_what_a_drag_has_made_goes_with_it(pace: Pace) -> None:
    running = Drag(NETWORK, START, [FIRST], POINTS, MASK, DragSettings(pace=pace))
    for _ in range(4):
        running.step()
    descent = weakref.ref(running._descent)
    gc.collect()
    gc.disable()
    try:
        del running
        assert descent() is None, "a graph's memory does not wait for the collector"
    finally:
        gc.enable()


@pytest.mark.cuda
@needs_cuda
@pytest.mark.parametrize("mask", [None, MASK], ids=["open", "masked"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_steps_are_the_same_on_cuda(
    mask: torch.Tensor | None, precision: Precision, caplog: pytest.LogCaptureFixture
) -> None:
    device = torch.device("cuda", torch.cuda.current_device())
    use_precision(precision, device)
    generator = network().requires_grad_(requires_grad=False).to(device)
    generator.precision = precision

    def on_cuda() -> Drag:
        settings = DragSettings(pace="paper", learning_rate=2e-2, hold=True)
        there = None if mask is None else mask.to(device)
        return Drag(generator, START.to(device), [FIRST.to(device)], POINTS, there, settings)

    found, other = on_cuda(), on_cuda()
    steps = [found.step()]
    for _ in range(9):
        other.step()
        torch.cuda.empty_cache()
        steps.append(found.step())
    assert not caplog.text
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(RECORDERS, "cuda")
        called = on_cuda()
        for step, expected in zip(steps, [called.step() for _ in steps], strict=True):
            assert step.points == expected.points
            assert torch.allclose(step.latent, expected.latent, atol=1e-3)
