import torch

from benchmarks.ruler import judge
from benchmarks.ruler.judge_training import wanted
from benchmarks.ruler.pool import drawn

SEED = 720_000_001


def test_the_judge_tells_critters_apart_by_their_looks() -> None:
    _, pictures = drawn(8, SEED)
    looks = judge.look(pictures)
    noise = torch.randn(pictures.shape, generator=torch.Generator().manual_seed(1))
    rough = judge.look(pictures + 0.01 * noise)
    same, other = (looks - rough).abs().mean(), (looks - looks.roll(1, 0)).abs().mean()
    assert float(same) < 0.2 * float(other)
    assert judge.features(pictures).shape == (8, judge.FEATURES)


def test_it_reads_looks_about_as_exactly_as_was_published() -> None:
    z, pictures = drawn(24, SEED)
    true = wanted(z)[:, judge.LOOK_PLACES]
    assert float((judge.look(pictures) - true).abs().mean()) < 0.25
