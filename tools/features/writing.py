"""What the commands write: the weights, and a picture of triplets."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tugline_daemon.checkpoint.weights import write_weights as write_tensors
from tugline_daemon.inversion.perceptual.features import FeatureNetwork

from .pictures import Pictures
from .triplets import HELD_OUT, MAKERS, TRAINED, gather

SHOWN_SEED = 3


def write_weights(network: FeatureNetwork, path: Path) -> str:
    """Write the network's weights in float16; returns their hash. Raises CheckpointError."""
    tensors = {name: value.to(torch.float16) for name, value in network.state_dict().items()}
    return write_tensors(path, tensors)


def sheet(pictures: Pictures, columns: int) -> Image.Image:
    """Return triplets of all kinds, one below the other, ``columns`` of each."""
    rows = []
    for _, maker in MAKERS.values():
        for distortions in (TRAINED, HELD_OUT):
            choice = np.random.default_rng(SHOWN_SEED)
            triplets = gather(maker, pictures, distortions, columns, choice)
            kinds = (triplets.pictures, triplets.near, triplets.far)
            rows += [torch.cat(list(row), dim=2) for row in kinds]
    whole = torch.cat(rows, dim=1).permute(1, 2, 0)
    return Image.fromarray(((whole + 1) * 127.5 + 0.5).to(torch.uint8).numpy())
