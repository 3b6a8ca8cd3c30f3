"""A drag that computes only what is looked at takes the steps of one that computes all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from tests.drag.scenes import latent, point
from tests.generator.networks import small
from tugline_daemon.drag import Drag, DragSettings, DragStep
from tugline_daemon.drag.descent import around, part_of
from tugline_daemon.generator import FeatureGrid, Windows
from tugline_daemon.generator.stylegan2_pass import ModulatedPass

NETWORK = small(128)
FIRST = point((40.3, 60.7), (80.0, 70.0))
CORNER = point((2.0, 126.0), (30.0, 100.0), "corner")
NEAR = point((44.0, 64.0), (20.0, 64.0), "near")


@contextmanager
def everything() -> Iterator[None]:
    """Let no windows be worth it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModulatedPass, "worth", lambda _pass, _windows: None)
        yield


def steps_of(pace: str) -> list[DragStep]:
    """Return the steps of a drag whose points come, move and go."""
    start = latent(NETWORK)
    assert pace in ("adaptive", "paper")
    settings = DragSettings(pace="paper" if pace == "paper" else "adaptive", feature_layer="b64")
    running = Drag(NETWORK, start, [start], [FIRST], None, settings)
    steps = [running.step() for _ in range(6)]
    running.retarget(added=[CORNER, NEAR], added_references=[steps[2].latent])
    steps += [running.step() for _ in range(4)]
    running.retarget(targets={"a": (10.0, 10.0)}, removed=["near"])
    return steps + [running.step() for _ in range(6)]


@pytest.mark.parametrize("pace", ["adaptive", "paper"])
def test_the_steps_are_the_same(pace: str) -> None:
    found = steps_of(pace)
    with everything():
        expected = steps_of(pace)
    for one, other in zip(found, expected, strict=True):
        assert one.ended == other.ended
        for here, there in zip(one.points, other.points, strict=True):
            assert here.handle == pytest.approx(there.handle, abs=0.07)
        assert torch.allclose(one.latent, other.latent, atol=1e-3)


def test_what_is_around_places_is_all_that_sampling_reads() -> None:
    grid = FeatureGrid(16, 8, 4.0, 8.0, left=-2.0, top=1.0)
    assert around(grid, [(20.0, 20.0)], 5.0) == Windows(((1, 3),), 4, 5, 8, 16)


def test_a_part_of_a_grid_lies_where_it_lay_in_the_whole() -> None:
    grid = FeatureGrid(16, 8, 4.0, 8.0, left=-2.0, top=1.0)
    part = part_of(grid, Windows(((-1, 3), (4, 9)), 4, 5, 8, 16))
    assert part == FeatureGrid(11, 8, 4.0, 8.0, left=10.0, top=1.0)
    assert part_of(grid, Windows(((2, 1),), 3, 3, 8, 16)) == FeatureGrid(3, 3, 4.0, 8.0, 2.0, 17.0)
