"""A pass in shorter numbers stays near fp32, never leaves them, and lets a device run on."""

from collections.abc import Mapping, Sequence

import pytest
import torch
from torch import Tensor

from tests.drag.tape import Tape
from tests.generator.networks import small
from tugline_daemon.generator import PRECISIONS, Generator, Precision, Windows, version_of
from tugline_daemon.generator.feature_pass import FeaturePass, RecordedPass

needs_cuda = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="needs an NVIDIA GPU and the PyTorch build for it: https://pytorch.org/get-started",
)
SHORT: Sequence[Precision] = ("bf16", "fp16")
# Relative errors by the digits of the format and some layers.
NEAR = {"bf16": 2e-2, "fp16": 3e-3}
# Where an activation near zero has another sign, its slope is another one.
NEAR_WITH_SLOPES = {"bf16": 0.3, "fp16": 0.1}
LAYER = "b64"
ROWS = (0, 1, 2, 3, 4, 5)


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def through(
    generator: Generator, precision: Precision, rows: Sequence[int] = ROWS, layer: str = LAYER
) -> FeaturePass:
    latent = random(generator.num_ws, generator.w_dim)
    generator.precision = precision
    return generator.feature_pass(layer, latent.to(next(generator.parameters())), rows)


def moved(generator: Generator, rows: Sequence[int] = ROWS) -> Tensor:
    return random(generator.num_ws, generator.w_dim)[list(rows)] + 0.3 * random(
        len(rows), generator.w_dim, seed=1
    )


