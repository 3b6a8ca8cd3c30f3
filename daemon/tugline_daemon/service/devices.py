"""Which device a worker computes on."""

import torch

from .errors import DeviceMissing


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
