"""A StyleGAN2 that is nothing like critters: ``python -m benchmarks.accuracy.stranger FOLDER``.

Residual blocks, eight slow mapping layers, noise, and weights that nobody trained. Its pictures are
smooth random textures, which a change of the coarse rows moves and bends: enough to ask whether the
engine's settings carry over to another network.
"""

from pathlib import Path
from typing import Annotated

import torch
import typer

from tugline_daemon.generator import build
from tugline_daemon.library.adding import add_model

NAME = "stranger"

INIT_KWARGS: dict[str, object] = {
    "z_dim": 128,
    "c_dim": 0,
    "w_dim": 128,
    "img_resolution": 128,
    "img_channels": 3,
    "mapping_kwargs": {"num_layers": 8},
    "synthesis_kwargs": {"architecture": "resnet", "channel_base": 8192, "channel_max": 64},
}


def main(
    folder: Annotated[Path, typer.Argument(help="Where card and weights are written.")],
    seed: Annotated[int, typer.Option(help="What the weights are drawn from.")] = 1,
) -> None:
    """Write the network's card and weights; then run the benchmark with --model and --folder."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    add_model(
        folder,
        build("stylegan2", INIT_KWARGS),
        name=NAME,
        kind="stylegan2",
        init_kwargs=INIT_KWARGS,
        licence="MIT",
        description="Random weights in residual blocks.",
    )


if __name__ == "__main__":
    typer.run(main)
