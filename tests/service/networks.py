"""Models with random weights, written into a folder as card and weights."""

from pathlib import Path

import torch

from tugline_daemon.generator import build
from tugline_daemon.library.adding import add_model
from tugline_daemon.library.cards import Card


def add_network(
    folder: Path,
    name: str,
    *,
    resolution: int = 32,
    channels: int = 16,
    w_dim: int = 24,
    c_dim: int = 0,
    seed: int = 7,
) -> Card:
    """Write a StyleGAN2 with random weights, the same at every run, and return its card."""
    init_kwargs = {
        "z_dim": 20,
        "c_dim": c_dim,
        "w_dim": w_dim,
        "img_resolution": resolution,
        "img_channels": 3,
        "mapping_kwargs": {"num_layers": 3},
        "synthesis_kwargs": {"channel_base": 65536, "channel_max": channels},
    }
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator = build("stylegan2", init_kwargs)
    return add_model(
        folder,
        generator,
        name=name,
        kind="stylegan2",
        init_kwargs=init_kwargs,
        labels=tuple("abc"[:c_dim]),
    )
