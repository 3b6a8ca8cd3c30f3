"""The edit's layer in the real GIMP: pulls, what the artist set on it, what they do meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console
from tests.editors.gimp.version import GimpVersion


@pytest.fixture(scope="module", params=list(GimpVersion))
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GimpConsole]:
    folder = tmp_path_factory.mktemp("gimp")
    with layering_console(folder, "test_layers", request.param) as console:
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """A new image of 512 pixels a side with an edit's layer, the selected one."""
    shared.run("begin()")
    yield shared
    shared.run("if image.is_valid(): image.delete()")


def test_a_picture_becomes_a_layer_of_its_own(gimp: GimpConsole) -> None:
    assert gimp.value("names()") == ["Tugline", "Background"]
    assert gimp.value("doc.chosen() == identity()")
    assert gimp.value("doc.bounds(identity()) == BOX")
    assert gimp.value("pixel(image, 200, 200)") == [10, 20, 30, 255]
    assert gimp.value("pixel(image, 99, 200)") == [255, 255, 255, 255]


def test_frames_are_seen_and_the_last_picture_stays(gimp: GimpConsole) -> None:
    gimp.run("preview = start()")
    assert gimp.value("[preview.show(frame((9, 8, n, 255))) for n in range(3)]") == [True] * 3
    assert gimp.value("pixel(image, 200, 200)") == [9, 8, 2, 255]
    assert gimp.value("names()") == ["Tugline", "Tugline (pulling)", "Background"]
    gimp.run("commit(preview, plain((50, 99, 200, 255)))")
    assert gimp.value("names()") == ["Tugline", "Background"]
    assert gimp.value("pixel(image, 200, 200)") == [50, 99, 200, 255]
    assert gimp.value("edit().get_visible()")


def test_a_picture_below_all_others_is_pulled_like_any_other(gimp: GimpConsole) -> None:
    gimp.run("image.reorder_item(edit(), None, 1); other.set_opacity(0)")
    gimp.run("preview = start(); preview.show(frame((9, 8, 7, 255)))")
    assert gimp.value("pixel(image, 200, 200)") == [9, 8, 7, 255]
    gimp.run("commit(preview, plain((50, 99, 200, 255)))")
    assert gimp.value("[names(), at(200, 200)]") == [["Background", "Tugline"], [50, 99, 200, 255]]


def test_a_pull_that_is_taken_back_leaves_the_layer_itself(gimp: GimpConsole) -> None:
    gimp.run("before, data = identity(), shown(); preview = start()")
    gimp.run("preview.show(frame((1, 2, 3, 255))); preview.discard(); preview.discard()")
    assert gimp.value("[identity() == before, shown() == data]") == [True, True]
    assert gimp.value("[names(), edit().get_visible()]") == [["Tugline", "Background"], True]
    assert gimp.value("preview.show(frame((1, 2, 3, 255)))") is False


@pytest.mark.parametrize("way", ["drag(noise(9), last)", "once(last)"])
def test_where_a_frame_is_transparent_no_pixel_changes(gimp: GimpConsole, way: str) -> None:
    found: Any = gimp.run(
        f"""
        once(noise(1))
        alpha = ramp()
        last = doc.painter.seen_through(noise(2), alpha)
        {way}
        was, new, now = noise(1), noise(2), shown()
        kept = taken = mixed = 0
        for n, a in enumerate(alpha):
            here = slice(4 * n, 4 * n + 4)
            kept += a == 0 and was[here] != now[here]
            taken += a == 255 and new[here] != now[here]
            mixed += any(abs(o + (f - o) * a / 255 - k) > 1.5
                         for o, f, k in zip(was[here], new[here], now[here]))
        result = [min(alpha), max(alpha), kept, taken, mixed]
        """
    )
    assert found == [0, 255, 0, 0, 0]


