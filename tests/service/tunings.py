"""Tunings of the small models: as the daemon would make them, but of random numbers."""

from datetime import UTC, datetime
from pathlib import Path

import torch

from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.checkpoint.tuning_file import write_tuning
from tugline_daemon.generator import Generator, LowRank, Tuning
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_protocol.values import ModelRef

MADE = datetime(2026, 11, 22, tzinfo=UTC)


def random_tuning(generator: Generator, *, scale: float = 0.05, seed: int = 1) -> Tuning:
    """Return a tuning of all convolutions that changes pictures visibly."""
    draw = torch.Generator().manual_seed(seed)
    factors = {
        name: LowRank(
            scale * torch.randn(len(weight), 2, generator=draw),
            torch.randn(2, weight[0].numel(), generator=draw),
        )
        for name, weight in generator.named_parameters()
        if weight.ndim == 4
    }
    return Tuning(factors)


def tuning_bytes(models: Path, name: str, *, seed: int = 1) -> tuple[ModelRef, bytes]:
    """Return how a random tuning of the model ``name`` is named, and its bytes."""
    found = Store([models]).find(name)
    tuning = random_tuning(load_model(found, torch.device("cpu")), seed=seed)
    card = TuningCard(name, found.card.weights, "ab" * 32, MADE, 30.0)
    data = write_tuning(tuning, card)
    return ModelRef(name, found.card.weights, tuning_hash(data)), data
