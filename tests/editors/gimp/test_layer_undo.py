"""Ctrl+Z and Ctrl+Y of a real GIMP after pulls, and in their midst: picture, records, path."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.layering import SCENE
from tests.editors.gimp.session import GimpSession

UNDONE = """
from tugline_gimp import paths

def begin_shown():
    \"\"\"Have an edit's layer over the background of the image that is shown.\"\"\"
    global doc, other
    doc, other = GimpDocument(image), image.get_layers()[0]
    refusals.clear()
    make()

def arrows(x):
    return Arrows((Arrow("one", (float(x), 5.0), (50.0, 60.0), (float(x), 5.0), "r"),))

def state():
    \"\"\"What one Ctrl+Z brings back together.\"\"\"
    layer = edit()
    drawn = [list(one.points) for path in image.get_paths() for one in paths.strokes_of(path)]
    kept = doc.store(identity()).read("tugline/edit/theedit").decode()
    return [identity(), layer.get_visible(), at(200, 200), record().state, kept, drawn,
            sorted(layer_id(one) for one in image.get_selected_layers())]

def stroke(y):
    \"\"\"A step of the artist's, on another layer.\"\"\"
    Gimp.context_set_foreground(Gegl.Color.new("red"))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, y, 20, 10)
    other.edit_fill(Gimp.FillType.FOREGROUND)
    Gimp.Selection.none(image)

def painted():
    return [at(5, y + 5, other)[:3] == [255, 0, 0] for y in (0, 20, 40)]
"""


@pytest.fixture(scope="module")
def shared(bare_gimp: GimpSession) -> GimpSession:
    bare_gimp.run(SCENE)
    bare_gimp.run(UNDONE)
    return bare_gimp


@pytest.fixture
def gimp(shared: GimpSession) -> Iterator[GimpSession]:
    """An image of 512 pixels a side on the screen, with an edit's layer, the selected one."""
    shared.new_image(512, 512)
    shared.run("begin_shown()")
    yield shared
    shared.run("image.clean_all(); display.delete()")


def undo(gimp: GimpSession, to: list[Any]) -> None:
    gimp.undo(f"'Tugline' in names() and state() == {to!r}")


def redo(gimp: GimpSession, to: list[Any]) -> None:
    gimp.redo(f"'Tugline' in names() and state() == {to!r}")


def test_one_undo_brings_back_all_that_was_before_each_of_three_pulls(gimp: GimpSession) -> None:
    states = [gimp.value("state()")]
    for number in range(3):
        gimp.run(
            f"drag(plain((0, 0, 0, 255)), plain(({number}, 9, 8, 255)), arrows=arrows({number}))"
        )
        states.append(gimp.value("state()"))
    assert [one[2] for one in states[1:]] == [[number, 9, 8, 255] for number in range(3)]
    assert [len(one[5]) for one in states] == [0, 1, 1, 1]
    for each in (0, 3, 4):
        assert len({one[each] for one in states}) == 4
    assert len({str(one[5]) for one in states}) == 4
    for before in reversed(states[:-1]):
        undo(gimp, before)
    for after in states[1:]:
        redo(gimp, after)
    assert gimp.value("names()") == ["Tugline", "Background"]
    assert gimp.value("pixel(image, 200, 200)") == [2, 9, 8, 255]


@pytest.mark.parametrize("chosen", ["other", "other, edit()", "edit()"])
def test_undo_and_redo_leave_the_artists_layers_selected(gimp: GimpSession, chosen: str) -> None:
    gimp.run(f"image.set_selected_layers([{chosen}])")
    first = gimp.value("state()")
    gimp.run("drag(plain((1, 2, 3, 255)))")
    last = gimp.value("state()")
    assert len(last[6]) == len(first[6])
    assert ("2" in last[6]) == ("2" in first[6]) == ("other" in chosen)
    undo(gimp, first)
    redo(gimp, last)


def test_undoing_the_picture_itself_and_redoing_all_of_it(gimp: GimpSession) -> None:
    first = gimp.value("state()")
    gimp.run("once(plain((1, 2, 3, 255)))")
    last = gimp.value("state()")
    undo(gimp, first)
    gimp.undo("names() == ['Background']")
    redo(gimp, first)
    redo(gimp, last)


@pytest.mark.parametrize("precision", ["FLOAT_LINEAR", "U16_PERCEPTUAL"])
def test_a_deep_image_is_undone_to_the_bit(gimp: GimpSession, precision: str) -> None:
    gimp.run(
        f"""
        image.convert_precision(Gimp.Precision.{precision})
        once(noise(1))

        def own():
            whole = Gegl.Rectangle.new(0, 0, BOX.width, BOX.height)
            return hash(bytes(edit().get_buffer().get(whole, 1.0, None, Gegl.AbyssPolicy.NONE)))
        """
    )
    before = gimp.value("[*state(), own()]")
    gimp.run("drag(doc.painter.seen_through(noise(2), ramp()))")
    after = gimp.value("[*state(), own()]")
    assert before[-1] != after[-1]
    undo(gimp, before[:-1])
    assert gimp.value("own()") == before[-1]
    redo(gimp, after[:-1])
    assert gimp.value("own()") == after[-1]


