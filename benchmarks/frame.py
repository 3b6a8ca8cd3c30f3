"""A frame's way from the worker through the broker to a client, over real encrypted sockets.

A small model's picture is brought to size by nearest neighbour. What making it takes without any
socket is measured beside it: the rest is the way. So is a Ping, which the broker answers itself.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from rich.table import Table
from torch import Tensor

from tests.models import add_random_model
from tests.service.running import Daemon
from tugline_daemon.generator import Generator
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_daemon.service.pictures import render, to_image, to_tensor
from tugline_protocol.messages import Generate, Ping, Render
from tugline_protocol.values import Image, ModelRef, PictureFormat

Row = dict[str, Any]


def rows(sizes: tuple[int, ...] = (256, 512, 1024), repeats: int = 30) -> Iterator[Row]:
    """Yield a row a size: pixels a side, bytes, and medians in ms: frame, its making, and Ping."""
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        models.mkdir()
        add_random_model(models, "tiny")
        generator = load_model(Store([models]).find("tiny"), torch.device("cpu"))
        daemon = Daemon(Path(folder), models).start()
        try:
            with daemon.conversation() as conversation:
                model = ModelRef("tiny")
                latent = conversation.call(Generate(model, seed=1)).latent
                ws = to_tensor(latent, torch.device("cpu"))
                for size in sizes:
                    wanted = PictureFormat(size, size, "nearest", "RGB")
                    request = Render(model, latent, wanted)
                    yield {
                        "case": "frame",
                        "resolution": size,
                        "bytes": size * size * 3,
                        "frame_ms": _median_ms(partial(conversation.call, request), repeats),
                        "made_ms": _median_ms(partial(_make, generator, ws, wanted), repeats),
                        "ping_ms": _median_ms(partial(conversation.call, Ping()), repeats),
                    }
        finally:
            daemon.end()


def _make(generator: Generator, ws: Tensor, wanted: PictureFormat) -> Image:
    return to_image(render(generator, ws), wanted)


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
    for heading in ("resolution", "bytes", "frame ms", "of it making ms", "Ping ms"):
        result.add_column(heading, justify="right")
    for row in found:
        result.add_row(
            str(row["resolution"]),
            str(row["bytes"]),
            f"{row['frame_ms']:.1f}",
            f"{row['made_ms']:.1f}",
            f"{row['ping_ms']:.2f}",
        )
    return result
