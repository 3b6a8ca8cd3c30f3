"""The demo, with the model that comes with Tugline."""

import json

from PIL import Image

from tests.cli.conftest import User


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
        assert getattr(moving, "n_frames", 1) > 5
