"""Inversions: of the packaged model's own pictures, and of small networks where that is enough."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from tests.generator.networks import alias_free, small
from tugline_daemon.generator import Generator, tuned
from tugline_daemon.inversion import (
    Inversion,
    InversionError,
    InversionSettings,
    InversionStep,
    Start,
)
from tugline_daemon.inversion.perceptual import PyramidDistance
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store, packaged_folder

SHORT = InversionSettings(w_steps=8, wplus_steps=8)
ALL_STAGES = InversionSettings(w_steps=4, wplus_steps=4, tuning_steps=8)


@cache
def critters() -> Generator:
    return load_model(Store([packaged_folder()]).find("critters-2"), torch.device("cpu"))


@cache
def network() -> Generator:
    return small()


def own_picture(generator: Generator, seed: int) -> Tensor:
    z = torch.randn(1, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    c = torch.eye(generator.c_dim)[:1] if generator.c_dim else None
    with torch.no_grad():
        return generator.synthesize(generator.map(z, c))[0].clamp(-1, 1)


def other_picture(generator: Generator, seed: int = 5) -> Tensor:
    """A picture that the network did not make."""
    dice = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, 3, 4, 4, generator=dice).tanh()
    size = (generator.height, generator.width)
    return torch.nn.functional.interpolate(coarse, size, mode="bilinear")[0]


def begun(
    generator: Generator,
    picture: Tensor,
    settings: InversionSettings = SHORT,
    *,
    weight: Tensor | None = None,
    start: Start | None = None,
) -> Inversion:
    return Inversion(
        generator, picture, settings, weight=weight, distance=PyramidDistance(), start=start
    )


def steps(inversion: Inversion) -> Iterator[InversionStep]:
    while inversion.ended is None:
        yield inversion.step()


def last(inversion: Inversion) -> InversionStep:
    *_, step = steps(inversion)
    return step


def loss(
    generator: Generator, picture: Tensor, step: InversionStep, weight: Tensor | None = None
) -> float:
    """The distance and the mean square error of what a step says, computed anew."""
    drawn = generator if step.tuning is None else tuned(generator, step.tuning)
    weight = torch.ones(picture.shape[1:]) if weight is None else weight
    with torch.no_grad():
        made = drawn.synthesize(step.latent[None])
    error = ((made[0] - picture).square().mean(0) * weight).sum() / weight.sum()
    return float(PyramidDistance().to(picture, weight)(made) + error)


@pytest.mark.parametrize("seed", [0, 3])
def test_pictures_that_critters_made_are_found_again_to_35_db(seed: int) -> None:
    picture = own_picture(critters(), 1000 + seed)
    inversion = begun(critters(), picture, InversionSettings(w_steps=80, wplus_steps=100))
    step = next(step for step in steps(inversion) if step.psnr >= 35 or step.ended)
    with torch.no_grad():
        error = (critters().synthesize(step.latent[None])[0].clamp(-1, 1) - picture).square().mean()
    assert 10 * torch.log10(4 / error) >= 35
    assert inversion.likeness > 0.9


def test_rows_of_their_own_get_nearer_than_one_row_and_tuned_weights_nearer_still() -> None:
    picture = other_picture(critters())
    settings = InversionSettings(w_steps=10, wplus_steps=12, tuning_steps=5)
    found = {step.stage: step for step in steps(begun(critters(), picture, settings))}
    losses = [loss(critters(), picture, found[stage]) for stage in ("w", "w+", "tuning")]
    assert losses[0] > 1.02 * losses[1] > 1.02 * 1.02 * losses[2]
    assert found["w"].latent.std(0).max() == 0
    assert found["w+"].latent.std(0).max() > 0
    assert torch.equal(found["tuning"].latent, found["w+"].latent)
    tuning = found["tuning"].tuning
    assert tuning is not None
    assert tuning.numbers <= 0.1 * sum(each.numel() for each in critters().parameters())


@pytest.mark.parametrize(
    "generator",
    [small(square=False), small(c_dim=3), small(16), alias_free(), alias_free(config="R")],
    ids=["not square", "classes", "16 px", "stylegan3-t", "stylegan3-r"],
)
def test_every_kind_of_network_gets_nearer_in_every_stage_and_never_farther(
    generator: Generator,
) -> None:
    picture = own_picture(generator, 3)
    losses, stages = [], []
    for step in steps(begun(generator, picture, ALL_STAGES)):
        assert step.latent.shape == (generator.num_ws, generator.w_dim)
        losses.append(loss(generator, picture, step))
        stages.append(step.stage)
    assert all(now <= before * (1 + 1e-5) for before, now in pairwise(losses))
    assert losses[-1] < 0.9 * losses[0]
    assert list(dict.fromkeys(stages)) == ["w", "w+", "tuning"]


def test_steps_are_counted_and_what_they_say_of_their_progress_never_goes_back() -> None:
    found = list(steps(begun(network(), other_picture(network()), ALL_STAGES)))
    assert [step.number for step in found] == list(range(1, len(found) + 1))
    assert all(one.done <= other.done for one, other in pairwise(found))
    assert [step.ended for step in found] == [None] * (len(found) - 1) + ["done"]
    assert (found[-1].done, found[-1].seconds_left) == (1.0, 0.0)
    assert all(step.seconds_left > 0 for step in found[:-1])


def test_the_same_inversion_finds_the_same() -> None:
    one, other = (last(begun(network(), other_picture(network()), ALL_STAGES)) for _ in range(2))
    assert torch.equal(one.latent, other.latent)
    assert one.psnr == other.psnr


@pytest.mark.parametrize("stage", ["w", "w+", "tuning"])
def test_what_is_gone_on_from_is_not_lost(stage: str) -> None:
    picture = other_picture(network())
    before = next(
        step
        for step in reversed(list(steps(begun(network(), picture, ALL_STAGES))))
        if step.stage == stage
    )
    start = Start(before.latent, before.stage, before.tuning)
    again = list(steps(begun(network(), picture, ALL_STAGES, start=start)))
    assert torch.equal(again[0].latent, before.latent)
    assert again[0].psnr == pytest.approx(before.psnr, abs=1e-3)
    assert loss(network(), picture, again[-1]) < loss(network(), picture, before)
    assert {step.stage for step in again} <= {"w", "w+", "tuning"} - (
        set() if stage == "w" else {"w"}
    )


def test_rows_that_differ_are_not_lost_where_one_row_is_looked_for() -> None:
    picture = other_picture(network())
    found = last(begun(network(), picture, InversionSettings(w_steps=4, wplus_steps=30)))
    again = last(
        begun(
            network(),
            picture,
            InversionSettings(w_steps=2, wplus_steps=0),
            start=Start(found.latent, "w"),
        )
    )
    assert torch.equal(again.latent, found.latent)


def spread_of_rows(editability: float) -> float:
    """How far the rows lie from each other that draw a picture that is not the network's."""
    settings = InversionSettings(w_steps=4, wplus_steps=30, editability=editability)
    return float(last(begun(network(), other_picture(network()), settings)).latent.std(0).norm())


