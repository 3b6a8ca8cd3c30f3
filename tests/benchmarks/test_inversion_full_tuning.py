import pytest
import torch

from benchmarks.inversion.full_tuning import tune_fully
from tugline_daemon.generator import Generator, build
from tugline_daemon.inversion.perceptual import PyramidDistance

KWARGS: dict[str, object] = {
    "z_dim": 8,
    "c_dim": 0,
    "w_dim": 16,
    "img_resolution": 16,
    "img_channels": 3,
    "mapping_kwargs": {"num_layers": 2},
    "synthesis_kwargs": {"channel_base": 128, "channel_max": 16},
}


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    return build("stylegan2", KWARGS).requires_grad_(requires_grad=False)


def test_all_weights_follow_the_picture_and_the_generator_stays(generator: Generator) -> None:
    chance = torch.Generator().manual_seed(1)
    pivot = generator.map(torch.randn(1, 8, generator=chance))[0]
    picture = generator.synthesize(pivot[None])[0].clamp(-1, 1) * 0.5 + 0.2
    before = {name: weight.clone() for name, weight in generator.named_parameters()}

    found = tune_fully(generator, pivot, picture, PyramidDistance(), 10)

    assert found.steps == 10
    assert found.seconds > 0
    for name, weight in generator.named_parameters():
        assert torch.equal(weight, before[name])
        assert not weight.requires_grad
    apart = [
        float((one.synthesize(pivot[None])[0] - picture).square().mean())
        for one in (generator, found.generator)
    ]
    assert apart[1] < 0.9 * apart[0]
    changed = [
        name
        for name, weight in found.generator.named_parameters()
        if not torch.equal(weight, before[name])
    ]
    assert any("conv1.weight" in name for name in changed)
    assert any("affine" in name for name in changed)