def test_a_pull_keeps_what_the_artist_set_on_the_layer(gimp: GimpConsole) -> None:
    looks: Any = gimp.run(
        """
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        under = Gimp.Layer.new(image, "under", 9, 9, Gimp.ImageType.RGBA_IMAGE, 100,
                               Gimp.LayerMode.NORMAL)
        image.insert_layer(under, group, 0)
        image.remove_layer(edit())
        made = make(above=layer_id(under))
        image.set_selected_layers([under])
        mask = made.create_mask(Gimp.AddMaskType.BLACK)
        made.add_mask(mask)
        made.set_edit_mask(True)
        blur = Gimp.DrawableFilter.new(made, "gegl:gaussian-blur", "softer")
        made.append_filter(blur)
        made.set_opacity(50)
        made.set_mode(Gimp.LayerMode.MULTIPLY)
        made.set_blend_space(Gimp.LayerColorSpace.RGB_LINEAR)
        made.set_color_tag(Gimp.ColorTag.RED)
        made.set_lock_alpha(True)
        made.set_lock_position(True)
        made.set_lock_visibility(True)

        def look():
            layer = edit()
            return [names(), layer.get_parent().get_name(), image.get_item_position(layer),
                    layer.get_opacity(), layer.get_mode().value_nick,
                    layer.get_blend_space().value_nick, layer.get_color_tag().value_nick,
                    layer.get_lock_alpha(), layer.get_lock_position(),
                    layer.get_lock_visibility(), layer.get_visible(), layer.get_edit_mask(),
                    [one.get_name() for one in layer.get_filters()],
                    [one.get_name() for one in image.get_selected_layers()],
                    list(layer.get_mask().get_buffer().get(
                        Gegl.Rectangle.new(5, 5, 1, 1), 1.0, "Y u8", Gegl.AbyssPolicy.NONE))]

        result = [look()]
        drag(plain((1, 2, 3, 255)), plain((7, 8, 9, 255)))
        result.append(look())
        once(plain((4, 5, 6, 255)))
        result += [look(), at(200, 200)]
        """
    )
    before, dragged, wrote, colour = looks
    assert before[0] == ["group", "Tugline", "under", "Background"]
    assert before == dragged == wrote
    assert before[3:5] == [50, "multiply"]
    assert before[13:] == [["under"], [0]]
    assert colour == [4, 5, 6, 255]


def test_the_pull_looks_as_the_picture_will(gimp: GimpConsole) -> None:
    gimp.run(
        """
        layer = edit()
        layer.set_opacity(40)
        layer.set_mode(Gimp.LayerMode.DIFFERENCE)
        preview = start()
        preview.show(frame((200, 100, 50, 255)))
        moving = pixel(image, 200, 200)
        commit(preview, plain((200, 100, 50, 255)))
        """
    )
    assert gimp.value("moving == pixel(image, 200, 200) != [255, 255, 255, 255]")


def test_frames_with_alpha_lie_over_the_picture_before(gimp: GimpConsole) -> None:
    gimp.run("preview = start(); preview.show(frame((200, 100, 50, 0)))")
    assert gimp.value("pixel(image, 200, 200)") == [10, 20, 30, 255]
    gimp.run("preview.show(frame((210, 120, 130, 128)))")
    red, green, blue, alpha = gimp.value("pixel(image, 200, 200)")
    assert alpha == 255
    assert (red, green, blue) == (pytest.approx(110, abs=2), pytest.approx(70, abs=2), 80)


