"""How far the adding of a model is, on the terminal."""

import time
from types import TracebackType
from typing import Final, Self

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from .terminal import MESSAGES

_LINE_SECONDS: Final = 2.0


class AddingBar:
    """A bar over the whole, with what is done at present; without a terminal, lines."""

    def __init__(self) -> None:
        self._said = ("", 0.0)
        self._bar = Progress(
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            console=MESSAGES,
            transient=True,
            disable=not MESSAGES.is_terminal,
        )
        self._task = self._bar.add_task("Beginning.", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, text: str, done: float) -> None:
        """Show what is done at present and how far the whole is, 0 to 1."""
        self._bar.update(self._task, completed=done, description=text)
        said, when = self._said
        now = time.monotonic()
        if self._bar.disable and text != said and now - when >= _LINE_SECONDS:
            self._said = (text, now)
            MESSAGES.print(f"{text} ({done:.0%})")
