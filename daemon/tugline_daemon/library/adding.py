"""A generator, made into a model of a folder: weights and card."""

from collections.abc import Mapping
from pathlib import Path

import torch

from tugline_daemon.checkpoint.weights import write_weights
from tugline_daemon.generator import Generator

from .cards import Card, DragDefaults, write_card


def add_model(
    folder: Path,
    generator: Generator,
    *,
    name: str,
    kind: str,
    init_kwargs: Mapping[str, object],
    labels: tuple[str, ...] = (),
    licence: str = "",
    description: str = "",
    drag: DragDefaults | None = None,
    dtype: torch.dtype = torch.float16,
) -> Card:
    """Write ``name.safetensors`` and ``name.json`` into ``folder`` and return the card.

    ``kind`` and ``init_kwargs`` are those that ``generator`` was built from; its tensors are
    stored as ``dtype``. A conditional model without ``labels`` gets the numbers of its classes.
    The card comes last, so that a model that is listed is whole. Raises CheckpointError or BadCard.
    """
    tensors = {key: tensor.to(dtype) for key, tensor in generator.state_dict().items()}
    weights = write_weights(folder / f"{name}.safetensors", tensors)
    card = Card(
        name=name,
        kind=kind,
        init_kwargs=dict(init_kwargs),
        weights=weights,
        width=generator.width,
        height=generator.height,
        z_dim=generator.z_dim,
        num_ws=generator.num_ws,
        w_dim=generator.w_dim,
        labels=labels or tuple(str(index) for index in range(generator.c_dim)),
        feature_layers=generator.feature_layers,
        licence=licence,
        description=description,
        drag=drag or DragDefaults(),
    )
    write_card(folder / f"{name}.json", card)
    return card
