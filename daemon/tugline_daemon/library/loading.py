"""A model of the store, made into a generator."""

import torch

from tugline_daemon.checkpoint.errors import CheckpointError
from tugline_daemon.checkpoint.generators import load_generator
from tugline_daemon.generator import Generator

from .errors import BrokenModel
from .store import Model


def load_model(model: Model, device: torch.device) -> Generator:
    """Load ``model`` onto ``device``, ready to be used, its weights frozen.

    Raises BrokenModel, in one sentence, where its files are unsound or the network is not what the
    card tells of it.
    """
    card = model.card
    try:
        generator = load_generator(
            card.kind, card.init_kwargs, model.weights_file, device, card.weights
        )
    except CheckpointError as error:
        raise BrokenModel(f"The model {card.name} cannot be loaded: {error}") from error
    told = (card.width, card.height, card.z_dim, card.num_ws, card.w_dim)
    found = (
        generator.width,
        generator.height,
        generator.z_dim,
        generator.num_ws,
        generator.w_dim,
    )
    if told != found:
        raise BrokenModel(
            f"The model {card.name} cannot be used: its card tells of width, height, z_dim, num_ws "
            f"and w_dim {told} where the network has {found}; fetch the model again."
        )
    if len(card.labels) != generator.c_dim:
        raise BrokenModel(
            f"The model {card.name} cannot be used: its card names {len(card.labels)} labels where "
            f"the network has {generator.c_dim} classes; fetch the model again."
        )
    if card.feature_layers != generator.feature_layers:
        raise BrokenModel(
            f"The model {card.name} cannot be used: its card names other feature layers than the "
            f"network has ({', '.join(generator.feature_layers)}); fetch the model again."
        )
    return generator
