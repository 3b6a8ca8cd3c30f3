"""What a docker or dialog is told, out of models, histories and pulls: plain values only."""

from collections.abc import Iterable, Sequence
from typing import Final

from tugline_protocol.values import ModelCard

from . import labels, wording
from .history import History
from .pull import Phase, Pull
from .view import Busy, HistoryItem, ModelChoice, ViewState

DOINGS: Final = {
    Busy.NOTHING: "",
    Busy.GENERATING: "Making the picture",
    Busy.INVERTING: "Inverting the layer",
    Busy.DRAGGING: "Pulling",
    Busy.STOPPING: "Stopping",
    Busy.WRITING: "Writing into the layer",
}


_INVERTING: Final = {
    Phase.RUNNING: Busy.INVERTING,
    Phase.STOPPING: Busy.STOPPING,
    Phase.WRITING: Busy.WRITING,
}


def model_choices(cards: Iterable[ModelCard]) -> tuple[ModelChoice, ...]:
    """Return the model list; a model's tooltip says its size, its licence and what it shows."""
    return tuple(_choice(card) for card in cards)


def history_items(history: History) -> tuple[HistoryItem, ...]:
    """Return the history as a strip: in the order of making, branches in columns of their own."""
    columns = _columns(history)
    return tuple(
        HistoryItem(
            id=state.id,
            label=state.label,
            thumbnail=state.thumbnail,
            current=state.id == history.current,
            branch=columns[state.id],
            parent=state.parent,
        )
        for state in history.states
    )


def busy_of(
    pull: Pull | None, *, generating: bool, drawing: bool, inverting: Phase = Phase.OVER
) -> Busy:
    """Return what is under way; ``inverting`` is how far an inversion is."""
    if generating:
        return Busy.GENERATING
    if inverting is not Phase.OVER:
        return _INVERTING[inverting]
    if drawing:
        return Busy.WRITING
    if pull is None:
        return Busy.NOTHING
    return {
        Phase.RUNNING: Busy.DRAGGING,
        Phase.STOPPING: Busy.STOPPING,
        Phase.WRITING: Busy.WRITING,
        Phase.OVER: Busy.NOTHING,
    }[pull.phase]


def doing(state: ViewState) -> str:
    """Return what is under way, in words, with the step where a pull has one."""
    words = DOINGS[state.busy]
    if state.busy is Busy.DRAGGING and state.steps:
        return f"{words}, step {state.steps}"
    return words


def usable_model(models: Sequence[ModelChoice], wanted: str) -> str | None:
    """Return ``wanted``, or the first model that works where it does not; None where none does."""
    working = [choice.name for choice in models if not choice.broken]
    return wanted if wanted in working else next(iter(working), None)


def history_title(state: ViewState) -> str:
    """Return the line above the history: whose pictures they are."""
    if not state.edit_model:
        return labels.HISTORY.text
    return f"{labels.HISTORY.text}, drawn by {state.edit_model}"


def selection_note(state: ViewState) -> str:
    """Return what the selection does to handles, "" where that is not worth a line."""
    if state.ignores_selection:
        return wording.SELECTION_IGNORED
    return wording.outside_selection(state.frozen_handles)


def _choice(card: ModelCard) -> ModelChoice:
    thumbnail = card.thumbnail
    shown = thumbnail is not None and thumbnail.order == "RGB"
    lines = [f"{card.name}: {card.width} x {card.height} pixels", card.description]
    if card.licence:
        lines.append(f"Licence: {card.licence}")
    return ModelChoice(
        name=card.name,
        description="\n".join(line for line in lines if line),
        thumbnail=bytes(thumbnail.data) if thumbnail is not None and shown else b"",
        thumbnail_size=(thumbnail.width, thumbnail.height)
        if thumbnail is not None and shown
        else (0, 0),
        broken=card.readiness == "broken",
    )


def _columns(history: History) -> dict[str, int]:
    """Return a column for each state: 0 on the line to the current one, else one a branch."""
    columns = {state.id: 0 for state in history.lineage(history.current)}
    most = 0
    for state in history.states:
        if state.id in columns:
            continue
        parent = columns.get(state.parent, 0)
        siblings: Sequence[str] = [child.id for child in history.children(state.parent)]
        continues = parent > 0 and siblings and siblings[0] == state.id
        if continues:
            columns[state.id] = parent
        else:
            most += 1
            columns[state.id] = most
    return columns
