"""Memory that convolutions use again and again.

A large tensor's memory goes back to the system when it is freed, and comes back page by page: on
Linux that takes as long as the arithmetic of Winograd's transforms. So each thread keeps a few
buffers, as large as the largest that it took; what is in them is nobody's after a call.
"""

import math
import threading

import torch
from torch import Tensor


class Scratch(threading.local):
    """One thread's buffers, by number. Who takes a number again takes it from who had it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, torch.dtype, torch.device], Tensor] = {}

    def take(self, number: int, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """Return a tensor of `shape`, of the dtype and device of `like`, with anything in it."""
        key, count = (number, like.dtype, like.device), math.prod(shape)
        kept = self._kept.get(key)
        if kept is None or kept.numel() < count:
            with torch.inference_mode(mode=False):  # who takes it may be in that mode, or not
                kept = self._kept[key] = torch.empty(count, dtype=like.dtype, device=like.device)
        return kept[:count].view(shape)

    def forget(self) -> None:
        """Let go of the calling thread's buffers; the next calls make new ones."""
        self._kept.clear()


SCRATCH = Scratch()
