"""What finds the handles can be exchanged, and looks between the pixels where it is told to."""

import pytest
import torch
from torch import Tensor

from tests.drag.scenes import point
from tests.drag.shifting import Shifting
from tugline_daemon.drag import Drag, DragSettings, NearestFeature, Places, Tracker
from tugline_daemon.drag.sampling import sample, square
from tugline_daemon.generator import FeatureGrid

GENERATOR = Shifting()
GRID = GENERATOR.feature_grid("b32")
POINT = point((30.3, 28.7), (38.3, 32.7))


def features(latent: Tensor) -> Tensor:
    return GENERATOR.synthesize(latent[None])[0].detach()


@pytest.mark.parametrize(("subpixel", "error"), [(False, 0.75), (True, 0.1)])
def test_a_handle_is_found_as_finely_as_asked(subpixel: bool, error: float) -> None:
    first, moved = GENERATOR.first(), GENERATOR.first()
    moved[0] = torch.tensor([0.0272, -0.0313])  # by (1.36, -1.565) pixels
    f = sample(features(first), GRID, torch.tensor([POINT.origin]).double()).T
    around = square(torch.tensor([POINT.handle]).double(), 4.0, 64, 64)
    ((x, y, _),) = NearestFeature(subpixel=subpixel)(features(moved), GRID, around, f).tolist()
    assert (x, y) == pytest.approx(GENERATOR.place(POINT.origin, first, moved), abs=error)


def test_a_match_between_pixels_stays_in_the_picture() -> None:
    first = GENERATOR.first()
    f = sample(features(first), GRID, torch.tensor([[40.0, 40.0]]).double()).T
    around = square(torch.tensor([[0.0, 63.9]]).double(), 4.0, 64, 64)
    ((x, y, _),) = NearestFeature(subpixel=True)(features(first), GRID, around, f).tolist()
    assert 0 <= x < 64
    assert 0 <= y < 64


class Believing:
    """Finds every handle a pixel to the right of where it was, whatever the features say."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def __call__(
        self, features: Tensor, grid: FeatureGrid, squares: Places, firsts: Tensor
    ) -> Tensor:
        here = squares.positions[:, 0]
        self.seen.append((*features.shape, *firsts.shape, grid.columns, len(here)))
        return torch.cat([here + torch.tensor([1.0, 0.0]), here.new_zeros(len(here), 1)], 1)


@pytest.mark.parametrize("pace", ["adaptive", "paper"])
def test_another_tracker_is_believed(pace: str) -> None:
    tracker = Believing()
    exchanged: Tracker = tracker
    settings = DragSettings(pace="paper") if pace == "paper" else DragSettings()
    first, points = GENERATOR.first(), [point((20.0, 20.0), (25.0, 20.0))]
    steps = list(Drag(GENERATOR, first, [first], points, None, settings, tracker=exchanged))
    assert [step.points[0].handle for step in steps][:3] == [(21, 20), (22, 20), (23, 20)]
    assert steps[-1].ended == "arrived"
    assert set(tracker.seen) == {(24, 32, 32, 1, 24, 32, 1)}
