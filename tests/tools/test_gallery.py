"""The gallery: seeds that nobody picks, and a page whose commands are those that were run."""

from math import dist
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tools.critters.landmarks import Landmark, landmarks
from tools.gallery.latents import Strip
from tools.gallery.page import page
from tools.gallery.running import Shown, mask_of
from tools.gallery.scenes import EXAMPLES, LEAST_WAY, MOST_WAY, SCENES, Drag, choose, z_of
from tools.gallery.sheets import SIDE, examples, save, strip
from tugline_daemon.cli.app import app

RESOLUTION = 128


@pytest.fixture(scope="module")
def chosen() -> dict[str, tuple[Drag, ...]]:
    return choose(RESOLUTION)


def test_each_scene_has_its_seeds_and_no_seed_is_shown_for_two(
    chosen: dict[str, tuple[Drag, ...]],
) -> None:
    assert [len(drags) for drags in chosen.values()] == [EXAMPLES] * len(SCENES)
    own = [drag.seed for drags in chosen.values() for drag in drags]
    assert len(own) == len(set(own))
    assert min(own) == 1


def test_handles_are_the_landmarks_and_have_a_way_to_go(
    chosen: dict[str, tuple[Drag, ...]],
) -> None:
    for drag in (drag for drags in chosen.values() for drag in drags):
        found = landmarks(z_of(drag.seed), RESOLUTION)
        for landmark, pull in zip(drag.scene.pulled, drag.pulls, strict=True):
            assert found.visible[0, landmark]
            assert dist(pull.handle, found.points[0, landmark]) < 0.1
        way = max(dist(pull.handle, pull.target) for pull in drag.pulls) / RESOLUTION
        assert LEAST_WAY - 0.002 <= way <= MOST_WAY + 0.002


def test_heads_turn_back_and_lips_go_down(chosen: dict[str, tuple[Drag, ...]]) -> None:
    for drag in chosen["turn"]:
        (nose,) = drag.pulls
        middle = landmarks(z_of(drag.seed), RESOLUTION).points[0, Landmark.CHIN, 0]
        assert (nose.handle[0] > middle) == (nose.target[0] < nose.handle[0])
    for drag in chosen["mouth"]:
        (lip,) = drag.pulls
        assert lip.target[1] > lip.handle[1]


def test_a_selection_holds_the_way_of_what_is_pulled_in_it(
    chosen: dict[str, tuple[Drag, ...]],
) -> None:
    for drag in (*chosen["mouth"], *chosen["eyes"]):
        mask = mask_of(drag, (RESOLUTION, RESOLUTION))
        assert mask is not None
        for pull in drag.pulls:
            for x, y in (pull.handle, pull.target):
                assert mask.getpixel((int(x), int(y)))
        assert sum(np.asarray(mask).ravel()) < RESOLUTION**2 / 3
    assert mask_of(chosen["turn"][0], (RESOLUTION, RESOLUTION)) is None


def test_the_page_shows_each_picture_with_the_command_that_made_it(tmp_path: Path) -> None:
    picture = Image.new("RGB", (RESOLUTION, RESOLUTION), (9, 9, 9))
    drag = choose(RESOLUTION)["nod"][0]
    command = f"tugline drag --seed {drag.seed} --point 1,2:3,4 --out after.png"
    shown = Shown(drag, command, picture, None, picture, "stuck", 30, 3.21)
    walk = Strip("walk", "A walk", "It goes.", ("tugline mix 1 2 --rows 0-3",), ((picture,),))
    sheet = strip(examples([shown, shown]))
    assert sheet.height == SIDE
    assert sheet.width > 6 * SIDE
    save(sheet, tmp_path / "pictures", "nod")
    assert (tmp_path / "pictures" / "nod.jpg").stat().st_size < 100_000
    text = page("some-model", tmp_path / "pictures", tmp_path / "gallery.md", [[shown]], [walk])
    assert "`some-model`" in text
    assert "](pictures/nod.jpg)" in text
    assert f"```sh\n{command}\n```" in text
    assert f"Seed {drag.seed} got no nearer after 30 steps, 3.2 px left." in text
    assert "```sh\ntugline mix 1 2 --rows 0-3\n```" in text


def test_the_options_of_scenes_are_options_of_the_command() -> None:
    told = CliRunner().invoke(app, ["drag", "--help"], env={"COLUMNS": "200"}).output
    for scene in SCENES:
        assert all(option in told for option in scene.options[::2])
