"""What the daemon keeps in memory on a CPU: ``python -m benchmarks.memory``.

The real command serves the packaged model, and in another daemon one of 1024 pixels with random
weights (channel_base 32768, channel_max 512, stored in float32). Broker and worker are measured in
Linux's ``/proc``: as they are after a stage, and the most that they had at once within it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.step import network
from tests.service.running import wait_for
from tugline_daemon.library.adding import add_model
from tugline_daemon.library.cards import Card
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.service.rest import REST_SECONDS
from tugline_daemon.settings import Settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.endpoint import read_endpoint
from tugline_protocol.messages import Generate, Generated, ListModels, LoadModel, Ping, StartDrag
from tugline_protocol.values import DragOptions, DragPoint, Mask, ModelRef, PictureFormat
from tugline_protocol.zeromq import ZmqTransport

Row = dict[str, Any]

LARGE: Final = "large"
_LARGE_PIXELS: Final = 1024
_STEPS: Final = 10
_FRAMES: Final = 3
# Longer than the worker waits until it rests, so that what comes of that is seen by itself.
_KEEP_MINUTES: Final = 2 * REST_SECONDS / 60


@dataclass(frozen=True)
class Usage:
    """What one process holds, in bytes: its own share of all pages, all of them, and the peak."""

    pss: int
    rss: int
    peak: int


def usage(pid: int) -> Usage:
    """Read what the process holds; ``peak`` counts since its start or ``forget_peak``."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return Usage(_bytes(rollup, "Pss"), _bytes(rollup, "Rss"), _bytes(status, "VmHWM"))


def forget_peak(pid: int) -> None:
    """Let the peak count from now on (``clear_refs`` of proc(5))."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def children(pid: int) -> tuple[int, ...]:
    """Return the processes that the main thread of ``pid`` has started and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return tuple(int(child) for child in listed.split())


def _bytes(table: str, name: str) -> int:
    lines = (line.split() for line in table.splitlines())
    return next(int(words[1]) * 1024 for words in lines if words[0] == f"{name}:")


@dataclass(frozen=True)
class Served:
    """A daemon that runs: its broker, its worker, and a conversation with it."""

    broker: int
    worker: int
    talk: Conversation

    def row(self, model: str, stage: str) -> Row:
        """Measure both processes at the end of a stage; the next one's peak counts from here.

        Megabytes are 2^20 bytes. ``pss_mb`` counts what both share once, ``rss_mb`` twice, and
        ``peak_mb`` is the sum of both peaks.
        """
        broker, worker = usage(self.broker), usage(self.worker)
        for pid in (self.broker, self.worker):
            forget_peak(pid)
        return {
            "case": "memory",
            "model": model,
            "stage": stage,
            "broker_mb": broker.rss / 2**20,
            "worker_mb": worker.rss / 2**20,
            "pss_mb": (broker.pss + worker.pss) / 2**20,
            "rss_mb": (broker.rss + worker.rss) / 2**20,
            "peak_mb": (broker.peak + worker.peak) / 2**20,
        }


def rows(steps: int = _STEPS) -> Iterator[Row]:
    """Yield a row for each stage of each model; a drag is ``steps`` steps long and shows frames."""
    with tempfile.TemporaryDirectory() as folder:
        packaged = Store((packaged_folder(),)).find(Settings().model).card
        yield from _stages(Path(folder), packaged, steps)
    with tempfile.TemporaryDirectory() as folder:
        large = _add_large(Path(folder) / "data" / "models")
        yield from _stages(Path(folder), large, steps)


def _add_large(folder: Path) -> Card:
    return add_model(
        folder,
        network(_LARGE_PIXELS),
        name=LARGE,
        kind="stylegan2",
        init_kwargs={"z_dim": 512, "c_dim": 0, "w_dim": 512, "img_resolution": _LARGE_PIXELS},
        dtype=torch.float32,
    )


