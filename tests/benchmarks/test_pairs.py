from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.accuracy.bench import Bench, Plan, newest_packaged
from benchmarks.accuracy.correspondence import SHARED_FROM, Correspondence
from benchmarks.accuracy.critters import POSE, Critters, in_another_pose
from benchmarks.accuracy.errors import NoPairs
from benchmarks.accuracy.ground import COLUMNS, LEAST_OVER_FLOOR, Pair, box_mask, suits
from tests.models import add_random_model
from tools.critters.parameters import draw_z, values
from tugline_daemon.library.store import packaged_folder

SEED = 40_000_000


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(Plan(newest_packaged(), packaged_folder(), 3, COLUMNS))


@pytest.fixture(scope="module")
def pair(bench: Bench) -> Pair:
    (first,) = bench.pairs(SEED, 1)
    found = bench.ground.pair(first.seed)
    assert found is not None
    return found


def test_another_pose_leaves_the_critter_as_it_is() -> None:
    z = draw_z(1, seed=3)
    other = in_another_pose(z[0], np.random.default_rng(4))[None]
    before, after = values(z), values(other)
    for name in before:
        if name in POSE:
            assert before[name] != pytest.approx(after[name], abs=1e-3)
        else:
            assert before[name] == pytest.approx(after[name], abs=1e-5)


def test_the_packaged_model_is_known_by_what_it_draws(bench: Bench) -> None:
    assert isinstance(bench.ground, Critters)


def test_a_pair_is_the_same_at_every_run(bench: Bench, pair: Pair) -> None:
    again = bench.ground.pair(pair.seed)
    assert again is not None
    assert again.names == pair.names
    assert torch.equal(again.handles, pair.handles)
    assert torch.equal(again.targets, pair.targets)
    assert torch.equal(again.goal, pair.goal)


def test_a_pairs_landmarks_are_far_enough_apart_to_be_measured(bench: Bench, pair: Pair) -> None:
    for points in COLUMNS:
        assert pair.displacement(points) >= LEAST_OVER_FLOOR * bench.ground.floor_px
    assert suits(pair, bench.ground.floor_px)
    assert not suits(pair, pair.displacement("all"))


def test_the_goal_itself_measures_as_no_distance(bench: Bench, pair: Pair) -> None:
    with torch.no_grad():
        picture = bench.generator.synthesize(pair.goal[None])
    found = bench.ground.find(pair, pair.goal[None], picture)[0]
    assert found == pytest.approx(pair.targets, abs=1e-3)


def test_the_mask_is_the_grown_box() -> None:
    mask = box_mask(torch.tensor([[40.0, 50.0], [60.0, 70.0]]), 100, 100)
    assert mask[50:70, 40:60].all()
    assert mask.nonzero().amin(0).tolist() == [30, 20]  # 20 beyond, y first
    assert mask.nonzero().amax(0).tolist() == [90, 80]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder: Path = tmp_path_factory.mktemp("models")
    add_random_model(folder, "strange", resolution=64, channels=32)
    return Bench(Plan("strange", folder, 3, COLUMNS))


def test_any_other_model_makes_its_own_pairs(strange: Bench) -> None:
    assert isinstance(strange.ground, Correspondence)
    assert strange.ground.layer != strange.generator.default_feature_layer
    (first,) = strange.pairs(0, 1)
    pair = strange.ground.pair(first.seed)
    assert pair is not None
    assert torch.equal(pair.start[SHARED_FROM:], pair.goal[SHARED_FROM:])
    assert not torch.equal(pair.start[:SHARED_FROM], pair.goal[:SHARED_FROM])
    with torch.no_grad():
        picture = strange.generator.synthesize(pair.start[None])
    found = strange.ground.find(pair, pair.start[None], picture)[0]
    # The landmarks' own features are nowhere more alike than at the landmarks.
    assert float((found - pair.handles).norm(dim=1).mean()) < 1


def test_a_model_without_pairs_is_named(strange: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strange.ground, "pair", {}.get)
    with pytest.raises(NoPairs, match="choose another model"):
        list(strange.pairs(0, 1))
