"""Edits for the tests: states, histories and a place to keep them."""

from tugline_edit.arrows import Arrow
from tugline_edit.history import History, State
from tugline_edit.records import blob_key
from tugline_protocol.values import ModelCard, ModelRef

MODEL = ModelRef("critters-1", "ab" * 32)
LATENT = bytes(range(24))
ARROW = Arrow("nose", (64.5, 70.0), (80.0, 70.25), (60.0, 71.0), blob_key(LATENT), "moving")


def state(name: str, parent: str = "", mask: str = "") -> State:
    """Return a state of a model with 2 x 3 numbers in its latent."""
    return State(
        id=name,
        parent=parent,
        model=MODEL,
        latent=blob_key(LATENT),
        num_ws=2,
        w_dim=3,
        label=f"State {name}",
        arrows=(ARROW,),
        mask=mask,
    )


def line(length: int) -> History:
    """Return a history of so many states, each made from the one before: s0, s1, ..."""
    history = History()
    for index in range(length):
        history = history.add(state(f"s{index}", f"s{index - 1}" if index else ""))
    return history


class Shelf:
    """A document's keys and bytes, and what was written to them in order."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.written: list[str] = []

    def read(self, key: str) -> bytes:
        return self.kept.get(key, b"")

    def write(self, key: str, description: str, data: bytes) -> None:
        assert description
        self.kept[key] = data
        self.written.append(key)


def card(width: int, height: int) -> ModelCard:
    """Return the card of a model whose pictures have that size."""
    return ModelCard("critters-1", "ab" * 32, "stylegan2", width, height, 512, 14, 512)
