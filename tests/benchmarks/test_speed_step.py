from collections.abc import Callable

import pytest
import torch

from benchmarks.drags import fixed, packaged
from benchmarks.limits import copying, multiplying, peak
from benchmarks.step import Endless, Scene, half_mask, outward
from tests.generator.networks import small
from tugline_daemon.drag import Drag, DragOverError, DragSettings

CPU = torch.device("cpu")


def drags_of(step_limit: int) -> Callable[[], Drag]:
    """Begin one drag after another of so many steps."""
    network = small(32)
    latent = network.map(torch.ones(1, network.z_dim))[0]
    settings = DragSettings(step_limit=step_limit, pace="paper")
    return lambda: Drag(network, latent, [latent], outward(network, 1), None, settings)


def test_a_drag_that_ends_is_begun_anew() -> None:
    begun: list[Drag] = []
    begin = drags_of(3)

    def noted() -> Drag:
        begun.append(begin())
        return begun[-1]

    endless = Endless(noted, CPU)
    assert len(begun) == 1
    assert all(endless.timed() > 0 for _ in range(2))
    assert len(begun) == 1
    assert endless.timed() > 0
    assert len(begun) == 2


def test_a_drag_of_one_step_has_none_to_time() -> None:
    endless = Endless(drags_of(1), CPU)
    with pytest.raises(DragOverError):
        endless.timed()


def test_engine_and_oracle_go_the_same_way() -> None:
    network = small(32)
    scene = Scene(network, outward(network, 5), half_mask(32))
    engine, oracle = scene.engine("paper"), scene.oracle()
    for _ in range(2):
        told = engine.step()
        oracle.step()
        assert [point.handle for point in told.points] == oracle.handles


def test_the_mask_holds_all_but_the_middle_half() -> None:
    mask = half_mask(32)
    assert mask.sum() == 16 * 16
    assert mask[8:24, 8:24].all()


def test_drags_of_a_fixed_number_of_steps_make_them() -> None:
    found = list(fixed(small(32), CPU, steps=2))
    assert [(row["points"], row["mask"]) for row in found] == [(1, False), (1, True)]
    for row in found:
        assert row["steps"] <= 2
        assert 0 < row["first_s"] <= row["whole_s"]


def test_the_packaged_model_drags_pairs_to_the_end() -> None:
    found = list(packaged(CPU, 1))
    assert [(row["points"], row["mask"], row["drags"]) for row in found] == [
        (1, False, 1),
        (1, True, 1),
        (5, False, 1),
        (5, True, 1),
    ]
    for row in found:
        assert row["left_px"] < 10  # where they begin pairs are 15 px apart
        assert set(row["ended"]) <= {"arrived", "stuck"}


def test_the_peak_is_that_of_float32() -> None:
    rows = [
        {"case": "copy", "bytes": 1, "gigabytes_per_s": 9.0},
        {"case": "gemm", "dtype": "bfloat16", "side": 1, "gflops": 300.0},
        {"case": "gemm", "dtype": "float32", "side": 1, "gflops": 100.0},
    ]
    assert peak(rows) == 1e11


def test_the_limits_are_measured_in_operations_and_bytes_a_second() -> None:
    assert multiplying(256, torch.float32, CPU) > 1e8
    assert copying(2**22, CPU) > 1e7
