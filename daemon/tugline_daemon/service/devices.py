"""Which device a worker computes on, and giving back memory that it does not need any more."""

import gc

import torch

from tugline_daemon.generator.scratch import SCRATCH

from .errors import DeviceMissing
from .heap import trim


def find_device(name: str) -> torch.device:
    """Return the device ``name``: "auto", "cpu", "mps", "cuda" or "cuda:N".

    "auto" takes the first CUDA device, else Apple's, else the CPU. Raises DeviceMissing.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda:0")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise DeviceMissing(
            f"The device {name!r} is not known; choose auto, cpu, mps, cuda or cuda:N."
        ) from None
    there = {
        "cpu": True,
        "mps": torch.backends.mps.is_available(),
        "cuda": (device.index or 0) < torch.cuda.device_count(),
    }
    if not there.get(device.type, False):
        raise DeviceMissing(
            f"The device {name} does not exist on this machine; choose another, or auto."
        )
    return device


def give_back_memory(device: torch.device) -> None:
    """Give what was freed of the memory of ``device``, and of this process, back to the system.

    Both keep it for the next one to ask: after a drag at 1024 pixels on a CPU some 0.3 GB. For the
    thread that computes.
    """
    if device.type == "cpu":
        SCRATCH.forget()
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    trim()
