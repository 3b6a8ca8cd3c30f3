"""The daemon's models, asked for when a link is ready and whenever they changed."""

from collections.abc import Callable
from typing import Protocol

from tugline_protocol.messages import Error, ListModels, Models
from tugline_protocol.values import ModelCard


class Ask(Protocol):
    """How the models are asked for: ``Link.ask``."""

    def __call__(  # noqa: D102
        self,
        request: ListModels,
        *,
        on_reply: Callable[[Models], None],
        on_error: Callable[[Error], None],
    ) -> str: ...


class ModelList:
    """The cards as they were told last; one question is under way at the most."""

    def __init__(self, ask: Ask, on_change: Callable[[], None]) -> None:
        """Begin with none; ``on_change`` is called when they were told anew."""
        self.cards: tuple[ModelCard, ...] = ()
        self._ask = ask
        self._on_change = on_change
        self._asked = False
        self._again = False

    def refresh(self) -> None:
        """Ask for the models, after the question that is under way if there is one."""
        self._again = self._asked
        if not self._asked:
            self._asked = True
            self._ask(ListModels(), on_reply=self._told, on_error=self._failed)

    def _told(self, models: Models) -> None:
        self._asked = False
        self.cards = models.models
        self._on_change()
        if self._again:
            self.refresh()

    def _failed(self, _error: Error) -> None:
        self._asked = self._again = False
