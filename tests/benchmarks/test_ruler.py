import pytest
import torch

from benchmarks.ruler import find, held_out_error, read
from benchmarks.ruler.examples import examples, varied
from benchmarks.ruler.figures import measure
from benchmarks.ruler.network import GRID, centres
from benchmarks.ruler.pool import drawn
from tools.critters.landmarks import Landmark

SEED = 710_000_001


def test_its_error_on_new_critters_is_what_was_published() -> None:
    found = measure(pictures=24, seed=SEED)
    published = held_out_error()
    assert published.mean_px < 0.6
    assert found["mean_px"] == pytest.approx(published.mean_px, rel=0.35)
    assert set(found["by_landmark"]) == {landmark.name.lower() for landmark in Landmark}


def test_it_follows_a_picture_that_is_shifted() -> None:
    _, pictures = drawn(4, SEED)
    still, moved = find(pictures), find(pictures.roll((2, 4), dims=(2, 3)))
    noses = (moved - still)[:, Landmark.NOSE_TIP]
    assert noses.mean(0).tolist() == pytest.approx([4, 2], abs=0.5)


def test_it_tells_what_is_hidden() -> None:
    true = examples(*drawn(48, SEED))
    seen = read(true.pictures).visible > 0.5
    assert float((seen == true.visible).float().mean()) > 0.9


def test_it_refuses_pictures_of_another_size() -> None:
    with pytest.raises(ValueError, match="128"):
        find(torch.zeros(1, 3, 64, 64))


def test_a_heat_maps_point_is_its_centre_of_mass() -> None:
    maps = torch.full((1, 1, GRID, GRID), -50.0)
    maps[0, 0, 10, 20] = maps[0, 0, 10, 21] = 50.0  # cells of two pixels, row 10
    assert centres(maps.flatten(2))[0, 0].tolist() == pytest.approx([42.0, 21.0])


def test_examples_keep_their_landmarks_when_they_are_varied() -> None:
    true = examples(*drawn(6, SEED))
    moved = varied(true, torch.Generator().manual_seed(1))
    apart = (find(moved.pictures) - moved.points).norm(dim=2)[moved.visible]
    assert float(apart.median()) < 1.0
    assert not torch.equal(moved.points, true.points)
