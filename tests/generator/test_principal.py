"""The principal directions of W: at right angles, the strongest first, the same at every run."""

import pytest
import torch
from torch import Tensor

from tests.generator.networks import small
from tugline_daemon.generator import GeneratorError, principal_directions


def fresh_w(c_dim: int) -> Tensor:
    """W of z that the directions were not computed from, about its mean."""
    network, dice = small(c_dim=c_dim), torch.Generator().manual_seed(99)
    z = torch.randn(4000, network.z_dim, generator=dice)
    c = torch.eye(c_dim)[torch.randint(c_dim, (4000,), generator=dice)] if c_dim else None
    w = network.map(z, c)[:, 0]
    return w - w.mean(0)


@pytest.mark.parametrize("c_dim", [0, 3])
def test_they_are_orthonormal_rows_and_the_same_again(c_dim: int) -> None:
    found = principal_directions(small(c_dim=c_dim))
    assert (found.shape, found.dtype) == ((24, 24), torch.float32)
    assert torch.allclose(found @ found.T, torch.eye(24), atol=1e-5)
    assert torch.equal(found, principal_directions(small(c_dim=c_dim)))


@pytest.mark.parametrize("c_dim", [0, 3])
def test_the_first_ones_hold_what_singular_values_of_other_latents_say(c_dim: int) -> None:
    w = fresh_w(c_dim)
    along = (w @ principal_directions(small(c_dim=c_dim)).T).square().sum(0)
    expected = torch.linalg.svdvals(w.double()).square().float()
    assert torch.allclose(along, expected, rtol=0.1)
    assert along[0] > 2 * along[12]


def test_a_mapping_of_numbers_that_are_not_finite_is_told() -> None:
    network = small()
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    weights["mapping.fc0.weight"][0, 0] = float("inf")
    network.load_state_dict(weights)
    with pytest.raises(GeneratorError, match="not finite"):
        principal_directions(network)