def test_what_a_frame_does_not_show_is_as_before_also_after_one_that_did(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        once(noise(1))
        preview = start()
        moving = image.get_layers()[1]

        def see(alpha):
            data = doc.painter.seen_through(noise(2), alpha)
            preview.show(Frame(BOX.width, BOX.height, "RGBA", data))
            return shown(layer=moving) == doc.painter.over(noise(1), data, (BOX.width, BOX.height))

        size = BOX.width * BOX.height
        left = (bytes([255]) * 9 + bytes(BOX.width - 9)) * BOX.height
        low = bytes(size - 500) + bytes([128]) * 500
        result = [see(one) for one in (left, low, bytes(size), ramp(), bytes([255]) * size, left)]
        """
    )
    assert found == [True] * 6


@pytest.mark.parametrize(
    "choose",
    [
        "image.set_selected_layers([other])",
        "image.set_selected_layers([other, edit()])",
        "image.set_selected_channels([channel])",
    ],
)
def test_what_the_artist_has_selected_stays_selected(gimp: GimpConsole, choose: str) -> None:
    gimp.run(
        f"""
        channel = Gimp.Channel.new(image, "channel", 512, 512, 100, Gegl.Color.new("red"))
        image.insert_channel(channel, None, 0)
        {choose}

        def selected():
            chosen = image.get_selected_layers() or image.get_selected_channels()
            return sorted(one.get_name() for one in chosen)
        """
    )
    before = gimp.value("selected()")
    gimp.run("preview = start()")
    assert gimp.value("selected()") == before
    gimp.run("commit(preview, plain((1, 2, 3, 255)))")
    assert gimp.value("selected()") == before
    gimp.run("start().discard()")
    assert gimp.value("selected()") == before


def test_the_preview_stands_for_the_layer_that_is_pulled(gimp: GimpConsole) -> None:
    gimp.run("preview = start(); image.set_selected_layers([image.get_layers()[1]])")
    assert gimp.value("doc.chosen() == identity()")
    gimp.run("image.set_selected_layers(image.get_layers())")
    assert gimp.value("doc.chosen() == identity()")
    gimp.run("image.set_selected_layers([image.get_layers()[1]])")
    gimp.run("commit(preview, plain((1, 2, 3, 255)))")
    assert gimp.value("doc.chosen() == identity()")


WORDS = {
    "edit().set_lock_content(True)": "The pixels of “Tugline” are locked; unlock them to pull.",
    "edit().set_visible(False)": "“Tugline” is hidden; show it to pull.",
    "group().set_lock_content(True)": "The group “group” is locked; unlock it to pull.",
    "group().set_visible(False)": "The group “group” is hidden; show it to pull.",
    "Gimp.Selection.float(image, [other], 5, 5)": (
        "A selection floats over the image; anchor it, or make it a layer of its own."
    ),
    "made = group(); edit().set_name('inside'); made.set_name('Tugline')": (
        "“Tugline” is a group; choose a layer that Tugline has made."
    ),
}

HINDRANCES = """
def group():
    made = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(made, None, 0)
    image.reorder_item(edit(), made, 0)
    return made

image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 50, 50)
"""


@pytest.mark.parametrize(("hinder", "words"), WORDS.items())
def test_what_cannot_be_pulled_says_why(gimp: GimpConsole, hinder: str, words: str) -> None:
    gimp.run(HINDRANCES)
    assert gimp.value("doc.why_not(identity())") == ""
    gimp.run(hinder)
    assert gimp.value("doc.why_not(identity())") == words
    gimp.run("said_at_start = fault(lambda: doc.begin_pull(identity(), PLACE, true_composite=0))")
    assert gimp.value("said_at_start") == words
    gimp.run("before = names(); once(plain((1, 2, 3, 255)))")
    assert gimp.value("said()") == [words]
    assert gimp.value("names() == before and at(200, 200)[:3] != [1, 2, 3]")


def test_no_picture_is_added_where_gimp_forbids_it(gimp: GimpConsole) -> None:
    gimp.run(HINDRANCES)
    gimp.run("below = edit(); group().set_lock_content(True)")
    assert gimp.value("fault(lambda: make(above=layer_id(below)))") == (
        "The group “group” is locked; unlock it to add a picture."
    )
    gimp.run("Gimp.Selection.float(image, [other], 5, 5)")
    assert "A selection floats" in gimp.value("fault(make)")
    assert gimp.value("names().count('Tugline')") == 1


def test_a_lock_in_mid_pull_stops_the_frames_and_refuses_the_picture(gimp: GimpConsole) -> None:
    gimp.run(HINDRANCES)
    gimp.run("above = group(); preview = start(); above.set_lock_content(True)")
    assert gimp.value("preview.show(frame((1, 2, 3, 255)))")
    gimp.run("commit(preview, plain((1, 2, 3, 255)))")
    assert gimp.value("said()") == ["The group “group” is locked; unlock it to pull."]
    assert gimp.value("[names(), edit().get_visible(), at(200, 200)]") == [
        ["group", "Tugline", "Background"],
        True,
        [10, 20, 30, 255],
    ]


def test_a_layer_that_is_removed_in_mid_pull_ends_it(gimp: GimpConsole) -> None:
    gimp.run("preview = start(); image.remove_layer(edit())")
    assert gimp.value("preview.show(frame((1, 2, 3, 255)))") is False
    gimp.run("commit(preview, plain((1, 2, 3, 255)))")
    assert gimp.value("names()") == ["Background"]
    assert gimp.value("said()") == [
        "The picture's layer is gone; undo its removal or generate a new picture."
    ]
    assert "layer is gone" in gimp.value("fault(lambda: preview.examine(None))")


def test_a_preview_that_is_removed_ends_the_pull(gimp: GimpConsole) -> None:
    gimp.run("preview = start(); image.remove_layer(image.get_layers()[1])")
    assert gimp.value("preview.show(frame((1, 2, 3, 255)))") is False
    assert gimp.value("[names(), edit().get_visible()]") == [["Tugline", "Background"], True]


def test_an_image_that_is_closed_in_mid_pull_ends_it(gimp: GimpConsole) -> None:
    gimp.run("known = identity(); preview = start(); image.delete()")
    assert gimp.value("[preview.show(frame((1, 2, 3, 255))), doc.is_open]") == [False, False]
    gimp.run("preview.discard(); commit(preview, plain((1, 2, 3, 255)))")
    assert len(gimp.value("said()")) == 1
    assert gimp.value("[doc.has(known), doc.chosen(), doc.mend()]") == [False, "", False]
    assert gimp.value("doc.selection_over(PLACE)") is None
    assert "layer is gone" in gimp.value("fault(lambda: doc.why_not(known))")


def test_what_becomes_too_small_for_frames_is_left_alone(gimp: GimpConsole) -> None:
    gimp.run("preview = start(); image.scale(64, 64)")
    assert gimp.value("preview.show(frame((1, 2, 3, 255)))")
    gimp.run("preview.discard()")
    assert gimp.value("[names(), edit().get_visible()]") == [["Tugline", "Background"], True]


def test_a_layer_gets_room_for_the_picture(gimp: GimpConsole) -> None:
    gimp.run("layer = edit(); layer.flatten(); layer.resize(100, 80, -20, -10)")
    gimp.run("layer.set_lock_position(True)")
    gimp.run("drag(plain((1, 2, 3, 255)), plain((4, 5, 6, 255)))")
    assert gimp.value("doc.bounds(identity()) == BOX")
    assert gimp.value("shown() == plain((4, 5, 6, 255))")


def test_a_layer_without_alpha_stays_one(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        edit().flatten()
        was = shown()
        alpha = ramp()
        drag(doc.painter.seen_through(plain((200, 200, 200, 255)), alpha))
        now = shown()
        result = [edit().has_alpha(), at(200, 180), at(101, 180), now[3::4] == was[3::4]]
        """
    )
    assert found == [False, [200, 200, 200, 255], [10, 20, 30, 255], True]


