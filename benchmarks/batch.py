"""What drags of one model would gain from a common pass: ``python -m benchmarks.batch``.

A pass up to the followed features, forward, for one latent, two and four at once, in turns.
"""

import statistics
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.clock import seconds
from benchmarks.report import Row
from benchmarks.step import network

AT_ONCE = (1, 2, 4)


@torch.no_grad()
def rows(device: torch.device, resolution: int = 512, repeats: int = 5) -> Iterator[Row]:
    """Yield a row for each number of latents at once: seconds a latent, the median."""
    generator = network(resolution).to(device)
    ws = generator.map(torch.randn(max(AT_ONCE), generator.z_dim, device=device))
    layer = generator.default_feature_layer
    passes = {many: partial(generator.synthesize, ws[:many], until=layer) for many in AT_ONCE}
    for go in passes.values():
        go()
    taken = [{many: seconds(go, device) for many, go in passes.items()} for _ in range(repeats)]
    for many in AT_ONCE:
        yield {
            "case": "batch",
            "resolution": resolution,
            "at_once": many,
            "latent_s": statistics.median(one[many] for one in taken) / many,
        }


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="Several latents in one pass up to the followed features")
    for heading in ("at once", "s a latent"):
        result.add_column(heading, justify="right")
    for row in found:
        result.add_row(str(row["at_once"]), f"{row['latent_s']:.3f}")
    return result


def main(
    device: Annotated[str, typer.Option(help="cpu or cuda; else cuda where there is one.")] = "",
) -> None:
    """Time passes of one latent, of two and of four."""
    found = device or ("cuda" if torch.cuda.is_available() else "cpu")
    Console().print(table(list(rows(torch.device(found)))))


if __name__ == "__main__":
    typer.run(main)
