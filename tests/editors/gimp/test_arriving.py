"""The layer that comes of an inversion, in the real GIMP: its frames, its end, what is undone."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

ARRIVING = """
added = []

def arrive(above=None):
    known = layer_id(other) if above is None else above
    return doc.begin_layer(PLACE, known, true_composite=False)

def finish(coming, data):
    coming.commit(data, added.append, refusals.append)

def half(rgba):
    return doc.painter.seen_through(plain(rgba), ramp())
"""
PHOTO = [255, 255, 255, 255]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_arriving") as console:
        console.run(ARRIVING)
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """A new image with a photo, its background, and no edit."""
    shared.run("begin(); image.remove_layer(edit()); added.clear()")
    yield shared
    shared.run("if image.is_valid(): image.delete()")


def test_frames_are_seen_above_the_photo_and_the_photo_around_them(gimp: GimpConsole) -> None:
    gimp.run("coming = arrive()")
    assert gimp.value("[names(), pixel(image, 200, 180)]") == [
        ["Tugline (inverting)", "Background"],
        PHOTO,
    ]
    assert gimp.value("coming.show(frame((9, 8, 7, 255)))")
    assert gimp.value("[pixel(image, 200, 180), pixel(image, 99, 180)]") == [[9, 8, 7, 255], PHOTO]
    assert gimp.value("coming.show(Frame(256, 192, 'RGBA', half((9, 8, 7, 255))))")
    assert gimp.value("pixel(image, 101, 180)") == PHOTO, "a frame is seen through as its alpha is"


def test_the_picture_comes_as_one_layer(gimp: GimpConsole) -> None:
    gimp.run("""
coming = arrive()
coming.show(frame((9, 8, 7, 255)))
finish(coming, half((50, 99, 200, 255)))
""")
    assert gimp.value("[names(), said()]") == [["Tugline", "Background"], []]
    assert gimp.value("added == [identity()]")
    assert gimp.value("[pixel(image, 228, 180), pixel(image, 101, 180)]") == [
        [50, 99, 200, 255],
        PHOTO,
    ]
    assert gimp.value("shown() == half((50, 99, 200, 255))")


def test_taken_back_nothing_is_left(gimp: GimpConsole) -> None:
    gimp.run("""
chosen = image.get_selected_layers()
coming = arrive()
coming.show(frame((9, 8, 7, 255)))
coming.discard()
coming.discard()
""")
    assert gimp.value("[names(), coming.gone]") == [["Background"], True]
    assert gimp.value("image.get_selected_layers() == chosen")
    assert gimp.value("coming.show(frame((1, 2, 3, 255)))") is False


@pytest.mark.parametrize("deed", ["image.remove_layer(image.get_layers()[0])", "image.delete()"])
def test_a_layer_or_an_image_that_goes_meanwhile_is_noticed(gimp: GimpConsole, deed: str) -> None:
    gimp.run(f"coming = arrive(); coming.show(frame((9, 8, 7, 255))); {deed}")
    assert gimp.value("coming.gone")
    assert gimp.value("coming.show(frame((1, 2, 3, 255)))") is False
    gimp.run("coming.discard()")


def test_above_a_photo_that_is_gone_the_picture_comes_on_top(gimp: GimpConsole) -> None:
    gimp.run("coming = arrive(); image.remove_layer(other); finish(coming, plain((5, 6, 7, 255)))")
    assert gimp.value("[names(), said()]") == [["Tugline"], []]


def test_what_is_painted_on_the_moving_picture_is_kept(gimp: GimpConsole) -> None:
    gimp.run("""
coming = arrive()
coming.show(frame((9, 8, 7, 255)))
moving = image.get_layers()[0]
image.set_selected_layers([moving])
coming.show(frame((9, 8, 7, 255)))
pixels.write(moving, Box(150, 130, 20, 20), plain((0, 250, 0, 255), Box(0, 0, 20, 20)))
""")
    assert gimp.value("coming.show(frame((1, 2, 3, 255)))")
    gimp.run("finish(coming, plain((50, 99, 200, 255)))")
    assert sorted(gimp.value("names()")) == ["Background", "Painted during an inversion", "Tugline"]
    gimp.run("painted = next(one for one in everything() if one.get_name().startswith('Painted'))")
    assert gimp.value("at(155, 135, painted)") == [0, 250, 0, 255]
    assert gimp.value("painted.get_parasite_list()") == []


def test_what_cannot_be_is_said_before_anything_is_done(gimp: GimpConsole) -> None:
    gimp.run("""