def test_a_picture_may_lie_beyond_the_image(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        out = Placement.upright_at(128, 96, Box(-50, 450, 256, 192))
        image.remove_layer(edit())
        make(noise(5), out)
        result = [shown(out.box) == noise(5)]
        drag(noise(6), noise(7), place=out)
        result += [shown(out.box) == noise(7), pixel(image, 3, 460) == at(3, 460)]
        result += [pixels.read(edit(), Box(-60, 440, 1, 1)) == bytes(4)]
        """
    )
    assert found == [True, True, True, True]


def test_what_a_pull_left_in_a_saved_image_is_mended(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        import os
        file = Gio.File.new_for_path(os.path.join(os.environ["HOME"], "midst.xcf"))
        preview = start()
        preview.show(frame((1, 2, 3, 255)))
        twin = image.get_layers()[1].copy()
        twin.set_name("the artist's")
        image.insert_layer(twin, None, 0)
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
        result = [doc.mend(), names()]
        preview.discard()
        image.delete()
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
        doc = GimpDocument(image)
        result += [names(), edit().get_visible(), doc.mend(), names(), edit().get_visible(),
                   at(200, 200), doc.mend()]
        """
    )
    assert found[:2] == [False, ["the artist's", "Tugline", "Tugline (pulling)", "Background"]]
    assert found[2:4] == [found[1], False]
    mended, left, visible, colour, again = found[4:]
    assert mended
    assert left == ["the artist's", "Tugline", "Background"]
    assert visible
    assert colour == [10, 20, 30, 255]
    assert again is False


def test_the_layer_that_has_an_edit_is_meant_among_several(gimp: GimpConsole) -> None:
    gimp.run("image.set_selected_layers([other, edit()])")
    assert gimp.value("doc.chosen() == identity()")
    gimp.run("first = identity(); second = layer_id(make())")
    gimp.run("image.set_selected_layers([doc.layer(first), doc.layer(second)])")
    assert gimp.value("doc.chosen()") == ""
    gimp.run("doc.choose(first, lambda: False)")
    assert gimp.value("doc.chosen()") == ""
    gimp.run("doc.choose(first, lambda: True)")
    assert gimp.value("doc.chosen() == first")
    gimp.run("image.remove_layer(other); [image.remove_layer(one) for one in image.get_layers()]")
    assert gimp.value("doc.chosen()") == ""


def test_documents_are_told_apart_and_known_by_their_layers(gimp: GimpConsole) -> None:
    assert gimp.value(
        "GimpDocument(edit().get_image()).root == doc.root != GimpDocument(new_image(9, 9)).root"
    )
    assert gimp.value("[doc.has('nonsense'), doc.has('4711'), doc.has('')]") == [False] * 3
