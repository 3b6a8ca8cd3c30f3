"""Tensors lie in large pages where the system has them."""

import subprocess
import sys
from pathlib import Path

import pytest

_OFFERED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_MEASURE = """
import resource
import tugline_daemon.generator
import torch

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

torch.zeros(1)
before = faults()
block = torch.ones(64 << 20)
print(faults() - before)
"""


@pytest.mark.skipif(
    not _OFFERED.exists() or "[never]" in _OFFERED.read_text("ascii"),
    reason="needs Linux with transparent huge pages: madvise or always in their `enabled`",
)
def test_a_large_tensor_takes_few_page_faults() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 30_000, "of the 65,536 pages of 4 kB that 256 MB are"
