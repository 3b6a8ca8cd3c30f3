"""A model is loaded as its card describes it, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models import add_random_model
from tugline_daemon.library.cards import Card, write_card
from tugline_daemon.library.errors import BrokenModel
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store

CPU = torch.device("cpu")


def test_a_model_of_the_store_becomes_its_generator(tmp_path: Path) -> None:
    card = add_random_model(tmp_path, classes=2)
    generator = load_model(Store([tmp_path]).find("tiny"), CPU)
    assert (generator.width, generator.num_ws, generator.c_dim) == (32, card.num_ws, 2)
    assert card.labels == ("0", "1")
    assert card.feature_layers == generator.feature_layers


def altered(card: Card) -> dict[str, Card]:
    return {
        "cannot be loaded": replace(card, weights="0" * 64),
        "width": replace(card, width=64),
        "labels": replace(card, labels=("a",)),
        "feature layers": replace(card, feature_layers=("b4",)),
    }


@pytest.mark.parametrize("sentence", ["cannot be loaded", "width", "labels", "feature layers"])
def test_a_card_that_lies_is_found_out(sentence: str, tmp_path: Path) -> None:
    card = altered(add_random_model(tmp_path))[sentence]
    write_card(tmp_path / "tiny.json", card)
    with pytest.raises(BrokenModel, match=sentence):
        load_model(Store([tmp_path]).find("tiny"), CPU)
