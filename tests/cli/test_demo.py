"""The demo, with the model that comes with Tugline."""

import json
import signal

from PIL import Image

from tests.cli.conftest import User
from tests.service.running import PATIENCE, wait_for


def test_the_demo_leaves_pictures_and_a_report_and_every_point_arrives(newcomer: User) -> None:
    done = newcomer.run("demo", "--out", "demo")
    assert done.returncode == 0, done.stderr
    assert "px left" in done.stderr
    assert newcomer.daemon() is None
    folder = newcomer.home / "demo"
    report = json.loads((folder / "report.json").read_text())
    assert report["ended"] == "arrived"
    assert len(report["points"]) >= 2
    for point in report["points"]:
        assert point["distance_after"] <= max(1, 2 * report["resolution"] / 512)
        assert point["distance_before"] > 5
    for name in ("before.png", "after.png"):
        with Image.open(folder / name) as picture:
            assert picture.width == report["resolution"]
    assert (folder / "before.png").read_bytes() != (folder / "after.png").read_bytes()
    with Image.open(folder / "arrows.png") as arrows, Image.open(folder / "drag.gif") as moving:
        assert arrows.width >= 512
        assert getattr(moving, "n_frames", 1) >= 3


def test_a_demo_that_ctrl_c_stops_says_so_by_its_exit_code(newcomer: User) -> None:
    with newcomer.start("demo", "--out", "demo") as process:
        wait_for((newcomer.home / "demo" / "arrows.png").exists, "the drag that is about to begin")
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, messages
    assert newcomer.daemon() is None
