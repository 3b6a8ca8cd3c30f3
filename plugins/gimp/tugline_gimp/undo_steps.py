"""What an image's undo knows of: steps of Tugline's own, and what shall be no step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The images in which this process has a step open, by id.
_open: list[int] = []


@contextmanager
def one_step(image: Any) -> Iterator[None]:
    """Let all that is done to ``image`` within be undone at once."""
    image.undo_group_start()
    _open.append(image.get_id())
    try:
        yield
    finally:
        _open.remove(image.get_id())
        if image.is_valid():
            image.undo_group_end()


@contextmanager
def no_step(image: Any) -> Iterator[None]:
    """Let what is done to ``image`` within be no step; steps before stay undoable.

    Within ``one_step`` it belongs to that step.
    """
    if image.get_id() in _open:
        yield
        return
    image.undo_freeze()
    try:
        yield
    finally:
        if image.is_valid():
            image.undo_thaw()