def _stages(home: Path, card: Card, steps: int) -> Iterator[Row]:
    with served(home, "--keep-models", str(_KEEP_MINUTES)) as daemon:
        yield daemon.row(card.name, "idle")
        daemon.talk.call(LoadModel(ModelRef(card.name)))
        yield daemon.row(card.name, "loaded")
        made = daemon.talk.call(Generate(ModelRef(card.name), seed=1, picture=PictureFormat()))
        yield daemon.row(card.name, "picture")
        for stage, masked in (("drag", False), ("masked drag", True)):
            drag = daemon.talk.begin(_drag(made, card.width, steps, masked=masked))
            for _ in islice(drag.frames(), _FRAMES):
                pass
            drag.result()
            yield daemon.row(card.name, stage)
        time.sleep(1.2 * REST_SECONDS)
        yield daemon.row(card.name, "rest")
        wait_for(lambda: _readiness(daemon.talk, card) == "available", "the model's leaving")
        time.sleep(1.2 * REST_SECONDS)
        yield daemon.row(card.name, "let go")


@contextmanager
def served(home: Path, *options: str) -> Iterator[Served]:
    """Serve with the real command, its ``options``, and folders of its own below ``home``."""
    names = ("config", "state", "data")
    folders = {f"TUGLINE_{name.upper()}_DIR": str(home / name) for name in names}
    outside = {key: value for key, value in os.environ.items() if not key.startswith("TUGLINE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tugline_daemon.cli", "serve", "--device", "cpu", *options],
        env=outside | folders,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        endpoint_file = home / "state" / "endpoint.json"
        wait_for(endpoint_file.exists, "a daemon that listens")
        key_file = home / "config" / "keys" / "client.key_secret"
        transport = ZmqTransport(read_endpoint(endpoint_file), key_file)
        with Conversation(transport, name="memory", version="1") as talk:
            wait_for(partial(_is_ready, talk), "a worker that is ready")
            (worker,) = children(process.pid)
            yield Served(process.pid, worker, talk)
    finally:
        process.terminate()
        process.wait()


def _is_ready(talk: Conversation) -> bool:
    return all(device.state == "ready" for device in talk.call(Ping()).devices)


def _readiness(talk: Conversation, card: Card) -> str:
    models = talk.call(ListModels()).models
    return next(model.readiness for model in models if model.name == card.name)


def _drag(made: Generated, size: int, steps: int, *, masked: bool) -> StartDrag:
    """Pull one point across half of the picture, farther than it comes; frames are RGBA."""
    points = (DragPoint("a", (0.4 * size, 0.4 * size), (0.9 * size, 0.5 * size)),)
    return StartDrag(
        made.model,
        made.latent,
        points,
        mask=middle(size) if masked else None,
        options=DragOptions(step_limit=steps, composite=masked),
        frames=PictureFormat(order="RGBA"),
    )


def middle(size: int) -> Mask:
    """Return a mask whose middle half, in width and height, may move."""
    pixels = np.zeros((size, size), np.uint8)
    pixels[size // 4 : -size // 4, size // 4 : -size // 4] = 255
    return Mask(size, size, pixels.tobytes())


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="Memory of the daemon on a CPU, in MB")
    for heading in ("model", "stage"):
        result.add_column(heading)
    columns = {
        "broker": "broker_mb",
        "worker": "worker_mb",
        "together": "pss_mb",
        "peak": "peak_mb",
    }
    for heading in columns:
        result.add_column(heading, justify="right")
    for row in found:
        figures = (f"{row[key]:.0f}" for key in columns.values())
        result.add_row(row["model"], row["stage"], *figures)
    return result


def main(
    steps: Annotated[int, typer.Option(min=1, help="Steps of a drag.")] = _STEPS,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Measure what the daemon keeps in memory."""
    found = list(rows(steps))
    Console().print(table(found))
    if json_file is not None:
        json_file.write_text(json.dumps({"rows": found}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
