"""Work that is the same at each step: on CUDA it is recorded once and then replayed.

A step is some hundred kernels, each of which takes the processor longer to launch than a large GPU
takes to run it. A CUDA graph launches all of them at once. It repeats what was done to the memory
that it was recorded with: so what is recorded reads and writes tensors that stay where they are,
asks for no number, and does the same whatever they hold.
"""

import logging
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import torch

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Recording(Protocol):
    """Something that can be done again and again."""

    def replay(self) -> None:
        """Do it once more."""


# Records what a function does without doing it; returns that, and what the function returned: it
# means something after the first replay.
Recorder = Callable[[Callable[[], T]], tuple[Recording, T]]


class Recorded(Generic[T]):
    """A function without arguments, whose calls become replays.

    The first call makes what is made once, such as cached constants. A later one is recorded, and
    replays return what that one returned, with new contents. What is read from another recorded
    function is in its place only once that one is recorded: such a function comes `after` it.
    Where a recording fails the function is called as before.
    """

    def __init__(
        self,
        function: Callable[[], T],
        recorder: Recorder[T] | None,
        after: "Recorded[Any] | None" = None,
    ) -> None:
        """Without a `recorder` the function is called each time."""
        self._function = function
        self._recorder = recorder
        self._after = after
        self._is_rehearsed = False
        self._recorded: tuple[Recording, T] | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether calls are replays by now."""
        return self._recorded is not None

    def __call__(self) -> T:
        """Do it."""
        if self._recorded is None and self._recorder is not None and self._is_ready():
            self._record(self._recorder)
        self._is_rehearsed = True
        if self._recorded is None:
            return self._function()
        recording, result = self._recorded
        recording.replay()
        return result

    def _is_ready(self) -> bool:
        return self._is_rehearsed and (self._after is None or self._after.is_recorded)

    def _record(self, recorder: Recorder[T]) -> None:
        try:
            self._recorded = recorder(self._function)
        except RuntimeError as error:
            # What a driver or a layer does not let itself be recorded costs speed, not the drag.
            _log.warning("Steps are slower: one could not be recorded as a CUDA graph: %s", error)
            self._recorder = None


def _as_graph(function: Callable[[], T]) -> tuple[Recording, T]:
    graph = torch.cuda.CUDAGraph()
    # Other threads may go on using the device meanwhile.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        result = function()
    return graph, result


# What records, by the kind of device.
RECORDERS: dict[str, Recorder[Any]] = {"cuda": _as_graph}


def recorder_on(device: torch.device) -> Recorder[Any] | None:
    """Return what records on a device; None where work is done anew each time."""
    return RECORDERS.get(device.type)
