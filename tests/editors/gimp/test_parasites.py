"""What an edit keeps with its layer: through saving, duplicating and other images."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_parasites") as console:
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """A new image with an edit's layer, the selected one, and its store."""
    shared.run("begin(); store = doc.store(identity())")
    yield shared
    shared.run("if image.is_valid(): image.delete()")


def test_bytes_come_back_as_they_were_kept(gimp: GimpConsole) -> None:
    gimp.run(
        "data = {'tugline/blob/' + str(n): random.Random(n).randbytes(n) for n in"
        " (1, 255, 36864, 1 << 20)}"
    )
    gimp.run("[store.write(key, 'said to people', kept) for key, kept in data.items()]")
    assert gimp.value("[store.read(key) == kept for key, kept in data.items()]") == [True] * 4
    gimp.run("store.write('tugline/blob/1', '', b'other'); again = doc.store(identity())")
    assert gimp.value("again.read('tugline/blob/1') == b'other'")
    assert gimp.value("store.read('tugline/blob/none') == b''")


def test_an_edit_is_in_the_file_and_its_layer_is_known_again(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        import os
        file = Gio.File.new_for_path(os.path.join(os.environ["HOME"], "kept.xcf"))
        data = random.Random(1).randbytes(36864)
        store.write("tugline/blob/x", "", data)
        before, known = record(), identity()
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
        image.delete()
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
        doc = GimpDocument(image)
        result = [identity() == known, record() == before,
                  doc.store(known).read("tugline/blob/x") == data,
                  doc.examine(known, before).change is Change.SAME]
        """
    )
    assert found == [True] * 4


def test_a_layer_that_is_gone_keeps_nothing_and_says_so(gimp: GimpConsole) -> None:
    gimp.run("known = identity(); image.remove_layer(edit())")
    assert gimp.value("store.read('tugline/edit/theedit') == b''")
    assert "layer is gone" in gimp.value("fault(lambda: store.write('tugline/edit/e', '', b'x'))")
    assert "layer is gone" in gimp.value("fault(lambda: doc.store(known))")


def test_a_pull_takes_along_what_the_edit_keeps_but_for_the_old_record(gimp: GimpConsole) -> None:
    gimp.run("store.write('tugline/blob/x', '', b'latent'); once(plain((1, 2, 3, 255)))")
    assert gimp.value("doc.store(identity()).read('tugline/blob/x') == b'latent'")
    assert gimp.value("sorted(edit().get_parasite_list())") == [
        "tugline/blob/x",
        "tugline/edit/theedit",
        f"tugline/layer/{gimp.value('identity()')}",
    ]


def test_a_duplicate_is_known_by_the_record_that_it_was_copied_with(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        once(noise(1))
        twin = edit().copy()
        image.insert_layer(twin, None, 0)
        twin.set_offsets(7, 400)
        other_id = layer_id(twin)
        there = doc.original(other_id)
        result = [record(twin) is None, there == replace(record(), placement=PLACE.moved(-93, 310)),
                  doc.original(layer_id(other)) is None]
        """
    )
    assert found == [True, True, True]


def test_a_duplicate_of_a_duplicate_is_known_by_the_latest_record(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        twin = edit().copy()
        image.insert_layer(twin, None, 0)
        mine = replace(doc.original(layer_id(twin)), edit="another")
        EditStore(doc.store(layer_id(twin))).keep_layer(layer_id(twin), mine)
        third = twin.copy()
        image.insert_layer(third, None, 0)
        result = [record(twin) == mine, doc.original(layer_id(third)) == mine,
                  record().edit, len([n for n in twin.get_parasite_list() if "layer" in n])]
        """
    )
    assert found == [True, True, "theedit", 1]


def test_a_layer_in_another_image_brings_its_edit_along(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        away = new_image(600, 600)
        away.insert_layer(Gimp.Layer.new(away, "x", 9, 9, Gimp.ImageType.RGBA_IMAGE, 100,
                                         Gimp.LayerMode.NORMAL), None, 0)
        moved = Gimp.Layer.new_from_drawable(edit(), away)
        away.insert_layer(moved, None, 0)
        there = GimpDocument(away)
        result = [there.original(layer_id(moved)) == record(), there.root != doc.root]
        away.delete()
        """
    )
    assert found == [True, True]


def test_a_record_that_cannot_be_read_is_no_original(gimp: GimpConsole) -> None:
    gimp.run("twin = edit().copy(); image.insert_layer(twin, None, 0)")
    gimp.run("name = next(n for n in twin.get_parasite_list() if 'layer' in n)")
    gimp.run("doc.store(layer_id(twin)).write('tugline/edit/theedit', '', b'x')")
    gimp.run("from tugline_gimp.parasites import attach; attach(twin, name, b'{')")
    assert gimp.value("doc.original(layer_id(twin)) is None")
