"""From a checkpoint to a model of Tugline's library: weights in float16, card and thumbnail."""

from pathlib import Path

import torch

from tools.critters.grid import sheet
from tools.critters.parameters import draw_z
from tools.critters.recipe import INIT_KWARGS
from tugline_daemon.generator.stylegan2 import StyleGAN2
from tugline_daemon.library.adding import add_model
from tugline_daemon.library.cards import Card, DragDefaults

MEAN_COUNT = 20_000
"""How many w the mean latent is the mean of."""

MEAN_SEED = 800_000_001

LICENCE = "MIT"
DESCRIPTION = (
    "Cartoon animals of every mixture: pull noses to turn and nod heads, ears to tilt and lengthen "
    "them, lips and lids in a selection to open mouths and close eyes."
)


@torch.no_grad()
def set_mean_latent(network: StyleGAN2) -> None:
    """Store the mean of W in the network, for truncation."""
    z = torch.from_numpy(draw_z(MEAN_COUNT, MEAN_SEED))
    network.mapping.w_avg.copy_(network.mapping(z, None).mean(0))


def export(
    network: StyleGAN2, folder: Path, *, name: str, drag: DragDefaults, thumbnail_seed: int
) -> Card:
    """Write ``name``'s weights, card and thumbnail into ``folder``; returns the card.

    The thumbnail is the picture of ``draw_z(1, thumbnail_seed)``. The network gets its mean latent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    set_mean_latent(network)
    card = add_model(
        folder,
        network,
        name=name,
        kind="stylegan2",
        init_kwargs=INIT_KWARGS,
        licence=LICENCE,
        description=DESCRIPTION,
        drag=drag,
    )
    with torch.no_grad():
        z = torch.from_numpy(draw_z(1, thumbnail_seed))
        picture = network.synthesize(network.map(z), noise_mode="const")
    sheet(picture, 1).save(folder / f"{name}.png", optimize=True)
    return card
