import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.work import multiply_adds
from tests.generator.networks import small
from tugline_daemon.generator import build


@pytest.mark.parametrize("architecture", ["skip", "resnet"])
@pytest.mark.parametrize("layer", ["b4", "b16", "b32"])
def test_the_formula_is_what_torch_counts(architecture: str, layer: str) -> None:
    network = build(
        "stylegan2",
        {
            "z_dim": 8,
            "c_dim": 0,
            "w_dim": 8,
            "img_resolution": 64,
            "synthesis_kwargs": {"channel_max": 256, "architecture": architecture},
        },
    ).requires_grad_(requires_grad=False)
    ws = torch.randn(1, network.num_ws, network.w_dim)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network.synthesize(ws, until=layer)
    # What the formula leaves out is the filters' and the styles' part.
    assert multiply_adds(network, layer) == pytest.approx(counter.get_total_flops() / 2, rel=0.03)


def test_a_layer_costs_nothing_of_what_lies_behind_it() -> None:
    network = small(32)
    of_layers = [multiply_adds(network, layer) for layer in network.feature_layers]
    assert of_layers[0] == 16 * 16 * 9 * 4**2
    assert of_layers[1] - of_layers[0] == 16 * 16 * 9 * (4**2 + 8**2)
