"""Several places to begin at: the lowest is gone on from."""

from collections.abc import Iterator

import pytest
import torch

from tests.generator.networks import small
from tugline_daemon.inversion.descent import Descent, Found
from tugline_daemon.inversion.looking import Glances
from tugline_daemon.inversion.perceptual import PyramidDistance
from tugline_daemon.inversion.several import TRIAL, LowestOf
from tugline_daemon.inversion.subject import Subject


class Falling(Descent):
    """Falls to a floor, by a share a step."""

    def __init__(self, floor: float, share: float) -> None:
        self.steps = 0
        self._losses = self._fall(floor, share)

    def _fall(self, floor: float, share: float) -> Iterator[float]:
        loss = 1.0
        while True:
            loss = floor + (loss - floor) * share
            yield loss

    @property
    def is_exhausted(self) -> bool:
        return self.steps >= 40

    @property
    def has_diverged(self) -> bool:
        return False

    def step(self) -> Found:
        self.steps += 1
        nothing = torch.zeros(0)
        return Found(nothing, None, nothing, distance=0.0, loss=next(self._losses))


def test_each_is_tried_and_the_lowest_gone_on_with() -> None:
    ways = [Falling(0.5, 0.5), Falling(0.1, 0.8), Falling(0.3, 0.5)]
    lowest = LowestOf(ways)
    for _ in range(3 * TRIAL):
        assert not lowest.is_settled
        assert not lowest.is_exhausted
        lowest.step()
    assert [way.steps for way in ways] == [TRIAL, TRIAL, TRIAL]
    while not lowest.is_exhausted:
        lowest.step()
    assert [way.steps for way in ways] == [TRIAL, 40, TRIAL]


def test_one_way_needs_no_trial() -> None:
    assert LowestOf([Falling(0.0, 0.9)]).is_settled


@pytest.mark.parametrize("c_dim", [0, 3])
def test_the_nearest_of_what_is_glanced_at_are_told(c_dim: int) -> None:
    generator = small(c_dim=c_dim)
    dice = torch.Generator().manual_seed(2)
    mean = torch.zeros(generator.w_dim)
    rows = torch.randn(70, generator.w_dim, generator=dice)
    wanted = 0.7 * rows[41]
    with torch.no_grad():
        picture = generator.synthesize(wanted.expand(1, generator.num_ws, -1))[0]
    subject = Subject(picture, torch.ones(32, 32), PyramidDistance())
    glances = Glances(generator, subject, rows, mean)
    while glances.left:
        glances.look()
    nearest = glances.nearest(2)
    assert torch.allclose(nearest[0], wanted)
    assert nearest.shape == (2, generator.w_dim)
    assert not torch.equal(nearest[1], nearest[0])