def off(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("precision", SHORT)
@pytest.mark.parametrize(
    "synthesis",
    [
        {},
        {"conv_clamp": 1.5},
        {"use_noise": False},
        {"activation": "linear"},
        {"activation": "linear", "use_noise": False},
    ],
)
def test_features_and_gradients_are_near_those_in_fp32(
    precision: Precision, synthesis: Mapping[str, object]
) -> None:
    generator = small(64, synthesis=synthesis)
    exact, short = through(generator, "fp32"), through(generator, precision)
    rows = moved(generator)
    features = exact.forward(rows)
    found = short.forward(rows)
    assert found.dtype == torch.float32
    assert found.permute(1, 2, 0).is_contiguous(), "channels lie side by side"
    assert 0 < off(found, features) < NEAR[precision]
    gradients = random(3, *features.shape, seed=2)
    back = short.back(gradients)
    assert back.dtype == torch.float32
    bounds = NEAR if synthesis.get("activation") == "linear" else NEAR_WITH_SLOPES
    assert 0 < off(back, exact.back(gradients)) < bounds[precision]


@pytest.mark.parametrize("precision", SHORT)
@pytest.mark.parametrize("size", [1e-12, 1e-7, 1.0, 1e6])
def test_gradients_of_any_size_survive(precision: Precision, size: float) -> None:
    generator = small(64)
    one = through(generator, precision)
    gradients = random(2, *one.forward(moved(generator)).shape, seed=2)
    unscaled = one.back(gradients)
    of_size = one.back(gradients * torch.tensor([size, 1.0])[:, None, None, None])
    assert off(of_size[0] / size, unscaled[0]) < NEAR[precision]
    assert torch.equal(of_size[1], unscaled[1]), "each number has a scale of its own"


def test_no_gradient_stays_none() -> None:
    generator = small(64)
    one = through(generator, "fp16")
    features = one.forward(moved(generator))
    assert not one.back(torch.zeros(1, *features.shape)).any()


@pytest.mark.parametrize("moving", [True, False])
@pytest.mark.parametrize("kind", ["large", "tiny", "of one channel", "none"])
def test_extreme_styles_overflow_nothing(kind: str, *, moving: bool) -> None:
    generator = small(64, synthesis={"activation": "linear"})
    state = generator.state_dict()
    for name, tensor in state.items():
        if name.endswith("affine.bias") and "torgb" not in name:
            if kind == "of one channel":
                tensor[0] = 1e4
            else:
                tensor.mul_({"large": 1e6, "tiny": 1e-6, "none": 0.0}[kind])
        if name.endswith("affine.weight") and "torgb" not in name:
            tensor.mul_({"large": 1e6, "tiny": 1e-6, "of one channel": 1.0, "none": 0.0}[kind])
    rows = ROWS if moving else (0,)
    exact, short = through(generator, "fp32", rows), through(generator, "fp16", rows)
    features, found = (one.forward(moved(generator, rows)) for one in (exact, short))
    assert off(found, features) < NEAR["fp16"]
    gradients = random(1, *features.shape, seed=2)
    back = short.back(gradients)
    assert back.isfinite().all()
    if kind in ("large", "of one channel"):  # else there is next to nothing to compare
        assert off(back, exact.back(gradients)) < NEAR["fp16"]


def test_gradients_that_add_up_overflow_nothing() -> None:
    generator = small(512, synthesis={"activation": "linear"})
    exact, short = (through(generator, one, layer="b512") for one in ("fp32", "fp16"))
    features = exact.forward(moved(generator))
    short.forward(moved(generator))
    upward = features.sign()[None]
    assert off(short.back(upward), exact.back(upward)) < NEAR["fp16"]


@pytest.mark.parametrize("precision", SHORT)
def test_windows_are_what_the_whole_has_there(precision: Precision) -> None:
    generator = small(64)
    one, rows = through(generator, precision), moved(generator)
    windows = Windows(((20, 11),), 7, 9, 64, 64)
    whole = one.forward(rows)[:, 20:27, 11:20]
    gradients = random(1, *whole.shape, seed=2)
    everywhere = torch.zeros(1, len(whole), 64, 64)
    everywhere[:, :, 20:27, 11:20] = gradients
    expected = one.back(everywhere)
    assert one.worth(windows) == windows
    assert off(one.forward(rows, windows), whole) < NEAR[precision]
    assert off(one.back(gradients), expected) < NEAR_WITH_SLOPES[precision]


def test_another_precision_is_another_pass_over_the_same_network() -> None:
    generator = small(64)
    rows = moved(generator)
    first = through(generator, "fp32").forward(rows)
    assert not torch.equal(through(generator, "fp16").forward(rows), first)
    assert torch.equal(through(generator, "fp32").forward(rows), first)


def test_a_recorded_pass_stays_in_fp32() -> None:
    generator = small(64, synthesis={"architecture": "resnet"})
    recorded = through(generator, "fp16")
    assert isinstance(recorded, RecordedPass)
    rows = moved(generator)
    assert torch.equal(recorded.forward(rows), through(generator, "fp32").forward(rows))


def test_a_weight_that_changes_has_another_version() -> None:
    weight = torch.ones(2)
    before = version_of(weight)
    assert version_of(weight) == before
    weight += 1
    assert version_of(weight) != before


@pytest.mark.parametrize("precision", PRECISIONS)
def test_both_ways_can_be_recorded_and_replayed_with_other_numbers(precision: Precision) -> None:
    generator = small(64)
    one, rows = through(generator, precision), moved(generator)
    gradients = random(2, *one.forward(rows).shape)
    one.back(gradients)  # what is kept is made
    with Tape() as tape:
        features, back = one.forward(rows), one.back(gradients)
    rows += 0.2
    gradients *= 1e3
    tape.replay()
    other = through(generator, precision)
    assert torch.equal(features, other.forward(rows))
    assert torch.equal(back, other.back(gradients))


@needs_cuda
@pytest.mark.cuda
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_cuda_device_computes_what_a_processor_does(precision: Precision) -> None:
    generator = small(64)
    rows = moved(generator)
    here = through(generator, "fp32")
    features = here.forward(rows)
    gradients = random(2, *features.shape, seed=2)
    there = through(generator.cuda(), precision)
    assert there.worth(Windows(((20, 11),), 7, 9, 64, 64)) is None
    assert off(there.forward(rows.cuda()).cpu(), features) < NEAR.get(precision, 2e-3)
    found = there.back(gradients.cuda()).cpu()
    assert off(found, here.back(gradients)) < NEAR_WITH_SLOPES.get(precision, 0.06)
