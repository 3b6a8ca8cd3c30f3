"""A frame's way from the worker through the broker to a client, over real encrypted sockets.

The model is so small that its picture costs next to nothing, and it is brought to size by nearest
neighbour: what is left is the way. A Ping, which the broker answers itself, stands beside it.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.models import add_random_model
from tests.service.running import Daemon
from tugline_protocol.messages import Generate, Ping, Render
from tugline_protocol.values import ModelRef, PictureFormat

Row = dict[str, Any]


def rows(sizes: tuple[int, ...] = (256, 512, 1024), repeats: int = 30) -> Iterator[Row]:
    """Yield a row a size: pixels a side, bytes, and the medians of frame and Ping in ms."""
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        models.mkdir()
        add_random_model(models, "tiny")
        daemon = Daemon(Path(folder), models).start()
        try:
            with daemon.conversation() as conversation:
                model = ModelRef("tiny")
                latent = conversation.call(Generate(model, seed=1)).latent
                for size in sizes:
                    wanted = PictureFormat(size, size, "nearest", "RGB")
                    render = Render(model, latent, wanted)
                    yield {
                        "case": "frame",
                        "resolution": size,
                        "bytes": size * size * 3,
                        "frame_ms": _median_ms(lambda r=render: conversation.call(r), repeats),  # type: ignore[misc]
                        "ping_ms": _median_ms(lambda: conversation.call(Ping()), repeats),
                    }
        finally:
            daemon.end()


def _median_ms(action: Callable[[], object], repeats: int) -> float:
    action()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="A frame's way from worker to client")
    for heading in ("resolution", "bytes", "frame ms", "Ping ms"):
        result.add_column(heading, justify="right")
    for row in found:
        result.add_row(
            str(row["resolution"]),
            str(row["bytes"]),
            f"{row['frame_ms']:.1f}",
            f"{row['ping_ms']:.2f}",
        )
    return result
