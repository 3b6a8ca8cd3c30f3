"""Work that is the same at each step: on CUDA it is recorded once and then replayed.

A step is some hundred kernels, each of which takes the processor longer to launch than a large GPU
takes to run it. A CUDA graph launches all of them at once. It repeats what was done to the memory
that it was recorded with: so what is recorded reads and writes tensors that stay where they are,
asks for no number, and does the same whatever they hold.
"""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

import torch

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Recording(Protocol):
    """Something that can be done again and again."""

    def replay(self) -> None:
        """Do it once more."""


# Records on a device what a function does, without doing it; returns that, and what the function
# returned: it means something after the first replay. Raises RuntimeError where it cannot.
Recorder = Callable[[Callable[[], T], torch.device], tuple[Recording, T]]


class Recorded(Generic[T]):
    """Calls of a function that become replays, on devices where something records.

    The first call makes what is made once, such as cached constants. A later one is recorded, and
    replays return what that one returned, with new contents. What is read from another recorded
    function is in its place only once that one is recorded: such a function comes `after` it.

    The function comes with each call, and has to be the same one: kept here, it would keep its
    owner, who keeps this, and neither would go before Python looks for such circles. Graphs hold
    much memory.
    """

    def __init__(self, device: torch.device, after: "Recorded[Any] | None" = None) -> None:
        """Prepare for calls of a function that works on `device`."""
        self._device = device
        self._after = after
        self._is_rehearsed = False
        self._recorded: tuple[Recording, T] | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether calls are replays by now."""
        return self._recorded is not None

    def __call__(self, function: Callable[[], T]) -> T:
        """Do it."""
        if self._recorded is None and self._is_ready() and are_recorded(self._device):
            self._recorded = _recording(function, self._device)
        self._is_rehearsed = True
        if self._recorded is None:
            return function()
        recording, result = self._recorded
        recording.replay()
        return result

    def _is_ready(self) -> bool:
        return self._is_rehearsed and (self._after is None or self._after.is_recorded)


def are_recorded(device: torch.device) -> bool:
    """Whether steps on a device are recorded: then nothing in them may wait for a number."""
    return device.type in RECORDERS


def _recording(function: Callable[[], T], device: torch.device) -> tuple[Recording, T] | None:
    """Record, and where that fails once never again: it costs speed, not the drag."""
    try:
        return RECORDERS[device.type](function, device)
    except RuntimeError as error:
        _log.warning("Steps are slower: one could not be recorded as a CUDA graph: %s", error)
        del RECORDERS[device.type]
        return None


def _as_graph(function: Callable[[], T], device: torch.device) -> tuple[Recording, T]:
    graph, pool = torch.cuda.CUDAGraph(), torch.cuda.graph_pool_handle()
    # Other threads may go on using the device meanwhile.
    capture = torch.cuda.graph(graph, pool, _stream_on(device), capture_error_mode="thread_local")
    with _undisturbed(device, pool), capture:
        result = function()
    return graph, result


@contextmanager
def _undisturbed(device: torch.device, pool: tuple[int, int]) -> Iterator[None]:
    """Be on a device while something is recorded, and leave no trace where that fails.

    A graph that Python's collector destroyed meanwhile would spoil the one in the making. Torch
    itself leaves a failed recording's stream in use, and its allocator recording.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with torch.cuda.device(device), torch.cuda.stream(torch.cuda.current_stream(device)):
            yield
    except RuntimeError:
        end = getattr(torch._C, "_cuda_endAllocateToPool", None)
        if end is not None:
            with suppress(RuntimeError):  # it had not begun
                end(device.index or 0, pool)
        raise
    finally:
        if collects:
            gc.enable()


@cache
def _stream_on(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


# What records, by the kind of device.
RECORDERS: dict[str, Recorder[Any]] = {"cuda": _as_graph}
