import torch

from benchmarks.accuracy.counting import CountedGenerator
from tests.generator.networks import small


def test_runs_to_a_layer_and_gradients_back_count_pictures_do_not() -> None:
    generator = CountedGenerator(small())
    latents = generator.map(torch.zeros(3, generator.z_dim) + 0.1).detach().requires_grad_()

    with torch.no_grad():
        generator.synthesize(latents)
    assert generator.passes == 0

    with torch.no_grad():
        generator.synthesize(latents[:1], until="b16")
    assert generator.passes == 1

    features = generator.synthesize(latents, until="b16")
    assert generator.passes == 1 + 3
    torch.autograd.grad(features.sum(), latents, retain_graph=True)
    assert generator.passes == 1 + 3 + 3
    torch.autograd.grad(features.square().sum(), latents)
    assert generator.passes == 1 + 3 + 3 + 3


def test_it_draws_what_the_inner_generator_draws() -> None:
    inner = small()
    counted = CountedGenerator(inner)
    latents = inner.map(torch.ones(1, inner.z_dim))
    assert torch.equal(counted.synthesize(latents), inner.synthesize(latents))
    assert counted.feature_grid("b8") == inner.feature_grid("b8")
    assert counted.default_feature_layer == inner.default_feature_layer
