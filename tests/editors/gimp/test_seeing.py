"""What a layer of any kind shows, as it is sent to be inverted: every mode, mask, group, size."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

SIDE = 64
SCENE = """
RED = (200, 40, 20, 255)
INVERTED = [55, 215, 235, 255]

def photo(kind=Gimp.ImageType.RGBA_IMAGE, box=Box(10, 20, 64, 64), rgba=RED):
    layer = Gimp.Layer.new(image, "photo", box.width, box.height, kind, 100, Gimp.LayerMode.NORMAL)
    layer.set_offsets(box.x, box.y)
    image.insert_layer(layer, None, 0)
    pixels.write(layer, box, plain(rgba, box))
    return layer

def sees(layer, x, y, size=(128, 128), box=Box(0, 0, 128, 128)):
    data = doc.seen(layer_id(layer), box, size).data
    return list(data[4 * (y * size[0] + x):][:4])

def hide_left_half(layer):
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    buffer = mask.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, 32, 64), "Y u8", bytes(32 * 64))
    buffer.flush()
    del buffer

def new(base=Gimp.ImageBaseType.RGB, precision=Gimp.Precision.U8_NON_LINEAR):
    global image, doc
    image = Gimp.Image.new_with_precision(128, 128, base, precision)
    doc = GimpDocument(image)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_seeing") as console:
        console.run(SCENE)
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """A new image of 128 pixels a side."""
    shared.run("new()")
    yield shared
    shared.run("if image.is_valid(): image.delete()")


def test_a_layer_is_seen_where_it_lies_and_nothing_beside_it(gimp: GimpConsole) -> None:
    gimp.run("layer = photo()")
    assert gimp.value("sees(layer, 30, 40)") == [200, 40, 20, 255]
    assert gimp.value("sees(layer, 9, 40)[3]") == 0
    assert gimp.value("sees(layer, 74, 40)[3]") == 0
    assert gimp.value("doc.extent(layer_id(layer)) == Box(10, 20, 64, 64)")


def test_a_layer_counts_as_far_as_the_image_goes(gimp: GimpConsole) -> None:
    gimp.run("layer = photo(box=Box(-20, 100, 64, 64))")
    assert gimp.value("doc.extent(layer_id(layer)) == Box(0, 100, 44, 28)")
    gimp.run("layer.set_offsets(500, 0)")
    assert gimp.value("doc.extent(layer_id(layer)).width") == 0


def test_what_is_transparent_of_a_layer_is_not_part_of_it(gimp: GimpConsole) -> None:
    gimp.run("layer = photo(); pixels.write(layer, Box(10, 20, 64, 8), bytes(4 * 64 * 8))")
    assert gimp.value("doc.extent(layer_id(layer)) == Box(10, 28, 64, 56)")
    gimp.run("pixels.write(layer, Box(10, 20, 64, 64), bytes(4 * 64 * 64))")
    assert gimp.value("doc.extent(layer_id(layer)).width") == 0


def test_a_mask_counts_unless_it_is_switched_off(gimp: GimpConsole) -> None:
    gimp.run("layer = photo(); hide_left_half(layer)")
    assert gimp.value("[sees(layer, 20, 40)[3], sees(layer, 60, 40)]") == [0, [200, 40, 20, 255]]
    assert gimp.value("doc.extent(layer_id(layer)) == Box(42, 20, 32, 64)")
    gimp.run("layer.set_apply_mask(False)")
    assert gimp.value("sees(layer, 20, 40)") == [200, 40, 20, 255]
    assert gimp.value("doc.extent(layer_id(layer)) == Box(10, 20, 64, 64)")


def test_effects_count_and_opacity_and_hiding_do_not(gimp: GimpConsole) -> None:
    gimp.run("""
layer = photo()
layer.append_filter(Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "negative"))
layer.set_opacity(30)
layer.set_visible(False)
before = pixels.read(layer, Box(10, 20, 64, 64))
""")
    assert gimp.value("sees(layer, 30, 40) == INVERTED")
    assert gimp.value("pixels.read(layer, Box(10, 20, 64, 64)) == before"), "it is not touched"
    assert gimp.value("[len(layer.get_filters()), len(image.get_layers())]") == [1, 1]


def test_a_group_is_seen_with_all_that_is_in_it(gimp: GimpConsole) -> None:
    gimp.run("""
under, over = photo(), photo(box=Box(30, 40, 20, 20), rgba=(1, 2, 3, 255))
group = Gimp.GroupLayer.new(image, "group")
image.insert_layer(group, None, 0)
for layer in (under, over):
    image.reorder_item(layer, group, 0)
""")
    assert gimp.value("sees(group, 35, 45)") == [1, 2, 3, 255]
    assert gimp.value("sees(group, 20, 30)") == [200, 40, 20, 255]
    assert gimp.value("doc.extent(layer_id(group)) == Box(10, 20, 64, 64)")


@pytest.mark.parametrize(
    ("base", "kind", "precision"),
    [
        ("RGB", "RGBA", "U16_LINEAR"),
        ("RGB", "RGB", "FLOAT_NON_LINEAR"),
        ("RGB", "RGBA", "U32_NON_LINEAR"),
        ("GRAY", "GRAY", "U16_NON_LINEAR"),
        ("GRAY", "GRAYA", "U8_NON_LINEAR"),
    ],
)
def test_every_mode_and_precision_is_seen_in_8_bits(
    gimp: GimpConsole, base: str, kind: str, precision: str
) -> None:
    gimp.run(f"""
new(Gimp.ImageBaseType.{base}, Gimp.Precision.{precision})
layer = photo(Gimp.ImageType.{kind}_IMAGE, rgba=(120, 120, 120, 255))
""")
    found: list[int] = gimp.value("sees(layer, 30, 40)")
    assert max(abs(a - b) for a, b in zip(found, (120, 120, 120, 255), strict=True)) <= 1


def test_an_indexed_layer_is_seen_in_its_colours(gimp: GimpConsole) -> None:
    gimp.run("""
layer = photo()
dither, palette = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE
image.convert_indexed(dither, palette, 16, False, False, "")
""")
    assert gimp.value("sees(layer, 30, 40)") == [200, 40, 20, 255]


@pytest.mark.parametrize("side", [63, 33, 5])
def test_a_smaller_size_is_the_whole_of_it_averaged(gimp: GimpConsole, side: int) -> None:
    """A fine pattern becomes its mean in light, and a line stays where it is."""
    found: Any = gimp.run(f"""
whole = Box(0, 0, 128, 128)
layer = photo(box=whole)
grain = b"".join(bytes((255 * ((x + y) % 2),) * 3 + (255,)) for y in range(128) for x in range(128))
pixels.write(layer, whole, grain)
small = doc.seen(layer_id(layer), whole, ({side}, {side})).data
greys = small[0::4]
pixels.write(layer, whole, b"".join(
    (b"\\xff" * 4 if x >= 64 else b"\\0\\0\\0\\xff") for y in range(128) for x in range(128)))
edge = doc.seen(layer_id(layer), whole, ({side}, {side})).data[0:4 * {side}:4]
result = [len(small), min(greys), max(greys), min(small[3::4]), edge.count(0), edge.count(255)]
""")
    size, darkest, lightest, alpha, dark, light = found
    assert (size, alpha) == (4 * side * side, 255)
    # Of equal parts black and white, 188 is the mean in light, and about 128 that of the numbers.
    assert 100 <= darkest <= lightest <= (188 if side <= 64 else 255)
    assert min(dark, light) >= side // 2 - 1
