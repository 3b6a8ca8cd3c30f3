"""Whole drags in the real GIMP: real mouse and keys, a real daemon, everything together."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import Artist, at_work
from tests.editors.wire import EditorError
from tests.service.running import Daemon

# The tip of the nose of the picture, and places that it can be pulled to.
NOSE = (250.0, 270.0)
NEAR = (274.0, 274.0)
FAR = (400.0, 400.0)
ELSEWHERE = (400.0, 200.0)


@pytest.fixture
def artist(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture and the dialog open."""
    with at_work(*both) as someone:
        yield someone


def test_an_arrow_drawn_on_the_canvas_is_pulled_at_once(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    assert artist.plugin.value("bench.ended.reason") == "arrived"
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert artist.gimp.value("pixels(top(image)) != before")
    (handle_x, handle_y, x, y), *others = artist.gimp.value("strokes(image)")
    assert not others
    assert (x, y) == pytest.approx(NEAR, abs=1)
    assert (handle_x, handle_y) == pytest.approx(NEAR, abs=8), "it starts where the handle is"


def test_one_undo_brings_back_picture_latent_and_arrows_and_redo_them_all(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    after = artist.plugin.value("[bench.edit.layer_id, bench.edit.record.state, arrows()]")
    artist.gimp.run("after = pixels(top(image))")
    artist.undo("top(image).get_tattoo() == layer.get_tattoo()")
    assert artist.gimp.value("pixels(top(image)) == before")
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id != {after[0]!r}")
    assert artist.plugin.value("bench.edit.record.state") != after[1]
    ((x, y, to_x, to_y),) = artist.gimp.value("strokes(image)")
    assert (x, y, to_x, to_y) == pytest.approx((*NOSE, *NEAR), abs=1)
    artist.plugin.wait_until(
        lambda: artist.plugin.value("arrows()") == [pytest.approx([x, y, to_x, to_y], abs=0.1)],
        "the arrows from before the drag",
    )
    artist.redo("top(image).get_tattoo() != layer.get_tattoo()")
    assert artist.gimp.value("pixels(top(image)) == after")
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id == {after[0]!r}")
    assert artist.plugin.value("bench.edit.record.state") == after[1]


def test_frames_stream_while_the_artist_pulls_the_arrow_on(artist: Artist) -> None:
    artist.plugin.run("""
seen, handles = set(), set()
def moved():
    picture = desk.picture()
    if bench.pull is not None and picture is not None:
        seen.add(hash(picture.rgba))
        handles.update(tuple(one[:2]) for one in arrows())
desk.follow(moved)
""")
    artist.pull_and_hold(NOSE, FAR)
    assert "Tugline (pulling)" in artist.gimp.value("names(image)")
    artist.plugin.run("pull = bench.pull")
    artist.pull_anchor(FAR, ELSEWHERE)
    artist.plugin.wait_for("bench.pull is pull and arrows()[0][3] < 250")
    artist.go_on()
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    assert artist.plugin.value("len(seen)") >= 3, "the preview moved"
    assert artist.plugin.value("len(handles)") >= 3, "so did the handle in it"
    (stroke,) = artist.gimp.value("strokes(image)")
    assert stroke[2:] == pytest.approx(ELSEWHERE, abs=2)


def test_the_path_is_the_artists_while_a_drag_runs_and_is_written_once(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    assert artist.gimp.value("strokes(image)") == [pytest.approx((*NOSE, *FAR), abs=1)]
    artist.stop()
    (stroke,) = artist.gimp.value("strokes(image)")
    assert stroke[:2] != pytest.approx(NOSE, abs=1)


def test_stop_keeps_what_is_seen(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.stop()
    assert artist.plugin.value("bench.ended.reason") == "stopped"
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert artist.gimp.value("pixels(top(image)) != before")


def test_take_back_brings_back_the_picture_without_a_step_of_undo(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.click("find('Take back', Gtk.Button)")
    artist.wait_idle()
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert artist.gimp.value("top(image) == layer and layer.get_visible()")
    assert artist.gimp.value("pixels(layer) == before")


def test_closing_the_dialog_in_mid_drag_keeps_what_is_seen(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.plugin.click("find('Close', Gtk.Button)")
    artist.plugin.wait_for("desk.state().busy.value == 'stopping'")
    artist.go_on()
    artist.plugin.wait_for_end()
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert artist.gimp.value("pixels(top(image)) != before")


@pytest.mark.parametrize(
    ("gone", "left"), [("Tugline", []), ("Tugline (pulling)", ["Tugline"])], ids=str
)
def test_a_layer_deleted_in_mid_drag_ends_it_in_words(
    artist: Artist, gone: str, left: list[str]
) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.gimp.run(f"image.remove_layer(image.get_layers()[names(image).index({gone!r})])")
    artist.go_on()
    artist.plugin.wait_for("bench.pull is None")
    assert artist.gimp.value("names(image)") == [*left, "Background"]
    assert artist.gimp.value("[one.get_visible() for one in image.get_layers()]") == [
        True for _ in (*left, "Background")
    ]
    artist.plugin.wait_for("any('was removed' in one for one in said)")


def test_paint_elsewhere_in_mid_drag_is_undone_in_its_order(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.gimp.run("""
background = image.get_layers()[-1]
clean = pixels(background)
image.select_rectangle(Gimp.ChannelOps.REPLACE, 5, 5, 20, 20)
background.edit_fill(Gimp.FillType.FOREGROUND)
Gimp.Selection.none(image)
""")
    artist.stop()
    artist.undo("top(image).get_tattoo() == layer.get_tattoo()")
    assert artist.gimp.value("pixels(image.get_layers()[-1]) != clean")
    for _ in range(2):
        artist.gimp.key("ctrl+z")
    artist.gimp.wait_for("pixels(image.get_layers()[-1]) == clean")


def test_one_image_has_one_dialog(artist: Artist) -> None:
    artist.gimp.choose("plug-in-tugline-drag")
    artist.dismiss_message()
    assert artist.plugin.running


def test_a_script_may_not_drag_where_a_dialog_does(artist: Artist) -> None:
    points = "points=[250.0, 270.0, 274.0, 274.0]"
    with pytest.raises(EditorError, match="Tugline already works in this image"):
        artist.gimp.run(f"drag(layer, {points})")
    artist.dismiss_message()
    artist.gimp.printed.take()
    artist.close_dialog()
    assert artist.gimp.value(f"drag(layer, {points})[2]") == "arrived"


def test_two_images_are_pulled_at_once(artist: Artist) -> None:
    first = artist.plugin
    artist.gimp.run("one = image")
    artist.begin_another(seed=9)
    artist.open_dialog()
    artist.pull_and_hold(NOSE, FAR)
    first.run("""
from tugline_edit.arrows import Arrows
bench.put(Arrows().add((62.5, 67.5), (100.0, 100.0), bench.reference())[0])
desk.run()
""")
    first.wait_for("bench.pull is not None")
    artist.go_on()
    for plugin in (first, artist.plugin):
        plugin.wait_for("bench.idle and bench.ended is not None")
        assert plugin.value("bench.ended.reason") == "arrived"
    assert artist.gimp.value("[names(one), names(image)]") == [["Tugline", "Background"]] * 2
    assert artist.gimp.value("pixels(top(one)) != pixels(top(image))")


def test_a_daemon_killed_in_mid_drag_comes_back_and_the_drag_goes_on(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    steps = artist.plugin.value("bench.pull.steps")
    artist.plugin.run("""
lost = []
def note(state):
    if not state.connected:
        lost.append([one.get_name() for one in desk.document.image.get_layers()])
desk.watch(note)
""")
    worker = artist.daemon.worker_pid()
    artist.daemon.end(signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    artist.plugin.wait_for("lost")
    assert "Tugline (pulling)" in artist.plugin.value("lost[0]")
    artist.plugin.wait_for("bench.ended is not None", timeout=180)
    artist.wait_idle()
    assert artist.plugin.value("bench.ended.reason") == "arrived"
    assert artist.plugin.value("bench.ended.steps") > steps
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]


def test_the_generate_dialog_makes_the_layer_and_its_choice_can_be_repeated(
    artist: Artist,
) -> None:
    artist.close_dialog()
    generate = artist.choose_generate()
    generate.run("every(Gtk.SpinButton)[0].set_value(11)")
    generate.click("find('OK', Gtk.Button)")
    generate.wait_for_end()
    assert artist.gimp.value("names(image)") == ["Tugline #1", "Tugline", "Background"]
    artist.gimp.run("chosen = pixels(top(image))")
    artist.gimp.run("generate(image, mode=Gimp.RunMode.WITH_LAST_VALS)")
    assert artist.gimp.value("len(image.get_layers())") == 4
    assert artist.gimp.value("pixels(top(image)) == chosen")


def test_before_a_large_picture_is_written_the_dialog_says_so(artist: Artist) -> None:
    artist.gimp.run("""
large = generate(image, seed=4, place="size", width=2048)
image.set_selected_layers([large])
tattoo = str(large.get_tattoo())
""")
    large = artist.gimp.value("tattoo")
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id == {large!r}")
    artist.plugin.run("""
painted = []
def note(clock):
    painted.append([bench.edit.layer_id, "Writing into the layer" in texts()])
find("Close", Gtk.Button).get_frame_clock().connect("after-paint", note)
""")
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    assert artist.plugin.value(f"[{large!r}, True] in painted"), "while the old layer is there"


def test_repeat_pulls_as_the_dialog_did(artist: Artist) -> None:
    artist.plugin.run("settings(keep_rest=True, step_limit=2, live=False)")
    artist.close_dialog()
    artist.gimp.run("""
arrow(image, "Tugline arrows", (250, 270, 400, 400))
image.select_rectangle(Gimp.ChannelOps.REPLACE, 200, 200, 250, 250)
told = drag(layer, mode=Gimp.RunMode.WITH_LAST_VALS)
after = pixels(top(image))
above = 4 * 512 * 200
""")
    assert artist.gimp.value("told[2:]") == ["step_limit", 2]
    assert artist.gimp.value("after[:above] == before[:above] and after != before")


def test_cancelling_the_generate_dialog_makes_nothing(artist: Artist) -> None:
    artist.close_dialog()
    generate = artist.choose_generate()
    generate.click("find('Cancel', Gtk.Button)")
    generate.wait_for_end()
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert not artist.is_told_something()
