"""The mapping network learns anatomy before the synthesis network draws its first picture.

Where an ellipse lies in the picture is a product of cosines, lengths and places. A picture's loss
teaches the mapping network such products slowly; told directly, it learns them in two minutes, and
the synthesis network then reads them off w with one matrix.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tools.critters.anatomy import Paint, build
from tools.critters.parameters import Floats, draw_z, values
from tugline_daemon.generator.stylegan2 import StyleGAN2

STEPS = 2500
BATCH = 512
FIRST_RATE, LAST_RATE = 1e-2, 2e-4
SEED = 700_000_000
_MEASURED = 8192


def described(z: Floats) -> Tensor:
    """What w shall tell of the critters ``z`` [N, Z_DIM]: float32 [N, some 150].

    In the picture's units: every ellipsoid's centre and axes as the viewer sees them. And all of
    the numbers that it is painted with.
    """
    anatomy = build(values(z))
    size = anatomy.paint[:, Paint.SIZE, None]
    axes = np.linalg.inv(anatomy.matrix)
    centre = -np.einsum("nkij,nkj->nki", axes, anatomy.shift)
    seen = [axes[:, :, :2].reshape(len(z), -1) * size, centre[:, :, :2].reshape(len(z), -1) * size]
    return torch.from_numpy(np.concatenate([*seen, anatomy.paint], axis=1).astype(np.float32))


def learn_anatomy(network: StyleGAN2, steps: int = STEPS) -> float:
    """Train the mapping network until w tells linearly what :func:`described` says.

    Returns the share of the description's variance that w explains, 1 at best.
    """
    sample = described(draw_z(_MEASURED, SEED))
    spread = sample.std(0)
    varies = spread > 1e-4 * spread.max()
    middle, spread = sample.mean(0)[varies], spread[varies]
    reader = nn.Linear(network.w_dim, len(middle))
    learning = [*network.mapping.parameters(), *reader.parameters()]
    optimiser = torch.optim.Adam(learning, lr=FIRST_RATE, betas=(0.9, 0.99))
    fall = torch.optim.lr_scheduler.ExponentialLR(
        optimiser, (LAST_RATE / FIRST_RATE) ** (1 / steps)
    )
    unexplained = torch.ones(())
    for step in range(steps):
        z = draw_z(BATCH, SEED + 1 + step)
        wanted = (described(z)[:, varies] - middle) / spread
        found = reader(network.mapping(torch.from_numpy(z), None))
        optimiser.zero_grad()
        F.smooth_l1_loss(found, wanted).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        fall.step()
        unexplained = (found - wanted).square().mean().detach()
    return 1 - float(unexplained)
