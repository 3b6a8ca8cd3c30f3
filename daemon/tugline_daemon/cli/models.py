"""``tugline models``: what the daemon has to offer."""

from rich.table import Column, Table

from tugline_protocol.messages import ListModels
from tugline_protocol.values import ModelCard

from .arguments import examples
from .daemon import converse_with_started
from .generating import JsonOption
from .terminal import MESSAGES, OUTPUT, print_json

MODELS_EXAMPLES = examples("tugline models", "tugline models --json")


def models_command(json: JsonOption = False) -> None:
    """List the models: their pictures' size, licence, readiness and the hash of their weights."""
    conversation, _ = converse_with_started()
    with conversation:
        cards = conversation.call(ListModels(thumbnails=False)).models
    if json:
        print_json({"models": [_plain(card) for card in cards]})
        return
    if not cards:
        MESSAGES.print("There are no models yet; `tugline doctor` names the folder for them.")
        return
    columns = ("name", "size", "licence", "readiness", "weights")
    table = Table(*(Column(heading, overflow="fold") for heading in columns))
    for card in cards:
        table.add_row(
            card.name,
            f"{card.width} x {card.height}",
            card.licence,
            card.readiness,
            card.weights[:12],
        )
    OUTPUT.print(table)
    for card in cards:
        OUTPUT.print(f"{card.name}: {card.description}", soft_wrap=True)


def _plain(card: ModelCard) -> dict[str, object]:
    return {
        "name": card.name,
        "weights": card.weights,
        "kind": card.kind,
        "width": card.width,
        "height": card.height,
        "num_ws": card.num_ws,
        "w_dim": card.w_dim,
        "labels": list(card.labels),
        "feature_layers": list(card.feature_layers),
        "licence": card.licence,
        "description": card.description,
        "readiness": card.readiness,
    }
