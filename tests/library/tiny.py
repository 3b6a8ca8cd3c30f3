"""A model of random weights, small enough for a test and real in every other way."""

from pathlib import Path
from typing import Any

import torch

from tugline_daemon.generator import build
from tugline_daemon.library.adding import add_model
from tugline_daemon.library.cards import Card


def init_kwargs(*, resolution: int = 32, classes: int = 0, channels: int = 16) -> dict[str, Any]:
    return {
        "z_dim": 16,
        "c_dim": classes,
        "w_dim": 16,
        "img_resolution": resolution,
        "img_channels": 3,
        "mapping_kwargs": {"num_layers": 2},
        "synthesis_kwargs": {"channel_base": channels * resolution // 2, "channel_max": channels},
    }


def add_tiny_model(
    folder: Path,
    name: str = "tiny",
    *,
    resolution: int = 32,
    classes: int = 0,
    channels: int = 16,
    seed: int = 1,
) -> Card:
    """Write a model; more ``channels`` and a higher ``resolution`` make its steps slower."""
    arguments = init_kwargs(resolution=resolution, classes=classes, channels=channels)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator = build("stylegan2", arguments)
    return add_model(
        folder,
        generator,
        name=name,
        kind="stylegan2",
        init_kwargs=arguments,
        licence="MIT",
        description="Random weights.",
    )
