"""How the features are made: distortions, triplets, a training that learns and goes on."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tools.features.distortions import DISTORTIONS, Distortion
from tools.features.judging import PixelDistance, agreement
from tools.features.leaves import draw_leaves
from tools.features.pictures import (
    HELD_OUT_PHOTOGRAPHS,
    SIDE,
    STEPS,
    TRAINING_PHOTOGRAPHS,
    Pictures,
    draw_pictures,
    read_photographs,
)
from tools.features.training import begin, calibrate, distances, resume, save, step
from tools.features.triplets import HELD_OUT, MAKERS, TRAINED, farther_on_a_walk, gather, mixed
from tools.features.writing import sheet, write_weights
from tugline_daemon.checkpoint.weights import read_weights
from tugline_daemon.inversion.perceptual import FeatureDistance


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return draw_pictures(walks=2, leaves=4, wheel=None, held_out=True)


@pytest.mark.parametrize("distortion", DISTORTIONS, ids=lambda one: one.name)
def test_a_distortion_goes_from_hardly_seen_to_ruined(
    distortion: Distortion, pictures: Pictures
) -> None:
    choice = np.random.default_rng(1)
    apart = []
    for strength in (0.0, 0.5, 1.0):
        far = 0.0
        for _ in range(12):
            picture, other = pictures.pick(choice), pictures.pick(choice)
            changed = distortion(picture, other, strength, choice)
            assert changed.shape == (3, SIDE, SIDE)
            assert changed.abs().max() <= 1
            far += float((changed - picture).abs().mean())
        apart.append(far / 12)
    assert 0 < apart[0] < 0.1
    assert apart[0] < apart[1] < apart[2]
    assert apart[2] > 0.1


def test_what_is_measured_with_is_not_trained_with(pictures: Pictures) -> None:
    assert not set(TRAINING_PHOTOGRAPHS) & set(HELD_OUT_PHOTOGRAPHS)
    assert not set(TRAINED) & set(HELD_OUT)
    trained = draw_pictures(walks=1, leaves=1, wheel=None, held_out=False)
    assert not bool((trained.leaves[0] == pictures.leaves).flatten(1).all(1).any())
    assert not bool((trained.walks[0] == pictures.walks).flatten(1).all(1).any())


def test_a_walk_leads_away_from_where_it_began(pictures: Pictures) -> None:
    walk = pictures.walks.float()
    apart = (walk[:, 1:] - walk[:, :1]).abs().mean((0, 2, 3, 4))
    assert len(apart) == STEPS
    assert bool((apart.diff() > 0).all())


def test_dead_leaves_are_the_same_for_the_same_seed() -> None:
    one = draw_leaves(48, seed=5)
    assert one.shape == (3, 48, 48)
    assert (one == draw_leaves(48, seed=5)).all()
    assert (one != draw_leaves(48, seed=6)).any()


def test_photographs_are_read_out_of_a_wheel(tmp_path: Path) -> None:
    saved = io.BytesIO()
    Image.new("L", (700, 100), 200).save(saved, "PNG")
    with zipfile.ZipFile(tmp_path / "some.whl", "w") as wheel:
        wheel.writestr("skimage/data/moon.png", saved.getvalue())
    (photograph,) = read_photographs(tmp_path / "some.whl", ("moon.png",))
    assert photograph.shape == (3, 73, 512)
    assert bool((photograph == 200).all())


@pytest.mark.parametrize("name", MAKERS)
def test_pixels_tell_which_is_farther_of_most_triplets_and_not_of_some(
    name: str, pictures: Pictures
) -> None:
    _, maker = MAKERS[name]
    triplets = gather(maker, pictures, TRAINED, 30, np.random.default_rng(2))
    found = agreement(PixelDistance(), triplets)
    assert found < 0.3 if "against pixels" in name else found > 0.6


def test_on_a_walk_the_far_one_comes_after_the_near_one(pictures: Pictures) -> None:
    triplets = gather(farther_on_a_walk, pictures, TRAINED, 30, np.random.default_rng(2))
    near, far = (
        (other - triplets.pictures).abs().mean() for other in (triplets.near, triplets.far)
    )
    assert near < far


def test_it_learns_is_kept_and_goes_on(pictures: Pictures, tmp_path: Path) -> None:
    triplets = mixed(pictures, 4, np.random.default_rng(3))
    progress = begin()
    losses = [step(progress, triplets, steps=30) for _ in range(5)]
    assert losses[-1] < losses[0]
    assert all(bool((head >= 0).all()) for head in progress.network.channel_weights)
    save(progress, tmp_path / "features.pt")
    again = resume(tmp_path / "features.pt")
    assert again.steps == 5
    assert step(again, triplets, steps=30) == pytest.approx(
        step(progress, triplets, steps=30), rel=1e-4
    )


def test_what_is_exported_is_what_the_daemon_compares_with(
    pictures: Pictures, tmp_path: Path
) -> None:
    network = begin().network.requires_grad_(requires_grad=False)
    calibrate(network, pictures, count=32)
    write_weights(network, tmp_path / "features.safetensors")
    distance = FeatureDistance(read_weights(tmp_path / "features.safetensors"))
    triplets = mixed(pictures, 4, np.random.default_rng(3))
    near, _ = distances(network, triplets)
    weight = torch.ones(SIDE, SIDE)
    for picture, other, wanted in zip(triplets.pictures, triplets.near, near, strict=True):
        found = distance.to(picture, weight)(other[None])
        torch.testing.assert_close(found[0], wanted, rtol=0.02, atol=1e-4)


def test_triplets_can_be_looked_at(pictures: Pictures) -> None:
    assert sheet(pictures, columns=2).size == (2 * SIDE, 3 * 2 * len(MAKERS) * SIDE)
