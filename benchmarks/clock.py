"""Seconds on the wall's clock, of everything that an action asks of its device."""

import time
from collections.abc import Callable

import torch


def seconds(action: Callable[[], object], device: torch.device) -> float:
    """Run ``action`` once; on a CUDA device the clock waits for all of its work."""
    _wait_for(device)
    begun = time.perf_counter()
    action()
    _wait_for(device)
    return time.perf_counter() - begun


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
