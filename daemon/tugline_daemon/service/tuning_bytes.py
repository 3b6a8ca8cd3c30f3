"""A tuning's bytes, whoever sent them, and the model that they are for."""

from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.checkpoint.tuning_file import read_tuning
from tugline_daemon.generator import Tuning
from tugline_daemon.library.cards import Card


def tuning_for(card: Card, data: bytes) -> Tuning:
    """Return the tuning in ``data``; raises BadTuning where it is none, or for other weights."""
    tuning, tuning_card = read_tuning(data)
    if tuning_card.weights != card.weights:
        raise BadTuning(
            f"The weights were tuned for another model than {card.name} (that of the weights "
            f"{tuning_card.weights[:12]}); name the model that they were made with."
        )
    return tuning
