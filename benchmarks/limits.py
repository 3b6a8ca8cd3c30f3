"""What the machine can do at most: multiply matrices, and copy memory.

Both are the best of several tries, since a limit is what is reached when nothing disturbs.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch
from rich.table import Table

from benchmarks.clock import seconds
from benchmarks.report import Row

# Large enough that reading the matrices costs nothing beside multiplying them.
_SIDE = {"cpu": 2048, "cuda": 8192}
_COPIED_BYTES = 256 * 2**20
_TRIES = 8


def rows(device: torch.device) -> Iterator[Row]:
    """Yield how fast ``device`` multiplies square matrices, and copies what no cache holds."""
    for dtype in (torch.float32, torch.bfloat16):
        side = _SIDE[device.type]
        yield {
            "case": "gemm",
            "dtype": str(dtype).removeprefix("torch."),
            "side": side,
            "gflops": multiplying(side, dtype, device) / 1e9,
        }
    yield {
        "case": "copy",
        "bytes": _COPIED_BYTES,
        "gigabytes_per_s": copying(_COPIED_BYTES, device) / 1e9,
    }


def multiplying(side: int, dtype: torch.dtype, device: torch.device) -> float:
    """Floating-point operations a second, two a multiply-add, of a [side, side] product."""
    left, right = torch.randn(2, side, side, device=device, dtype=dtype)
    product = torch.empty_like(left)
    return 2 * side**3 / _best(partial(torch.mm, left, right, out=product), device)


def copying(size: int, device: torch.device) -> float:
    """Bytes a second of a copy of ``size`` bytes, read and written both counted as in STREAM."""
    source = torch.ones(size // 4, device=device)
    copy = torch.empty_like(source)
    return 2 * size / _best(partial(copy.copy_, source), device)


def _best(action: Callable[[], object], device: torch.device) -> float:
    return min(seconds(action, device) for _ in range(_TRIES))


def peak(found: Sequence[Row]) -> float:
    """Operations a second in float32, of the rows."""
    gflops = next(
        row["gflops"] for row in found if row["case"] == "gemm" and row["dtype"] == "float32"
    )
    return float(gflops) * 1e9


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="What the machine can do")
    result.add_column("what")
    result.add_column("speed", justify="right")
    for row in found:
        if row["case"] == "gemm":
            what = f"multiplying [{row['side']}, {row['side']}], {row['dtype']}"
            result.add_row(what, f"{row['gflops']:.0f} GFLOP/s")
        else:
            what = f"copying {row['bytes'] / 2**20:.0f} MiB, bytes read and written"
            result.add_row(what, f"{row['gigabytes_per_s']:.1f} GB/s")
    return result
