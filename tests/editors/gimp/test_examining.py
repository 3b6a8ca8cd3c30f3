"""What the artist did to an edit's layer, as Tugline sees it in the real GIMP."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

NAMES = """
def meadow(size, seed=3):
    \"\"\"A picture with slopes, edges and grain, as photographs have them.\"\"\"
    width, height = size
    chance = random.Random(seed)
    data = bytearray()
    for y in range(height):
        for x in range(width):
            disc = 90 if (x - width / 2) ** 2 + (y - height / 3) ** 2 < (width / 5) ** 2 else 0
            grain = chance.randrange(12)
            data += bytes((x * 120 // width + disc + grain, y * 200 // height + grain,
                           60 + disc + grain, 255))
    return bytes(data)

def stand(picture=None, known=None):
    standing = doc.examine(identity(), known or before, picture)
    return [standing.change.value, [getattr(standing.placement.box, n) for n in
                                    ("x", "y", "width", "height")]]

def look():
    global before, picture
    picture = meadow((BOX.width, BOX.height))
    once(picture)
    before = record()

def dab(x, y, side):
    \"\"\"Paint a square.\"\"\"
    Gimp.context_set_foreground(Gegl.Color.new("white"))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, x, y, side, side)
    edit().edit_fill(Gimp.FillType.FOREGROUND)
    Gimp.Selection.none(image)
"""
HERE = [100, 90, 256, 192]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_examining") as console:
        console.run(NAMES)
        yield console


@pytest.fixture
def gimp(shared: GimpConsole) -> Iterator[GimpConsole]:
    """An edit's layer with a picture in it, and the record of that."""
    shared.run("begin(); look()")
    yield shared
    shared.run("image.delete()")


@pytest.mark.parametrize(
    "did",
    [
        "pass",
        "edit().set_opacity(20)",
        "edit().resize_to_image_size()",
        "other.set_offsets(9, 9)",
        "edit().add_mask(edit().create_mask(Gimp.AddMaskType.BLACK))",
        "image.resize(600, 600, 0, 0)",
    ],
)
def test_the_same_picture_at_the_same_place(gimp: GimpConsole, did: str) -> None:
    gimp.run(did)
    assert gimp.value("stand()") == ["same", HERE]


@pytest.mark.parametrize(
    "did",
    [
        "edit().set_offsets(130, 70)",
        "edit().resize_to_image_size(); edit().transform_translate(30, -20)",
        "image.resize(600, 600, 30, -20)",
    ],
)
def test_a_moved_layer_is_followed(gimp: GimpConsole, did: str) -> None:
    gimp.run(did)
    assert gimp.value("stand()") == ["moved", [130, 70, 256, 192]]


@pytest.mark.parametrize(("width", "height"), [(512, 384), (128, 96), (200, 300), (300, 225)])
@pytest.mark.parametrize("way", ["LINEAR", "CUBIC", "NOHALO", "LOHALO"])
def test_a_scaled_layer_is_followed_with_its_picture(
    gimp: GimpConsole, width: int, height: int, way: str
) -> None:
    gimp.run(f"Gimp.context_set_interpolation(Gimp.InterpolationType.{way})")
    gimp.run(f"edit().scale({width}, {height}, True)")
    assert gimp.value("stand()") == ["painted", HERE]
    change, box = gimp.value("stand(picture)")
    assert change == "transformed"
    assert box[2:] == [width, height]
    assert gimp.value(f"doc.bounds(identity()) == Box(*{box})")


@pytest.mark.parametrize(
    "did",
    [
        "dab(150, 150, 8)",
        "edit().set_offsets(130, 70); dab(150, 150, 8)",
        "edit().scale(300, 225, True); dab(150, 150, 8)",
        "edit().brightness_contrast(0.2, 0)",
        "edit().scale(300, 225, True); edit().brightness_contrast(0.2, 0)",
        "edit().transform_flip_simple(Gimp.OrientationType.HORIZONTAL, True, 0)",
        "edit().transform_rotate_simple(Gimp.RotationType.DEGREES90, True, 0, 0)",
        "edit().transform_rotate(0.2, True, 0, 0)",
        "edit().resize(100, 90, -20, -20)",
        "image.crop(100, 100, 150, 150)",
        "edit().edit_clear()",
    ],
)
def test_what_else_was_done_is_paint(gimp: GimpConsole, did: str) -> None:
    gimp.run(did)
    assert gimp.value("stand()") == ["painted", HERE]
    assert gimp.value("stand(picture)") == ["painted", HERE]
