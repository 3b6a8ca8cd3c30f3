"""A bar that shows how far something is; without a terminal, a line now and then."""

import time
from types import TracebackType
from typing import Self

from rich.progress import Progress, ProgressColumn

from .terminal import MESSAGES


class LiveBar:
    """What the bars of drags and inversions share; it is shown inside of a ``with``."""

    def __init__(
        self,
        *columns: ProgressColumn,
        text: str,
        whole: float,
        line_seconds: float,
    ) -> None:
        """Begin with ``text``; without a terminal a line is printed every ``line_seconds``."""
        self._line_seconds = line_seconds
        self._line_at = time.monotonic()
        self._bar = Progress(*columns, console=MESSAGES, disable=not MESSAGES.is_terminal)
        self._task = self._bar.add_task(text, total=whole)

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

    def say(self, text: str, done: float, line: str) -> None:
        """Show ``text`` and how far it is, of the whole; ``line`` is what is printed instead."""
        self._bar.update(self._task, completed=done, description=text)
        if self._bar.disable and time.monotonic() - self._line_at >= self._line_seconds:
            self._line_at = time.monotonic()
            MESSAGES.print(line)
