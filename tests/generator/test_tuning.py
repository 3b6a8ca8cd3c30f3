"""Networks that are tuned: other weights in a copy, and all else shared."""

import pytest
import torch
from torch import Tensor

from tests.generator.networks import alias_free, small
from tugline_daemon.generator import Generator, GeneratorError, LowRank, Tuning, tuned

NAMES = ("synthesis.b8.conv0.weight", "synthesis.b32.torgb.bias", "synthesis.b4.const")


def random_tuning(generator: Generator, names: tuple[str, ...] = NAMES, rank: int = 2) -> Tuning:
    dice = torch.Generator().manual_seed(4)
    weights = dict(generator.named_parameters())
    return Tuning(
        {
            name: LowRank(
                torch.randn(weights[name].shape[0], rank, generator=dice),
                torch.randn(rank, weights[name][0].numel(), generator=dice),
            )
            for name in names
        }
    )


def latent_of(generator: Generator) -> Tensor:
    return generator.map(torch.ones(1, generator.z_dim))


def by_hand(generator: Generator, tuning: Tuning) -> None:
    """Add the differences to the weights themselves."""
    for name, each in tuning.factors.items():
        weight = dict(generator.named_parameters())[name]
        weight.data += (each.left @ each.right).reshape(weight.shape)


def test_it_draws_what_a_network_with_the_differences_in_its_weights_does() -> None:
    generator, changed = small(), small()
    tuning = random_tuning(generator)
    by_hand(changed, tuning)
    ws, made = latent_of(generator), tuned(generator, tuning)
    assert torch.equal(made.synthesize(ws), changed.synthesize(ws))
    assert not torch.allclose(made.synthesize(ws), generator.synthesize(ws))


def test_stylegan3_is_tuned_as_well() -> None:
    generator, changed = alias_free(), alias_free()
    name = next(name for name, _ in generator.named_parameters() if name.endswith("L1_36_8.weight"))
    tuning = random_tuning(generator, (name,))
    by_hand(changed, tuning)
    ws = latent_of(generator)
    assert torch.equal(tuned(generator, tuning).synthesize(ws), changed.synthesize(ws))


def test_the_network_itself_stays_and_what_does_not_differ_is_shared() -> None:
    generator = small()
    before = {name: weight.clone() for name, weight in generator.state_dict().items()}
    made = tuned(generator, random_tuning(generator))
    there = made.state_dict()
    assert list(there) == list(before)
    for name, weight in generator.state_dict().items():
        assert torch.equal(weight, before[name])
        assert (there[name].data_ptr() == weight.data_ptr()) == (name not in NAMES)
    assert not any(weight.requires_grad for weight in made.parameters())


def test_a_drag_goes_through_the_tuned_weights_even_after_one_through_the_others() -> None:
    generator, changed = small(), small()
    layer, latent = generator.default_feature_layer, latent_of(generator)[0]
    tuning = random_tuning(generator)
    by_hand(changed, tuning)

    def features(of: Generator) -> Tensor:
        with torch.no_grad():
            of.synthesize(latent[None])
        return of.feature_pass(layer, latent, [0, 1]).forward(latent[:2]).detach().clone()

    before = features(generator)
    assert torch.equal(features(tuned(generator, tuning)), features(changed))
    assert torch.equal(features(generator), before)


def test_a_tuned_network_can_be_tuned_again() -> None:
    generator, changed = small(), small()
    tuning = random_tuning(generator)
    for _ in range(2):
        by_hand(changed, tuning)
    ws = latent_of(generator)
    again = tuned(tuned(generator, tuning), tuning)
    assert torch.allclose(again.synthesize(ws), changed.synthesize(ws), atol=1e-5)


def test_no_differences_are_the_same_network() -> None:
    generator = small()
    ws = latent_of(generator)
    assert torch.equal(tuned(generator, Tuning({})).synthesize(ws), generator.synthesize(ws))


def test_numbers_are_counted() -> None:
    left, right = torch.zeros(16, 2), torch.zeros(2, 144)
    assert Tuning({"a": LowRank(left, right), "b": LowRank(left, right)}).numbers == 2 * 320


@pytest.mark.parametrize(
    ("name", "left", "right", "said"),
    [
        ("synthesis.b64.conv0.weight", (16, 2), (2, 144), "does not have"),
        ("synthesis.b8.conv0.noise_strength", (1, 1), (1, 1), "does not have"),
        ("synthesis.b8.conv0.noise_const", (8, 1), (1, 8), "does not have"),
        ("mapping.fc0.weight", (24, 2), (2, 20), "draws nothing"),
        ("synthesis.b8.conv0.weight", (15, 2), (2, 144), "do not fit"),
        ("synthesis.b8.conv0.weight", (16, 2), (3, 144), "do not fit"),
        ("synthesis.b8.conv0.weight", (16, 2), (2, 143), "do not fit"),
        ("synthesis.b8.conv0.weight", (16,), (2, 144), "do not fit"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    name: str, left: tuple[int, ...], right: tuple[int, ...], said: str
) -> None:
    tuning = Tuning({name: LowRank(torch.zeros(left), torch.zeros(right))})
    with pytest.raises(GeneratorError, match=f"{name}.*{said}|{said}.*{name}"):
        tuned(small(), tuning)


def test_factors_that_are_no_real_numbers_are_refused() -> None:
    whole = torch.zeros(16, 2, dtype=torch.int32)
    tuning = Tuning({NAMES[0]: LowRank(whole, torch.zeros(2, 144))})
    with pytest.raises(GeneratorError, match="no real numbers"):
        tuned(small(), tuning)
