"""Pictures begun and taken: the same on every device, also where another stream draws them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.drag.test_devices import DEVICES, needs_cuda
from tests.generator.networks import small
from tests.service.drags import generated, short_drag
from tests.service.running import Daemon
from tugline_daemon.generator import Generator
from tugline_daemon.service.feathering import Alpha
from tugline_daemon.service.pictures import _by_numpy, _by_torch, draw
from tugline_daemon.service.rendering import Renderer, _Marks, full_picture
from tugline_protocol.messages import DragEnded, DragFrame, Render
from tugline_protocol.values import ByteOrder, Image, PictureFormat

WANTED = PictureFormat(order="BGRA")


def network() -> Generator:
    return small(32).requires_grad_(requires_grad=False)


def latent(generator: Generator) -> torch.Tensor:
    z = torch.randn(1, generator.z_dim, generator=torch.Generator().manual_seed(3))
    return generator.map(z)[0]


def pixels(image: Image | None) -> np.ndarray:
    assert image is not None
    return np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, -1).astype(int)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("wanted", [WANTED, PictureFormat(20, 45)])
def test_a_picture_is_the_same_on_every_device(device: str, wanted: PictureFormat) -> None:
    generator = network()
    ws = latent(generator)
    alpha = Alpha(np.arange(1024, dtype=np.uint8).reshape(32, 32))
    meant = pixels(draw(generator, ws, wanted, alpha))
    there = ws.to(device)
    begun = Renderer(there.device).begin(full_picture, generator.to(device), there, wanted, alpha)
    there.zero_()  # the steps go on, and may use the memory again
    assert np.abs(pixels(begun.image()) - meant).max() <= (device != "cpu")
    assert begun.ready
    assert begun.seconds > 0


def test_on_the_processor_a_picture_is_there_at_once() -> None:
    generator = network()
    begun = Renderer(torch.device("cpu")).begin(full_picture, generator, latent(generator), WANTED)
    assert begun.ready


@pytest.mark.parametrize("order", ["RGB", "RGBA", "BGRA"])
def test_bytes_are_made_on_a_device_as_on_the_processor(order: ByteOrder) -> None:
    picture = 3 * torch.rand(3, 150, 40, generator=torch.Generator().manual_seed(1)) - 1.5
    picture[:, 0, :3] = torch.tensor([torch.nan, torch.inf, -torch.inf])
    assert np.array_equal(_by_torch(picture, order).numpy(), _by_numpy(picture.numpy(), order))


@dataclass
class Queue:
    """Stands for a stream of a device that has done everything as soon as it is told."""

    name: str
    told: list[str]
    device: str = "cuda"

    def wait_stream(self, other: "Queue") -> None:
        self.told.append(f"{self.name} waits for {other.name}")


@dataclass
class Mark:
    told: list[str]
    failure: Exception | None = None

    def record(self, stream: Queue) -> None:
        self.told.append(f"mark in {stream.name}")

    def query(self) -> bool:
        self.synchronize()
        return True

    def synchronize(self) -> None:
        if self.failure is not None:
            raise self.failure

    def elapsed_time(self, _later: "Mark") -> float:
        return 4.0


@dataclass
class Streams:
    """Stands for torch's streams: what they are told and in which order, and what is drawn."""

    told: list[str] = field(default_factory=list)
    drawn: list[torch.Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps = Queue("steps", self.told)
        self.current = self.steps

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        empty = torch.empty

        def pinned(*shape: Any, pin_memory: bool = False, **options: Any) -> torch.Tensor:
            if pin_memory:
                self.told.append(f"pinned memory beside {self.current.name}")
            return empty(*shape, **options)

        def mark(*, enable_timing: bool) -> Mark:
            assert enable_timing
            return Mark(self.told)

        monkeypatch.setattr(torch.cuda, "Stream", lambda _device: Queue("pictures", self.told))
        monkeypatch.setattr(torch.cuda, "Event", mark)
        monkeypatch.setattr(torch.cuda, "current_stream", lambda _device: self.current)
        monkeypatch.setattr(torch.cuda, "stream", self._within)
        monkeypatch.setattr(torch.Tensor, "record_stream", self._used)
        monkeypatch.setattr(torch, "empty", pinned)

    def draw(self, generator: Generator, ws: torch.Tensor) -> torch.Tensor:
        self.told.append(f"draw in {self.current.name}")
        self.drawn.append(ws)
        return generator.synthesize(ws[None])[0]

    def _used(self, stream: Queue) -> None:
        self.told.append(f"used in {stream.name}")

    @contextmanager
    def _within(self, stream: Queue) -> Iterator[None]:
        before, self.current = self.current, stream
        yield
        self.current = before


def test_a_stream_of_its_own_waits_for_the_steps_and_draws_between_its_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator, streams = network(), Streams()
    ws = latent(generator)
    meant = pixels(draw(generator, ws, WANTED))
    with monkeypatch.context() as patched:
        streams.stand_in(patched)
        renderer = Renderer(torch.device("cuda"))
        renderer.begin(streams.draw, generator, ws, WANTED)
        assert streams.told[:3] == [
            "pictures waits for steps",
            "draw in pictures",  # once, for what the network keeps
            "steps waits for pictures",
        ]
        once = streams.told[3:]
        streams.told.clear()
        begun = renderer.begin(streams.draw, generator, ws, WANTED)
        assert streams.told == once
    assert once == [
        "used in pictures",
        "pictures waits for steps",
        "mark in pictures",
        "draw in pictures",
        "used in steps",
        "pinned memory beside pictures",
        "mark in pictures",
    ]
    assert streams.drawn[-1].data_ptr() != ws.data_ptr()
    assert np.array_equal(pixels(begun.image()), meant)
    assert begun.seconds == 0.004


def test_what_failed_on_a_device_is_raised_where_the_picture_is_taken() -> None:
    marks = _Marks(Mark([]), Mark([], RuntimeError("an illegal memory access")))  # type: ignore[arg-type]
    assert marks.come
    with pytest.raises(RuntimeError, match="illegal"):
        marks.wait()


@pytest.mark.cuda
@needs_cuda
def test_the_frames_of_a_drag_on_cuda_show_what_the_processor_draws(
    daemon: Daemon, models: Path, tmp_path: Path
) -> None:
    other = Daemon(tmp_path, models, device="cuda").start()
    try:
        with daemon.conversation() as here, other.conversation() as there:
            start = short_drag(generated(here))
            drag = there.begin(replace(start, options=replace(start.options, hold=True)))
            shown: list[DragFrame | DragEnded] = []
            for frame in drag.frames():
                shown.append(frame)
                if frame.points[0].state == "reached":
                    drag.stop()
            shown.append(drag.result())
            assert len(shown) > 1
            for one in shown:
                drawn = here.call(Render(start.model, one.latent)).image
                assert np.abs(pixels(one.image) - pixels(drawn)).max() <= 1
    finally:
        assert other.end() == 0, other.log
