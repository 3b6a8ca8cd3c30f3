"""Frames become files as they come; of a long drag a moving picture keeps a bounded number."""

from pathlib import Path

from PIL import Image

from tugline_daemon.cli.arguments import Pull
from tugline_daemon.cli.recording import recorder_for
from tugline_protocol.messages import DragFrame
from tugline_protocol.values import Image as WireImage
from tugline_protocol.values import Latent, PointState

BEFORE = Image.new("RGB", (16, 16), (200, 200, 200))
PULLS = (Pull((4.0, 4.0), (12.0, 12.0)),)


def frame(step: int) -> DragFrame:
    point = PointState("1", (4.0, 4.0 + step / 40), (12.0, 12.0), 8.0, "moving")
    pixels = bytes([step % 256]) * (16 * 16 * 3)
    image = WireImage(16, 16, "RGB", pixels)
    return DragFrame(step, 0, Latent(1, 1, b"\0\0\0\0"), (point,), image)


def test_a_long_drag_becomes_a_bounded_moving_picture_held_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "new" / "drag.gif"
    recorder = recorder_for(path, BEFORE, PULLS)
    for step in range(1, 171):
        recorder.add(frame(step))
    recorder.finish(BEFORE, PULLS)
    with Image.open(path) as moving:
        count = getattr(moving, "n_frames", 1)
        durations = []
        for index in range(count):
            moving.seek(index)
            durations.append(moving.info["duration"])
    assert 30 <= count <= 83
    assert moving.size == (384, 384)
    assert durations[0] == durations[-1] > durations[1]


def test_the_few_frames_of_a_short_drag_can_be_followed(tmp_path: Path) -> None:
    recorder = recorder_for(tmp_path / "drag.gif", BEFORE, PULLS)
    for step in (1, 2):
        recorder.add(frame(step))
    recorder.finish(BEFORE, PULLS)
    with Image.open(tmp_path / "drag.gif") as moving:
        moving.seek(1)
        assert moving.info["duration"] >= 400


def test_a_folder_gets_each_frame_unmarked_and_the_result(tmp_path: Path) -> None:
    recorder = recorder_for(tmp_path / "frames", BEFORE, PULLS)
    for step in (1, 3):
        recorder.add(frame(step))
    recorder.finish(BEFORE, PULLS)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == ["frame-0001.png", "frame-0003.png", "result.png"]
    with Image.open(tmp_path / "frames" / "frame-0003.png") as picture:
        assert picture.getcolors() == [(256, (3, 3, 3))]
