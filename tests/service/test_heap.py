"""What the heap keeps: little in a worker, enough for a frame in the broker."""

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own")

# Blocks of 8 MiB come and go, and after each of them something small that stays.
_COME_AND_GO = """
import sys
from pathlib import Path
import numpy as np
from tugline_daemon.service import heap

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

getattr(heap, sys.argv[1])()
blocks, small, before = [], [], resident()
np.ones(1 << 20)
for _ in range(8):
    blocks.append(np.ones(1 << 20))
    small.append(bytes(100_000))
blocks.clear()
print(resident() - before)
heap.trim()
print(resident() - before)
"""


def kept(setting: str) -> tuple[float, float]:
    """Return the MiB that a process keeps of what it freed, and those that it does after trim."""
    arguments = [sys.executable, "-c", _COME_AND_GO, setting]
    told = subprocess.run(arguments, check=True, capture_output=True, text=True)
    as_it_is, trimmed = told.stdout.split()
    return float(as_it_is), float(trimmed)


def test_a_worker_gives_large_blocks_back_at_once() -> None:
    assert kept("give_large_blocks_back")[0] < 8


def test_a_broker_keeps_them_until_they_are_trimmed() -> None:
    as_it_is, trimmed = kept("keep_what_frames_take")
    assert as_it_is > 40
    assert trimmed < 8
