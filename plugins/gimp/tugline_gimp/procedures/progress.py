"""The progress bar of a run. Its Cancel ends this process at once, so nothing may depend on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tugline_gimp.gi_modules import Gimp


@contextmanager
def progress(text: str) -> Iterator[Callable[[float], None]]:
    """Show the bar with ``text``; what is yielded takes how much is done, 0 to 1."""
    Gimp.progress_init(text)
    shown = [0.0]

    def update(done: float) -> None:
        if abs(done - shown[0]) >= 0.01:
            shown[0] = done
            Gimp.progress_update(done)

    try:
        yield update
    finally:
        Gimp.progress_end()
