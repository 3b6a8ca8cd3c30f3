"""The arrows on the canvas and on the bench: a real image, a real daemon, paths as a hand has them.

GIMP has no screen here; what the Paths tool does is done to the path as that tool does it.
"""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish
from tests.service.running import Daemon

NAMES = """
from dataclasses import replace
from pathlib import Path
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.geometry import Box, Placement
from tugline_gimp import following
from tugline_gimp.desk import GimpDesk
from tugline_gimp.document import GimpDocument
from tugline_gimp.editor import GimpEditor
from tugline_gimp.glib_loop import GLibLoop
from tugline_gimp.following import PathFollower
from tugline_gimp.paths import PATH_NAME, owner, paths_of, strokes_of
from tugline_gimp.shelf import RunShelf

desk = None

def begin():
    # An image of 512 pixels with a picture of 128 twice as large in the middle of it.
    global image, document, desk, bench, follower, path
    image = new_image(512, 512)
    document, path = GimpDocument(image), None
    desk = GimpDesk(GimpEditor(document, Path("/")), document, RunShelf())
    desk.change_settings(replace(desk.settings, live=False))
    bench = desk.bench
    generate()

def follow():
    # As the dialog does that is opened for a layer.
    global follower
    follower = PathFollower(bench, document, GLibLoop())

def generate(at=128):
    desk.generate(document, lambda card: Placement.upright_at(128, 128, Box(at, at, 256, 256)), "")

def end():
    follower.close()
    desk.close()
    if image.is_valid():
        image.delete()

def line(x, y, x1, y1):
    return [float(v) for v in (x, y) * 3 + (x1, y1) * 3]

def stroke(points, closed=False):
    return path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, points, closed)

def draw(*lines, name="Unnamed"):
    # As the Paths tool begins: a new path, selected.
    global path
    path = Gimp.Path.new(image, name)
    image.insert_path(path, None, 0)
    for each in lines:
        stroke(line(*each))
    image.set_selected_paths([path])

def redraw(*lines):
    for number in path.get_strokes():
        path.remove_stroke(number)
    for each in lines:
        stroke(line(*each))

def arrows():
    return [[*a.handle, *a.target] for a in bench.gestures.arrows]

def ids():
    return [a.id for a in bench.gestures.arrows]

def strokes(of=None):
    return [[*s.first, *s.last] for s in strokes_of(of or path)]

def own():
    return paths_of(image, bench.edit.record.edit)

def names():
    return [each.get_name() for each in image.get_paths()]

def rested():
    # Whatever there is to be seen by now, the follower has seen it.
    follower.look()
    return bench.idle and not bench.holding and following.time.monotonic() - (
        follower._changed_at) > following.REST_SECONDS

rest_seconds = following.REST_SECONDS

def hand_stays(on):
    # Whether the hand is on the path still, however long that does not change.
    following.REST_SECONDS = float("inf") if on else rest_seconds
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    home = tmp_path_factory.mktemp("gimp")
    with judged_console(home, "gimp-test_following", GimpWish(plugin=False)) as console:
        daemon = Daemon(home=home, models=home / "models").start()
        try:
            console.run(NAMES)
            yield console
        finally:
            daemon.end()


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """GIMP with a generated picture on the bench, its path followed."""
    shared.run("begin()")
    shared.wait_for("bench.edit is not None")
    shared.run("follow()")
    yield shared
    shared.run("end(); hand_stays(False)")


def test_what_is_drawn_while_the_dialog_is_open_are_arrows(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    assert gimp.wait_for("arrows()") == [[5, 10, 20, 25]]
    assert gimp.value("[names(), path.get_visible()]") == [["Tugline arrows"], True]
    gimp.run("stroke(line(228, 228, 248, 238))")
    gimp.wait_for("arrows() == [[5, 10, 20, 25], [50, 50, 60, 55]]")


def test_a_handle_without_a_target_waits(gimp: GimpConsole) -> None:
    gimp.run("draw(); stroke([float(v) for v in (138, 148) * 3])")
    assert gimp.wait_for("follower.unfinished") == [[5, 10]]
    assert gimp.value("arrows()") == []
    gimp.run("redraw((138, 148, 168, 178))")
    assert gimp.wait_for("arrows()") == [[5, 10, 20, 25]]
    assert gimp.value("follower.unfinished") == []


def test_a_target_under_the_hand_is_followed_and_kept_when_it_rests(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1")
    before = gimp.value("ids()")
    gimp.run("told = []; desk.follow(lambda: told.append([arrows(), ids(), bench.holding]))")
    gimp.run("redraw((138, 148, 188, 178))")
    gimp.wait_for("arrows() == [[5, 10, 30, 25]]")
    assert [[[5, 10, 30, 25]], before, True] in gimp.value("told")
    gimp.wait_for("rested()")
    gimp.wait_for("[list(a.target) for a in bench.edit.arrows] == [[30, 25]]")
    gimp.run("redraw((140, 148, 188, 178))")
    gimp.wait_for("arrows() == [[6, 10, 30, 25]]")
    assert gimp.value("ids()") != before


def test_a_path_at_rest_is_not_written(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178), (228, 228, 248, 238)); before = path.get_strokes()")
    gimp.wait_for("len(arrows()) == 2 and rested()")
    assert gimp.value("path.get_strokes() == before")


def test_paths_from_before_are_left_alone(gimp: GimpConsole) -> None:
    gimp.run("follower.close(); draw((138, 148, 168, 178))")
    gimp.run("follow()")
    gimp.run("redraw((138, 148, 199, 178))")
    gimp.wait_for("rested()")
    assert gimp.value("[arrows(), names(), owner(path)]") == [[], ["Unnamed"], ""]


def test_a_path_from_before_with_tuglines_name_is_followed(gimp: GimpConsole) -> None:
    gimp.run("follower.close(); draw((138, 148, 168, 178), name=PATH_NAME)")
    gimp.run("follow()")
    assert gimp.wait_for("arrows()") == [[5, 10, 20, 25]]


def test_outlines_and_copies_are_the_artists(gimp: GimpConsole) -> None:
    gimp.run("draw(); stroke(line(138, 148, 168, 178) + line(150, 150, 160, 160), closed=True)")
    gimp.wait_for("rested()")
    assert gimp.value("[arrows(), names()]") == [[], ["Unnamed"]]
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1")
    gimp.run("copy = path.copy(); image.insert_path(copy, None, 0)")
    gimp.run("image.set_selected_paths([copy])")
    gimp.wait_for("rested()")
    assert gimp.value("[arrows(), len(own())]") == [[[5, 10, 20, 25]], 1]


def test_arrows_of_the_dialog_come_to_the_canvas(gimp: GimpConsole) -> None:
    gimp.run("bench.put(bench.gestures.arrows.add((5, 10), (20, 25), bench.reference())[0])")
    gimp.wait_for("len(own()) == 1")
    assert gimp.value("strokes(own()[0])") == [[138, 148, 168, 178]]
    assert gimp.value("image.get_selected_paths() == list(own())")
    gimp.run("path = own()[0]; before = ids(); stroke(line(228, 228, 248, 238))")
    gimp.wait_for("len(arrows()) == 2")
    assert gimp.value("ids()[:1] == before")
    gimp.run("desk.clear_arrows()")
    gimp.wait_for("strokes() == []")


def test_a_path_that_is_deleted_takes_its_arrows_with_it(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1")
    gimp.run("path.set_name('my own name')")
    gimp.run("redraw((138, 148, 199, 178))")
    gimp.wait_for("arrows() == [[5, 10, 35.5, 25]]")
    gimp.run("image.remove_path(path)")
    gimp.wait_for("arrows() == []")
    gimp.wait_for("rested()")
    assert gimp.value("names()") == []


def test_an_arrow_that_is_drawn_once_more_is_pulled(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run("desk.clear_arrows()")
    gimp.wait_for("strokes() == [] and rested()")
    gimp.run("desk.change_settings(replace(desk.settings, live=True))")
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("bench.pull is not None or bench.ended is not None")
    gimp.wait_for("rested()")


def test_a_locked_path_is_only_read(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run("path.set_lock_content(True)")
    gimp.run("bench.put(bench.gestures.arrows.with_target(ids()[0], (60, 60)))")
    gimp.wait_for("rested()")
    assert gimp.value("[strokes(), arrows()]") == [[[138, 148, 168, 178]], [[5, 10, 60, 60]]]
    gimp.run("path.set_lock_content(False)")
    gimp.wait_for("strokes() == [[138, 148, 248, 248]]")


def test_each_layer_has_its_own_path(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178)); first = image.get_selected_layers()")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run("one = path; generate(0)")
    gimp.wait_for("arrows() == []")
    gimp.wait_for("len(names()) == 2")
    gimp.run("path = image.get_selected_paths()[0]; stroke(line(20, 20, 40, 40))")
    gimp.wait_for("arrows() == [[10, 10, 20, 20]]")
    assert gimp.value("[path == own()[0], strokes(one)]") == [True, [[138, 148, 168, 178]]]
    gimp.run("image.set_selected_layers(first)")
    gimp.wait_for("arrows() == [[5, 10, 20, 25]]")
    gimp.wait_for("image.get_selected_paths() == [one]")
    assert gimp.value("len(names())") == 2


def test_layers_that_are_only_looked_at_leave_no_paths(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178)); first = image.get_selected_layers()")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    for at in (0, 50):
        gimp.run(f"before = bench.edit.record.edit; generate({at})")
        gimp.wait_for("bench.edit and bench.edit.record.edit != before and len(own()) == 1")
        assert gimp.value(
            "[arrows(), len(names()), image.get_selected_paths() == list(own())]"
        ) == [
            [],
            2,
            True,
        ]
    gimp.run("image.set_selected_layers(first)")
    gimp.wait_for("names() == ['Tugline arrows']")
    assert gimp.wait_for("arrows()") == [[5, 10, 20, 25]]
    gimp.run("generate(0)")
    gimp.wait_for("len(names()) == 2")
    gimp.run("follower.close()")
    assert gimp.value("names()") == ["Tugline arrows"]


def test_a_duplicate_has_the_arrows_of_its_original(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178)); first = image.get_selected_layers()")
    gimp.wait_for("len(arrows()) == 1 and rested() and len(bench.edit.arrows) == 1")
    gimp.run(
        """
        one, edit = path, bench.edit.record.edit
        twin = first[0].copy()
        image.insert_layer(twin, None, 0)
        image.set_selected_layers([twin])
        """
    )
    gimp.wait_for("bench.edit is not None and bench.edit.record.edit != edit and len(own()) == 1")
    gimp.wait_for("rested()")
    assert gimp.value("[arrows(), strokes(own()[0])]") == [
        [[5, 10, 20, 25]],
        [[138, 148, 168, 178]],
    ]
    assert gimp.value("[list(one.target) for one in bench.edit.arrows]") == [[20, 25]]
    assert gimp.value("image.get_selected_paths() == list(own())")
    gimp.run("path = own()[0]; redraw((138, 148, 188, 178))")
    gimp.wait_for("arrows() == [[5, 10, 30, 25]]")
    gimp.run("image.set_selected_layers(first)")
    gimp.wait_for("arrows() == [[5, 10, 20, 25]]")
    assert gimp.value("strokes(one)") == [[138, 148, 168, 178]]


def test_arrows_stay_where_their_path_is_gone_and_another_layers_is_selected(
    gimp: GimpConsole,
) -> None:
    gimp.run("bench.put(bench.gestures.arrows.add((5, 10), (20, 25), bench.reference())[0])")
    gimp.wait_for("len(own()) == 1 and rested()")
    gimp.run("first = image.get_selected_layers(); generate(0)")
    gimp.wait_for("arrows() == []")
    gimp.run("draw((20, 20, 40, 40))")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run(
        """
        image.remove_path(next(one for one in image.get_paths() if one not in own()))
        image.set_selected_layers(first)
        """
    )
    gimp.wait_for("arrows() == [[5, 10, 20, 25]]")
    gimp.wait_for("len(own()) == 1 and image.get_selected_paths() == list(own())")
    gimp.wait_for("rested()")
    assert gimp.value("[list(one.target) for one in bench.edit.arrows]") == [[20, 25]]
    gimp.run("bench.put(bench.gestures.arrows.with_target(ids()[0], (30, 30)))")
    gimp.wait_for("[strokes(one) for one in own()] == [[[138, 148, 188, 188]]]")


def test_a_path_of_the_artists_own_stays_selected(gimp: GimpConsole) -> None:
    gimp.run("follower.close(); draw((138, 148, 168, 178)); follow()")
    gimp.run("bench.put(bench.gestures.arrows.add((5, 10), (20, 25), bench.reference())[0])")
    gimp.wait_for("len(own()) == 1")
    assert gimp.value("image.get_selected_paths() == [path] and path not in own()")


def test_arrows_go_with_a_layer_that_is_moved(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run("image.get_selected_layers()[0].set_offsets(100, 90)")
    gimp.wait_for("strokes() == [[110, 110, 140, 140]]")
    assert gimp.value("arrows()") == [[5, 10, 20, 25]]


def test_a_path_is_read_while_a_drag_runs_and_written_once(gimp: GimpConsole) -> None:
    gimp.run("draw((256, 300, 256, 270), (200, 200, 200, 200))")
    gimp.wait_for("len(arrows()) == 2 and rested()")
    gimp.run("forms = []; known = ids(); desk.follow(lambda: forms.append(strokes()))")
    gimp.run("desk.run()")
    gimp.wait_for("bench.ended is not None and rested()")
    assert gimp.value("bench.ended.steps") > 0
    assert gimp.value("[list(f) for f in {tuple(map(tuple, each)) for each in forms}][0]")
    assert gimp.value("len({tuple(map(tuple, each)) for each in forms})") <= 2
    assert gimp.value("[ids() == known, len(own())]") == [True, 1]
    assert (
        gimp.value(
            "max(abs(a - b) for s, w in zip(strokes(own()[0]), arrows()) "
            "for a, b in zip(s, [2 * v + 128 for v in w]))"
        )
        < 0.01
    )
    assert gimp.value("strokes(own()[0]) != [[256, 300, 256, 270], [200, 200, 200, 200]]")


def test_a_drag_follows_what_is_drawn_meanwhile(gimp: GimpConsole) -> None:
    gimp.run("desk.change_settings(replace(desk.settings, live=True)); hand_stays(True)")
    gimp.run("draw((256, 300, 256, 290))")
    gimp.wait_for("bench.pull is not None")
    gimp.run("pull = bench.pull; redraw((256, 300, 256, 280), (200, 200, 205, 200))")
    gimp.wait_for("len(arrows()) == 2 and bench.holding")
    assert gimp.value("[bench.pull is pull, arrows()[0][3]]") == [True, 76]
    gimp.run("hand_stays(False)")
    gimp.wait_for("bench.ended is not None and rested()")
    assert gimp.value("[round(v) for s in strokes(own()[0]) for v in s[2:]]") == [
        256,
        280,
        205,
        200,
    ]


def test_arrows_outside_of_the_selection_stay_on_the_canvas(gimp: GimpConsole) -> None:
    gimp.run("draw((256, 300, 256, 280), (140, 140, 150, 150))")
    gimp.wait_for("len(arrows()) == 2 and rested()")
    gimp.run("known = ids()")
    gimp.run("image.select_rectangle(Gimp.ChannelOps.REPLACE, 200, 200, 120, 150)")
    gimp.wait_for("desk.state().frozen_handles == 1")
    gimp.run("desk.run()")
    gimp.wait_for("bench.ended is not None and rested()")
    gimp.wait_for("len(strokes(own()[0])) == 2")
    assert gimp.value("[ids() == known, strokes(own()[0])[1]]") == [True, [140, 140, 150, 150]]


def test_several_paths_come_together_in_one(gimp: GimpConsole) -> None:
    gimp.run("draw((256, 300, 256, 280))")
    gimp.wait_for("len(arrows()) == 1 and rested()")
    gimp.run("draw((200, 200, 205, 200))")
    gimp.wait_for("len(arrows()) == 2 and rested()")
    assert gimp.value("[len(own()), names()]") == [2, ["Tugline arrows #1", "Tugline arrows"]]
    gimp.run("desk.run()")
    gimp.wait_for("bench.ended is not None and rested()")
    assert gimp.value("[names(), len(strokes(own()[0]))]") == [["Tugline arrows"], 2]
    assert gimp.value("image.get_selected_paths() == list(own())")


def test_an_image_that_is_closed_is_followed_no_more(gimp: GimpConsole) -> None:
    gimp.run("draw((138, 148, 168, 178))")
    gimp.wait_for("len(arrows()) == 1")
    gimp.run("image.delete()")
    gimp.run("follower.look()")


def test_strokes_that_waited_come_when_others_are_cleared(gimp: GimpConsole) -> None:
    gimp.run("draw(*[(130 + n, 140, 140 + n, 150) for n in range(130)])")
    gimp.wait_for("len(arrows()) == 128 and rested()")
    gimp.run("desk.clear_arrows()")
    gimp.wait_for("len(arrows()) == 2 and rested()")
    assert gimp.value("len(strokes())") == 2
    gimp.run("desk.clear_arrows()")
    gimp.wait_for("arrows() == strokes() == [] and rested()")
