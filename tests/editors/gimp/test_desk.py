"""What the desk of an image shows in dialogs: the layer's picture, frames, samples."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish
from tests.service.running import Daemon

NAMES = """
from dataclasses import replace
from pathlib import Path
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_gimp.desk import GimpDesk
from tugline_gimp.document import GimpDocument
from tugline_gimp.editor import GimpEditor
from tugline_gimp.pixels import extents, read, write
from tugline_gimp.shelf import RunShelf

desk = None

def begin():
    global image, document, desk
    if desk is not None:
        desk.close()
    image = new_image(256, 256)
    document = GimpDocument(image)
    desk = GimpDesk(GimpEditor(document, Path("/")), document, RunShelf())
    desk.change_settings(replace(desk.settings, live=False))

def generate(at=0, side=256):
    def wait():
        made = []
        while not (desk.care.connected and desk.care.models):
            yield 20
        box = Box(at, at, side, side)
        desk.generate(document, lambda card: Placement.upright_at(128, 128, box), "", made.append)
        while not made:
            yield 20
    return wait()

def pull(shown, picture, keep_rest=False):
    # To one target and on to another, each until ``picture()`` is one more to be shown.
    bench = desk.bench

    def moved():
        now = picture()
        if now is not None and now is not (shown[-1] if shown else None):
            shown.append(now)

    def wait():
        desk.change_settings(replace(desk.settings, keep_rest=keep_rest))
        arrows, arrow = Arrows().add((60.0, 50.0), (100.0, 80.0), bench.reference())
        bench.pull_to(arrows, hold=True)
        desk.follow(moved)
        desk.run()
        for target in ((100.0, 80.0), (80.0, 100.0)):
            before = len(shown)
            bench.pull_to(bench.gestures.arrows.with_target(arrow.id, target), hold=True)
            while len(shown) == before:
                yield 20
        bench.pull_to(bench.gestures.arrows, hold=False)
        while bench.ended is None or not bench.idle:
            yield 20
    return wait()
"""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    """One gimp-console and one daemon for all tests of this file."""
    folder = tmp_path_factory.mktemp("desk")
    daemon = Daemon(home=folder, models=folder / "models").start()
    try:
        with judged_console(folder, "gimp-test_desk", GimpWish(plugin=False)) as console:
            console.run(NAMES)
            yield console
            console.run("desk.close()")
    finally:
        daemon.end()


@pytest.fixture
def gimp(console: GimpConsole) -> GimpConsole:
    """The console, with a new image and the desk for it."""
    console.run("begin()")
    return console


def test_paint_on_the_layer_is_shown_and_so_is_its_undoing(gimp: GimpConsole) -> None:
    gimp.run("result = generate()")
    gimp.run("""
first, moves = desk.picture(), []
desk.follow(lambda: moves.append(desk.picture()))
layer = document.layer(desk.bench.edit.layer_id)
own = read(layer, extents(layer))
layer.fill(Gimp.FillType.WHITE)
""")
    gimp.wait_for("any(set(one.rgba) == {255} for one in moves)")
    assert gimp.value("desk.picture() is desk.picture()")
    gimp.run("write(layer, extents(layer), own)")
    gimp.wait_for("moves[-1] == first")


def test_without_an_edit_there_is_no_picture(gimp: GimpConsole) -> None:
    assert gimp.value("desk.picture()") is None


def test_the_picture_is_the_layers_own_and_the_same_object_while_nothing_changes(
    gimp: GimpConsole,
) -> None:
    gimp.run("result = generate()")
    gimp.run("picture, layer = desk.picture(), image.get_layers()[0]")
    assert gimp.value("[picture.width, picture.height]") == [256, 256]
    gimp.run("""
area = Gegl.Rectangle.new(0, 0, 256, 256)
own = bytes(layer.get_buffer().get(area, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE))
""")
    assert gimp.value("picture.rgba == own")
    assert gimp.value("desk.picture() is picture")


def test_a_large_picture_is_shown_in_as_many_pixels_as_a_frame_has(gimp: GimpConsole) -> None:
    gimp.run("result = generate(at=-500, side=2048)")
    assert gimp.value("[desk.picture().width, desk.picture().height]") == [1024, 1024]
    assert gimp.value("len(desk.picture().rgba)") == 4 * 1024 * 1024
    assert gimp.value("desk.picture().placement.box.width") == 2048


def test_frames_are_shown_while_a_pull_runs_and_then_what_it_came_to(gimp: GimpConsole) -> None:
    gimp.run("result = generate()")
    gimp.run("shown = [desk.picture()]; result = pull(shown, desk.picture)")
    assert gimp.value("len({one.rgba for one in shown})") >= 3
    assert gimp.value("all(set(one.rgba[3::4]) == {255} for one in shown)")
    assert gimp.value("desk.picture().rgba == desk._of_layer(desk.bench.edit).rgba")


def test_a_frame_that_keeps_the_rest_is_shown_over_it(gimp: GimpConsole) -> None:
    gimp.run("result = generate()")
    gimp.run("""
image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 40, 140, 140)
desk.bench.look()
before, shown = desk.picture(), []
def frame():
    pulled = desk.bench.pull is not None and desk.bench.pull.image is not None
    return desk.picture() if pulled else None
result = pull(shown, frame, keep_rest=True)
""")
    assert gimp.value("len(shown)") >= 2
    row = "slice(4 * 256 * 20, 4 * 256 * 21)"
    assert gimp.value(f"all(one.rgba[{row}] == before.rgba[{row}] for one in shown)")
    assert gimp.value("any(one.rgba != before.rgba for one in shown)")


def test_a_sample_goes_into_no_layer_and_is_as_small_as_is_wanted(gimp: GimpConsole) -> None:
    told = gimp.run("""
def wait():
    told = []
    desk.sample("", 5, 0.7, 64, done=told.append, failed=told.append)
    while not told:
        yield 20
    return [told[0].width, told[0].height, len(told[0].rgba), len(image.get_layers())]
result = wait()
""")
    assert told == [64, 64, 4 * 64 * 64, 1]


def test_of_two_samples_the_newest_is_drawn(gimp: GimpConsole) -> None:
    told = gimp.run("""
def wait():
    told = []
    for seed in (5, 6):
        desk.sample("", seed, 0.7, 64, done=lambda _, seed=seed: told.append(seed),
                    failed=told.append)
    while not told:
        yield 20
    # What was asked for before would have come before this.
    desk.sample("", 7, 0.7, 64, done=lambda _: told.append(7), failed=told.append)
    while len(told) < 2:
        yield 20
    return told
result = wait()
""")
    assert told == [6, 7]


def test_a_sample_that_the_daemon_cannot_draw_fails_in_words(gimp: GimpConsole) -> None:
    said = gimp.run("""
def wait():
    told = []
    while not desk.care.connected:
        yield 20
    desk.sample("", 5, 7.5, 64, done=told.append, failed=told.append)
    while not told:
        yield 20
    return told[0]
result = wait()
""")
    assert "truncation" in said
