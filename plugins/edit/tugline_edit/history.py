"""The history of an edit: the states that its picture was in, as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from tugline_protocol.values import ModelRef

from .arrows import Arrow

THUMBNAIL_SIDE: Final = 64
# So many states are kept. With thumbnails they are some 3 MB in the document.
MOST_STATES: Final = 200
MOST_FEATHER: Final = 0.25


@dataclass(frozen=True)
class Seam:
    """How a picture begins over what lies beneath its layer.

    ``cover`` is the blob key of the mask where it is seen, "" = everywhere. ``feather`` is how far
    into the picture its border is soft, as a part of the picture's shorter side, 0 to
    ``MOST_FEATHER``.
    """

    cover: str
    feather: float


@dataclass(frozen=True)
class State:
    """One picture of an edit.

    ``parent`` is the state that it was made from, "" for a root. ``latent`` is the blob key of its
    ``num_ws * w_dim`` little-endian float32. ``thumbnail`` is RGB, THUMBNAIL_SIDE pixels a side, or
    empty. ``mask`` is the blob key of the mask through which the latent's picture lies over the
    parent's picture, or "" where the picture is the latent's alone. ``seam`` is there where the
    picture lies over a photo that it was made from; there is no ``mask`` then.
    """

    id: str
    parent: str
    model: ModelRef
    latent: str
    num_ws: int
    w_dim: int
    label: str
    arrows: tuple[Arrow, ...] = ()
    thumbnail: bytes = field(default=b"", repr=False)
    mask: str = ""
    seam: Seam | None = None


@dataclass(frozen=True)
class History:
    """The states in the order of their making, parents before children, and the current one.

    ``current`` is "" in an empty history alone. Methods that take an id raise KeyError where there
    is no such state.
    """

    states: tuple[State, ...] = ()
    current: str = ""

    def add(self, state: State) -> "History":
        """Return this with ``state`` as the newest and current; the oldest may go to make room.

        Raises ValueError where its id is taken, its parent unknown, or a root has a mask.
        """
        known = {other.id for other in self.states}
        if state.id in known:
            raise ValueError(f"The history has a state {state.id} already; choose another id.")
        if state.parent and state.parent not in known:
            raise ValueError(f"The history has no state {state.parent} to go on from.")
        if state.mask and not state.parent:
            raise ValueError("A state without a parent has no picture to lie over with its mask.")
        return History(_bounded((*self.states, state), state.id), state.id)

    def go_to(self, state_id: str) -> "History":
        """Return this with another state as the current one."""
        return replace(self, current=self.get(state_id).id)

    def with_arrows(self, state_id: str, arrows: tuple[Arrow, ...]) -> "History":
        """Return this with other arrows on one of the states."""
        old = self.get(state_id)
        states = tuple(replace(old, arrows=arrows) if s is old else s for s in self.states)
        return replace(self, states=states)

    def get(self, state_id: str) -> State:
        """Return the state called ``state_id``."""
        for state in self.states:
            if state.id == state_id:
                return state
        raise KeyError(state_id)

    def __contains__(self, state_id: object) -> bool:
        return any(state.id == state_id for state in self.states)

    def children(self, state_id: str) -> tuple[State, ...]:
        """Return the states that were made from one, the oldest first."""
        return tuple(state for state in self.states if state.parent == state_id)

    def lineage(self, state_id: str) -> tuple[State, ...]:
        """Return the states from the root to this one."""
        self.get(state_id)
        return _lineage(self.states, state_id)

    def composite_chain(self, state_id: str) -> tuple[State, ...]:
        """Return the states whose pictures lie over each other to make this one's.

        The first is drawn whole, each of the others through its own mask.
        """
        lineage = self.lineage(state_id)
        first = max(index for index, state in enumerate(lineage) if not state.mask)
        return lineage[first:]


def _lineage(states: Sequence[State], state_id: str) -> tuple[State, ...]:
    by_id = {state.id: state for state in states}
    found: list[State] = []
    while state_id:
        found.append(by_id[state_id])
        state_id = by_id[state_id].parent
    return tuple(reversed(found))


def _bounded(states: tuple[State, ...], current: str) -> tuple[State, ...]:
    """Return at most MOST_STATES of them: other branches go first, leaf by leaf, oldest first."""
    while len(states) > MOST_STATES:
        lineage = _lineage(states, current)
        parents = {state.parent for state in states}
        kept = {state.id for state in lineage}
        leaf = next((s for s in states if s.id not in parents and s.id not in kept), None)
        gone = leaf or _least_missed(lineage)
        states = tuple(
            replace(state, parent=gone.parent) if state.parent == gone.id else state
            for state in states
            if state is not gone
        )
    return states


def _least_missed(lineage: tuple[State, ...]) -> State:
    """Return the state of a line that can go, so that its child takes its place.

    Nothing is lost where the child's picture is whole, next to nothing where both have the same
    mask. Otherwise the child shows the grandparent around its mask. The picture at the bottom of a
    composite stays in any case.
    """

    def loss(state: State, child: State) -> int:
        if not child.mask:
            return 0
        if not state.mask:
            return 3
        return 1 if child.mask == state.mask else 2

    return min(pairwise(lineage), key=lambda pair: loss(*pair))[0]