def test_the_pull_keeps_rows_near_each_other() -> None:
    assert spread_of_rows(100.0) < 0.5 * spread_of_rows(0.0)


def test_pixels_that_do_not_count_change_nothing() -> None:
    picture = other_picture(network())
    weight = torch.ones(32, 32)
    weight[:, 16:] = 0
    changed = picture.clone()
    changed[:, :, 16:] = torch.rand(3, 32, 16, generator=torch.Generator().manual_seed(1))
    one = last(begun(network(), picture, weight=weight))
    other = last(begun(network(), changed, weight=weight))
    assert torch.equal(one.latent, other.latent)
    assert one.psnr == other.psnr
    assert not torch.equal(last(begun(network(), picture)).latent, one.latent)


def test_a_picture_of_which_nothing_counts_is_refused_with_the_weight_named() -> None:
    with pytest.raises(InversionError, match="weight is 0 everywhere"):
        begun(network(), other_picture(network()), weight=torch.zeros(32, 32))


@pytest.mark.parametrize(
    ("picture", "weight", "said"),
    [
        (torch.zeros(3, 16, 32), None, r"picture has the shape \[3, 16, 32\]"),
        (torch.zeros(1, 32, 32), None, r"picture has the shape \[1, 32, 32\]"),
        (torch.full((3, 32, 32), torch.nan), None, "picture has numbers that are not finite"),
        (torch.zeros(3, 32, 32), torch.ones(32, 16), r"weight has the shape \[32, 16\]"),
        (torch.zeros(3, 32, 32), torch.full((32, 32), 2.0), "weight has numbers"),
        (torch.zeros(3, 32, 32), torch.full((32, 32), torch.nan), "weight has numbers"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    picture: Tensor, weight: Tensor | None, said: str
) -> None:
    with pytest.raises(InversionError, match=said):
        begun(network(), picture, weight=weight)


def test_a_start_that_does_not_fit_is_refused() -> None:
    for latent in (torch.zeros(3, 24), torch.full((network().num_ws, 24), torch.inf)):
        with pytest.raises(InversionError, match="latent to go on from"):
            begun(network(), other_picture(network()), start=Start(latent))
    of_another = last(begun(network(), other_picture(network()), ALL_STAGES)).tuning
    smaller = small(16)
    latent = torch.zeros(smaller.num_ws, 24)
    with pytest.raises(InversionError, match="made for another model"):
        begun(smaller, other_picture(smaller), start=Start(latent, "w", of_another))


def broken(name: str) -> Generator:
    generator = small()
    dict(generator.named_parameters())[name].data.view(-1)[0] = torch.nan
    return generator


@pytest.mark.parametrize(
    "name", ["mapping.fc0.weight", "synthesis.b32.conv0.weight", "synthesis.b8.torgb.bias"]
)
def test_numbers_that_are_not_finite_end_it_with_what_it_was_given(name: str) -> None:
    generator = broken(name)
    step = last(begun(generator, other_picture(generator)))
    assert step.ended == "diverged"
    assert bool(step.latent.isfinite().all())
    latent = network().map(torch.ones(1, 20))[0]
    step = last(begun(generator, other_picture(generator), start=Start(latent, "w+")))
    assert step.ended == "diverged"
    assert torch.equal(step.latent, latent)


def test_after_its_end_there_are_no_steps() -> None:
    inversion = begun(network(), other_picture(network()), InversionSettings(0, 0))
    assert inversion.step().ended == "done"
    with pytest.raises(InversionError, match="has ended"):
        inversion.step()


def test_a_picture_that_is_met_ends_it_at_once() -> None:
    latent = network().map(torch.ones(1, 20))[0]
    with torch.no_grad():
        picture = network().synthesize(latent[None])[0].clamp(-1, 1)
    inversion = begun(network(), picture, start=Start(latent, "w+"))
    step = inversion.step()
    assert (step.ended, step.psnr) == ("done", 100.0)


def test_likeness_is_low_of_a_picture_that_the_model_cannot_draw() -> None:
    noise = torch.rand(3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    inversion = begun(critters(), noise, InversionSettings(w_steps=3, wplus_steps=0))
    last(inversion)
    assert inversion.likeness < 0.2


def test_time_that_is_up_ends_it_after_some_steps_of_each_stage() -> None:
    settings = InversionSettings(w_steps=500, wplus_steps=500, seconds=10.0)
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.5
        return now

    generator = network()
    inversion = Inversion(
        generator,
        other_picture(generator),
        settings,
        weight=None,
        distance=PyramidDistance(),
        clock=clock,
    )
    looks = 20  # of latents; there is no time to look at the pictures of some
    stages = [step.stage for step in steps(inversion)][looks:]
    assert stages.count("w") == stages.count("w+") == 20
