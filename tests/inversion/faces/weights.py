"""Weights of MTCNN made up by hand: what is bright is a face."""

import torch
from torch import Tensor

from tugline_daemon.inversion.faces.networks import (
    OutputNetwork,
    ProposalNetwork,
    RefinementNetwork,
)

LANDMARKS = (0.3, 0.7, 0.5, 0.35, 0.65, 0.4, 0.4, 0.6, 0.75, 0.75)
"""In parts of a box: five x, five y."""
SURE = 40.0


def bright_is_a_face() -> dict[str, Tensor]:
    """The first channel of each layer is the mean brightness; the rest is nothing."""
    weights = {}
    for name, network in (
        ("pnet", ProposalNetwork()),
        ("rnet", RefinementNetwork()),
        ("onet", OutputNetwork()),
    ):
        for layer, value in network.state_dict().items():
            weights[f"{name}.{layer}"] = _layer(layer, value)
    for last in ("pnet.conv4_1", "rnet.dense5_1", "onet.dense6_1"):
        weights[f"{last}.weight"][1, 0] = SURE
        weights[f"{last}.bias"][1] = -0.5 * SURE
    weights["onet.dense6_3.bias"] = torch.tensor(LANDMARKS)
    return weights


def _layer(name: str, value: Tensor) -> Tensor:
    made = torch.zeros_like(value)
    if name.startswith("prelu"):
        return made + 1
    if name.endswith("weight") and not name.startswith(("conv4_", "dense5_", "dense6_")):
        if value.ndim == 4:
            counted = 3 if name.startswith("conv1") else 1
            made[0, :counted] = 1 / (counted * value.shape[2] * value.shape[3])
        else:
            # As features are laid in a row: by column, row and channel, the channel last.
            places = value.shape[1] // {576: 64, 1152: 128}[value.shape[1]]
            made[0, :: value.shape[1] // places] = 1 / places
    return made
