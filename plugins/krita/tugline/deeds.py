"""What Krita's docker and actions ask of the desk, beyond what every editor's view does."""

from typing import Protocol

from tugline_edit import view


class Deeds(view.Deeds, Protocol):
    """The deeds of ``tugline_edit.view.Deeds``, and those that only Krita has."""

    def generate_here(self) -> None: ...  # noqa: D102
    def set_drag_mode(self, on: bool) -> None: ...  # noqa: D102
    def take_vector_arrows(self) -> None: ...  # noqa: D102
    def commit_below(self) -> None: ...  # noqa: D102
