"""Many small pictures on one sheet."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from tools.critters.forward import picture_at
from tools.critters.parameters import Floats
from tools.critters.pictures import Batch
from tugline_daemon.generator.stylegan2 import StyleGAN2


def sheet(pictures: Tensor, columns: int) -> Image.Image:
    """Lay pictures [N, 3, R, R] (-1 to 1) out row by row; N is a multiple of ``columns``."""
    count, _, side, _ = pictures.shape
    rows = count // columns
    laid = pictures[: rows * columns].reshape(rows, columns, 3, side, side)
    laid = laid.permute(0, 3, 1, 4, 2).reshape(rows * side, columns * side, 3)
    levels = ((laid.clamp(-1, 1) + 1) * 127.5 + 0.5).to(torch.uint8)
    return Image.fromarray(np.asarray(levels))


@torch.no_grad()
def comparison(network: StyleGAN2, batch: Batch, resolution: int, columns: int = 8) -> Image.Image:
    """The first 4 x ``columns`` of a batch, each row drawn, then generated below it."""
    count = 4 * columns
    wanted = batch.at(resolution).picture[:count]
    made = picture_at(network, batch.z[:count], resolution)
    # (4, 2, columns, 3, R, R): a row of drawn ones, a row of generated ones, and so on
    rows = torch.stack([wanted, made]).reshape(2, 4, columns, *made.shape[1:]).transpose(0, 1)
    return sheet(rows.reshape(8 * columns, *made.shape[1:]), columns)


@torch.no_grad()
def generated(network: StyleGAN2, z: Floats, psi: float) -> Tensor:
    """The pictures [N, 3, R, R] of ``z`` [N, Z_DIM], as the shipped generator makes them."""
    ws = network.map(torch.from_numpy(z), truncation_psi=psi)
    parts = torch.split(ws, 16)  # keeps the activations in the cache
    return torch.cat([network.synthesize(part, noise_mode="const") for part in parts])
