"""Many small pictures on one sheet."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tugline_daemon.generator.stylegan2 import StyleGAN2

from tools.critters.forward import picture_at
from tools.critters.pictures import Batch


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
    rows = torch.stack([wanted.split(columns)[i // 2] if i % 2 == 0 else made.split(columns)[i // 2]
                        for i in range(8)])
    return sheet(rows.flatten(0, 1), columns)