group = Gimp.GroupLayer.new(image, "group")
image.insert_layer(group, None, 0)
image.reorder_item(other, group, 0)
group.set_lock_content(True)
""")
    assert gimp.value("fault(arrive)") == "The group “group” is locked; unlock it to add a picture."
    assert gimp.value("names()") == ["group", "Background"]


def test_what_is_left_of_one_that_nobody_ended_is_taken_away(gimp: GimpConsole) -> None:
    """It is saved in the midst of an inversion, and opened again."""
    gimp.run("""
import os, tempfile
coming = arrive()
coming.show(frame((9, 8, 7, 255)))
path = os.path.join(tempfile.mkdtemp(dir=os.environ["HOME"]), "midst.xcf")
file = Gio.File.new_for_path(path)
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
left = [layer.get_name() for layer in again.get_layers()]
mended = GimpDocument(again).mend(), GimpDocument(again).mend()
kept = [layer.get_name() for layer in again.get_layers()]
again.delete()
""")
    assert gimp.value("left") == ["Tugline (inverting)", "Background"]
    assert gimp.value("[list(mended), kept]") == [[True, False], ["Background"]]
    assert gimp.value("not coming.gone"), "one that this process shows is none of these"
    gimp.run("coming.discard()")


def test_a_pull_that_replaces_shows_the_photo_where_it_is_transparent(gimp: GimpConsole) -> None:
    gimp.run("""
make(plain((10, 20, 30, 255)))
preview = doc.begin_pull(identity(), PLACE, true_composite=False, replaces=True)
preview.show(Frame(256, 192, "RGBA", half((9, 8, 7, 255))))
""")
    assert gimp.value("[pixel(image, 228, 180), pixel(image, 101, 180)]") == [[9, 8, 7, 255], PHOTO]
    gimp.run("commit(preview, half((50, 99, 200, 255)))")
    assert gimp.value("[pixel(image, 228, 180), pixel(image, 101, 180)]") == [
        [50, 99, 200, 255],
        PHOTO,
    ]
    gimp.run("""
doc.write(identity(), PLACE, plain((1, 2, 3, 255)), NOTHING, written, refusals.append)
doc.write(identity(), PLACE, plain((1, 2, 3, 0)), NOTHING, written, refusals.append, replaces=True)
""")
    assert gimp.value("pixel(image, 228, 180)") == PHOTO


def test_a_layer_is_switched_off_and_on(gimp: GimpConsole) -> None:
    gimp.run("make(); doc.show(identity(), on=False)")
    assert gimp.value("[doc.is_shown(identity()), pixel(image, 200, 180)]") == [False, PHOTO]
    gimp.run("doc.show(identity(), on=True)")
    assert gimp.value("[doc.is_shown(identity()), pixel(image, 200, 180)]") == [
        True,
        [10, 20, 30, 255],
    ]


def test_the_selections_box_is_known(gimp: GimpConsole) -> None:
    assert gimp.value("doc.selected() is None")
    gimp.run("image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 30, 40, 50)")
    assert gimp.value("doc.selected() == Box(20, 30, 40, 50)")


@pytest.mark.parametrize("convert", ["image.convert_grayscale()", "indexed()"])
def test_in_an_image_of_another_mode_it_works_alike(gimp: GimpConsole, convert: str) -> None:
    gimp.run(f"""
def indexed():
    dither, palette = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.WEB
    image.convert_indexed(dither, palette, 0, False, False, "")

{convert}
coming = arrive()
coming.show(frame((9, 8, 7, 255)))
finish(coming, plain((51, 102, 204, 255)))
written(identity())
known = record()
""")
    assert gimp.value("[names(), said()]") == [["Tugline", "Background"], []]
    assert gimp.value("doc.examine(identity(), known).change is Change.SAME")
    gimp.run("drag(plain((204, 51, 102, 255)))")
    expected = {"indexed()": [204, 51, 102, 255]}.get(convert)
    seen = gimp.value("at(200, 180)")
    assert seen == expected if expected else seen[0] == seen[1] == seen[2] != 255