def test_a_layer_in_a_group_with_a_mask_is_undone_with_both(gimp: GimpSession) -> None:
    gimp.run(
        """
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        under = make()
        under.set_name("under")
        image.reorder_item(edit(), group, 0)
        mask = edit().create_mask(Gimp.AddMaskType.BLACK)
        edit().add_mask(mask)
        edit().set_opacity(30)

        def place():
            layer = edit()
            return [layer.get_parent().get_name(), image.get_item_position(layer), names(),
                    layer.get_mask() is not None, layer.get_opacity()]
        """
    )
    before, place = gimp.value("[state(), place()]")
    gimp.run("drag(plain((1, 2, 3, 255)))")
    after = gimp.value("state()")
    assert gimp.value("place()") == place
    undo(gimp, before)
    assert gimp.value("place()") == place
    redo(gimp, after)
    assert gimp.value("place()") == place


def test_what_the_artist_paints_meanwhile_is_undone_in_its_order(gimp: GimpSession) -> None:
    first = gimp.value("state()")
    gimp.run("stroke(0); preview = start(); preview.show(frame((1, 1, 1, 255))); stroke(20)")
    gimp.run("preview.show(frame((2, 2, 2, 255))); stroke(40)")
    gimp.run("preview.show(frame((3, 3, 3, 255))); commit(preview, plain((4, 4, 4, 255)))")
    last = gimp.value("state()")
    assert gimp.value("painted()") == [True, True, True]
    undo(gimp, first)
    assert gimp.value("painted()") == [True, True, True]
    for left in ([True, True, False], [True, False, False], [False, False, False]):
        # The selection of what is filled is a step before, and none after it.
        for _ in range(3):
            gimp.focus()
            gimp.key("ctrl+z")
        gimp.wait_for(f"painted() == {left} and Gimp.Selection.is_empty(image)")
    for _ in range(9):
        gimp.focus()
        gimp.key("ctrl+y")
    gimp.wait_for("painted() == [True, True, True] and Gimp.Selection.is_empty(image)")
    assert gimp.value("state()") == first
    redo(gimp, last)


def test_a_stroke_of_the_brush_between_frames_is_undone_after_the_pull(gimp: GimpSession) -> None:
    gimp.run("image.set_selected_layers([other]); preview = start()")
    gimp.run("preview.show(frame((1, 1, 1, 255))); clean = at(40, 40, other); image.clean_all()")
    gimp.focus()
    gimp.key("p")
    gimp.mouse.drag(gimp.on_screen(20, 40), gimp.on_screen(60, 40))
    # Its step is there when the brush is lifted, later than its first colour.
    gimp.wait_for("at(40, 40, other) != clean and image.is_dirty()")
    assert gimp.value("preview.show(frame((2, 2, 2, 255)))")
    gimp.run("commit(preview, plain((4, 4, 4, 255)))")
    gimp.undo("at(200, 200) == [10, 20, 30, 255]")
    assert gimp.value("at(40, 40, other) != clean")
    gimp.undo("at(40, 40, other) == clean")
    gimp.redo("at(40, 40, other) != clean")
    gimp.redo("at(200, 200) == [4, 4, 4, 255]")
    assert gimp.value("[names(), doc.chosen()]") == [["Tugline", "Background"], "2"]


def test_an_undo_of_something_else_does_not_end_the_pull(gimp: GimpSession) -> None:
    gimp.run("stroke(0); preview = start(); preview.show(frame((1, 1, 1, 255)))")
    gimp.focus()
    for _ in range(3):
        gimp.key("ctrl+z")
    gimp.wait_for("painted()[0] is False and Gimp.Selection.is_empty(image)")
    assert gimp.value("preview.show(frame((2, 2, 2, 255)))")
    gimp.run("commit(preview, plain((4, 4, 4, 255)))")
    assert gimp.value("[at(200, 200), names()]") == [[4, 4, 4, 255], ["Tugline", "Background"]]


def test_an_undo_that_takes_the_layer_away_ends_the_pull(gimp: GimpSession) -> None:
    first = gimp.value("state()")
    gimp.run("once(plain((1, 2, 3, 255)))")
    last = gimp.value("state()")
    gimp.run("preview = start(); preview.show(frame((1, 1, 1, 255))); gone = identity()")
    gimp.undo("not doc.has(gone)")
    assert gimp.value("preview.show(frame((2, 2, 2, 255)))") is False
    assert gimp.value("names()") == ["Tugline", "Background"]
    assert gimp.value("state()") == first
    redo(gimp, last)
    assert gimp.value("edit().get_visible()")
    undo(gimp, first)


def test_a_layer_that_nothing_brings_back_is_left_alone(gimp: GimpSession) -> None:
    gimp.run("once(plain((1, 2, 3, 255))); preview = start(); gone = identity()")
    gimp.undo("not doc.has(gone)")
    gimp.run("stroke(0)")  # what was undone is gone for good
    assert gimp.value("preview.show(frame((2, 2, 2, 255)))") is False
    assert gimp.value("names()") == ["Tugline", "Background"]


def test_a_pull_that_is_taken_back_is_no_step(gimp: GimpSession) -> None:
    first = gimp.value("state()")
    gimp.run("once(plain((1, 2, 3, 255))); preview = start()")
    gimp.run("preview.show(frame((1, 1, 1, 255))); preview.discard()")
    undo(gimp, first)


def test_what_is_kept_between_pulls_is_no_step_and_stays_through_undo(gimp: GimpSession) -> None:
    first = gimp.value("state()")
    gimp.run("once(plain((1, 2, 3, 255)))")
    gimp.run("doc.store(identity()).write('tugline/edit/theedit', '', b'since')")
    last = gimp.value("state()")
    assert last[4] == "since"
    undo(gimp, first)
    redo(gimp, last)
