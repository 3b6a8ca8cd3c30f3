"""A frame's way to a client, and what of a drag is seen when: ``python -m benchmarks.frame``.

Real daemons, real encrypted sockets. The way of a frame is what a small model's picture, brought to
size by nearest neighbour, takes longer over the socket than in this process; together with turning
a picture of that size into bytes it is what lies between a picture that is rendered and its client.
A Ping, which the broker answers itself, is measured beside it. Times of a frame are medians, and at
best: what the machine does besides falls on either side.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle, pairwise
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.step import network
from tests.models import add_random_model
from tests.service.running import Daemon
from tugline_daemon.library.adding import add_model
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store
from tugline_daemon.service.pictures import draw, to_image, to_tensor
from tugline_daemon.settings import Settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Generate, ListModels, Ping, Render, Retarget, StartDrag
from tugline_protocol.values import (
    CHANNELS,
    ByteOrder,
    DragOptions,
    DragPoint,
    ModelRef,
    PictureFormat,
    PointTarget,
)

Row = dict[str, Any]

SIZES = (256, 512, 1024)
# What editors ask for.
_ORDER: ByteOrder = "BGRA"
_LARGE = "large"
_LARGE_PIXELS = 1024
_MOVES = 12


def rows(sizes: Sequence[int] = SIZES, repeats: int = 30) -> Iterator[Row]:
    """Yield a row for each size of a frame, and for what is seen of a drag of each model."""
    with tempfile.TemporaryDirectory() as folder:
        home, models = Path(folder), Path(folder) / "models"
        models.mkdir()
        add_random_model(models, "tiny")
        # On one thread each, so that neither waits for a second one that the other has.
        with _conversation(home / "one", models, threads=1) as talk, _one_thread():
            for size in sizes:
                yield _way(talk, models, size, repeats)
        add_model(
            models,
            network(_LARGE_PIXELS),
            name=_LARGE,
            kind="stylegan2",
            init_kwargs={"z_dim": 512, "c_dim": 0, "w_dim": 512, "img_resolution": _LARGE_PIXELS},
        )
        with _conversation(home / "all", models, threads=0) as talk:
            yield _live(talk, ModelRef(Settings().model), 512, drafts=True)
            for drafts in (False, True):
                yield _live(talk, ModelRef(_LARGE), _LARGE_PIXELS, drafts=drafts)


@contextmanager
def _conversation(home: Path, models: Path, *, threads: int) -> Iterator[Conversation]:
    """Talk to a daemon whose worker has so many threads, 0 = one a processor."""
    daemon = Daemon(home, models, threads=threads).start()
    try:
        with daemon.conversation() as talk:
            yield talk
    finally:
        daemon.end()


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _way(talk: Conversation, models: Path, size: int, repeats: int) -> Row:
    """Measure a frame of ``size`` pixels a side."""
    model = ModelRef("tiny")
    cpu = torch.device("cpu")
    generator = load_model(Store([models]).find("tiny"), cpu)
    latent = talk.call(Generate(model, seed=1)).latent
    wanted = PictureFormat(size, size, "nearest", _ORDER)
    picture = torch.randn(3, size, size) / 2
    frame, made, turned, ping = _in_turns(
        (
            partial(talk.call, Render(model, latent, wanted)),
            partial(draw, generator, to_tensor(latent, cpu), wanted),
            partial(to_image, picture, PictureFormat(order=_ORDER)),
            partial(talk.call, Ping()),
        ),
        repeats,
    )
    return {
        "case": "frame",
        "resolution": size,
        "bytes": size * size * CHANNELS[_ORDER],
        "frame_ms": median(frame),
        "way_ms": median(frame) - median(made),
        "turned_ms": median(turned),
        "rendered_to_client_ms": median(turned) + median(frame) - median(made),
        "best_ms": min(turned) + min(frame) - min(made),
        "ping_ms": median(ping),
    }


def _live(talk: Conversation, model: ModelRef, size: int, *, drafts: bool) -> Row:
    """Measure a drag of ``model`` under a hand that moves whenever a frame has followed it.

    The client takes frames of ``size`` pixels a side as fast as they come, ``drafts`` or not.
    """
    width = next(card.width for card in talk.call(ListModels()).models if card.name == model.name)
    targets = cycle(((0.6 * width, 0.5 * width), (0.5 * width, 0.6 * width)))
    start = StartDrag(
        model,
        talk.call(Generate(model, seed=1)).latent,
        (DragPoint("a", (0.4 * width, 0.4 * width), next(targets)),),
        options=DragOptions(hold=True),
        frames=PictureFormat(size, size, order=_ORDER),
        drafts=drafts,
    )
    begun = time.perf_counter()
    drag = talk.begin(start)
    frames = drag.frames()
    shown = [next(frames)]
    moments = [time.perf_counter()]
    for number in range(1, _MOVES + 1):
        talk.begin(Retarget(drag.id, number, (PointTarget("a", next(targets)),)))
        while shown[-1].retarget < number:
            shown.append(next(frames))
        moments.append(time.perf_counter())
    drag.stop()
    drag.result()
    seconds = moments[-1] - moments[0]
    return {
        "case": "live",
        "model": model.name,
        "resolution": size,
        "drafts": sum(not frame.full for frame in shown),
        "frames": len(shown),
        "first_ms": 1000 * (moments[0] - begun),
        "follow_ms": 1000 * median(later - now for now, later in pairwise(moments)),
        "frames_per_s": (len(shown) - 1) / seconds,
        "steps_per_s": (shown[-1].step - shown[0].step) / seconds,
    }


def _in_turns(actions: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Run the actions in turns, and return the milliseconds of each, the first turn left out."""
    taken: list[list[float]] = [[] for _ in actions]
    for _ in range(repeats + 1):
        for action, times in zip(actions, taken, strict=True):
            begun = time.perf_counter()
            action()
            times.append(1000 * (time.perf_counter() - begun))
    return [times[1:] for times in taken]


_HEADINGS = {
    "frame px": "resolution",
    "rendered to client ms": "rendered_to_client_ms",
    "at best": "best_ms",
    "first frame ms": "first_ms",
    "moved to frame ms": "follow_ms",
    "frames/s": "frames_per_s",
    "steps/s": "steps_per_s",
    "Ping ms": "ping_ms",
}


def table(found: Sequence[Row]) -> Table:
    """Lay the rows out for a terminal."""
    result = Table(title="Frames on their way to a client, and what is seen of a drag")
    result.add_column("model")
    result.add_column("drafts")
    for heading in _HEADINGS:
        result.add_column(heading, justify="right")
    for row in found:
        figures = (_figure(row.get(key)) for key in _HEADINGS.values())
        drafts = f"{row['drafts']} of {row['frames']}" if "drafts" in row else ""
        result.add_row(row.get("model", ""), drafts, *figures)
    return result


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def main(
    repeats: Annotated[int, typer.Option(min=1, help="Frames of each size.")] = 30,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Measure how soon a client sees what is rendered."""
    found = list(rows(repeats=repeats))
    Console().print(table(found))
    if json_file is not None:
        json_file.write_text(json.dumps({"rows": found}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
