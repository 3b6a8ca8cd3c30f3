"""Drags by scripts: points and paths, selections, what stays exactly, what GIMP is told."""

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.scripts import refusal, values
from tests.service.running import Daemon

POINTS = "points=[120.0, 100.0, 136.0, 108.0]"
PRECISIONS = ("U8_NON_LINEAR", "U16_LINEAR", "U32_NON_LINEAR", "HALF_LINEAR", "FLOAT_NON_LINEAR")


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon]) -> GimpConsole:
    """The console, with a picture of 256 pixels that fills ``image``, in ``layer``."""
    console = scripted[0]
    console.run("image = new_image(256, 256); layer = generate(image, seed=4)")
    return console


def test_points_are_pulled_and_the_end_is_told(gimp: GimpConsole) -> None:
    gimp.run(f"before = pixels(layer); told = drag(layer, {POINTS})")
    name, distance, reason, steps = values(gimp, "result = told")
    assert (name, reason) == ("Tugline", "arrived")
    assert 0 <= distance <= 2
    assert steps > 0
    assert gimp.value("[each.get_name() for each in image.get_layers()]") == [
        "Tugline",
        "Background",
    ]
    assert gimp.value("pixels(told[0]) != before")


def test_the_layer_that_is_returned_can_be_pulled_on(gimp: GimpConsole) -> None:
    gimp.run(f"first = drag(layer, {POINTS})[0]")
    gimp.run("told = drag(first, points=[136.0, 108.0, 120.0, 100.0], steps=20)")
    assert gimp.value("told[0] in image.get_layers() and first not in image.get_layers()")
    assert gimp.value("len(image.get_layers())") == 2


def test_a_step_limit_ends_it_and_says_so(gimp: GimpConsole) -> None:
    told = values(gimp, "result = drag(layer, points=[120.0, 100.0, 200.0, 180.0], steps=3)")
    _, distance, reason, steps = told
    assert (reason, steps) == ("step_limit", 3)
    assert distance > 10


def test_a_path_is_pulled_by_the_ends_of_its_strokes(gimp: GimpConsole) -> None:
    gimp.run("""
path = arrow(image, "mine", (120, 100, 136, 108))
told = drag(layer, path=path)
other = drag(generate(image, seed=4), points=[120.0, 100.0, 136.0, 108.0])
""")
    assert values(gimp, "result = told")[2] == "arrived"
    assert gimp.value("pixels(told[0]) == pixels(other[0])"), "the same arrow, the same picture"
    assert gimp.value("len(path.get_strokes())") == 1, "it is the artist's own"


def test_without_points_the_path_tugline_arrows_is_pulled(gimp: GimpConsole) -> None:
    gimp.run('arrow(image, "Tugline arrows", (120, 100, 136, 108)); told = drag(layer)')
    assert values(gimp, "result = told")[2] == "arrived"


def test_the_arrows_lie_in_the_path_afterwards_from_where_the_handles_are(
    gimp: GimpConsole,
) -> None:
    gimp.run(f"told = drag(layer, {POINTS})")
    name, x, y, to_x, to_y = gimp.run("""
path, = image.get_paths()
points = path.stroke_get_points(path.get_strokes()[0]).controlpoints
result = [path.get_name(), *points[2:4], *points[-4:-2]]
""")
    assert name == "Tugline arrows"
    assert (to_x, to_y) == (136, 108)
    assert abs(x - to_x) + abs(y - to_y) < 4


def test_a_feathered_selection_holds_the_rest_bit_for_bit(gimp: GimpConsole) -> None:
    gimp.run("""
image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 120, 120)
Gimp.Selection.feather(image, 12)
path = arrow(image, "mine", (120, 100, 136, 108))
before, mask = pixels(layer), pixels(image.get_selection(), "Y u8")
after = pixels(drag(layer, path=path, keep_rest=True)[0])
quads = [(mask[at], before[4 * at : 4 * at + 4], after[4 * at : 4 * at + 4])
         for at in range(256 * 256)]
""")
    assert gimp.value("{at for at, *_ in quads} > {0, 64, 128, 255}"), "it is feathered"
    assert gimp.value("[one for one in quads if one[0] == 0 and one[1] != one[2]]") == []
    assert gimp.value("sum(one[1] != one[2] for one in quads if one[0] == 255) > 1000")
    assert gimp.value("sum(one[1] != one[2] for one in quads if 0 < one[0] < 255) > 100")


@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_is_kept_is_kept_in_each_precision(gimp: GimpConsole, precision: str) -> None:
    gimp.run(f"""
image = new_image(256, 256, Gimp.Precision.{precision})
layer = generate(image, seed=4)
image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 40, 140, 120)
before = pixels(layer)
after = pixels(drag(layer, keep_rest=True, {POINTS})[0])
size = len(before) // 256 // 256
wide = 256 * size
rows = [(before[wide * y : wide * (y + 1)], after[wide * y : wide * (y + 1)]) for y in range(256)]
left = [(one[: 60 * size], other[: 60 * size]) for one, other in rows]
""")
    assert (
        gimp.value("[y for y in (*range(40), *range(160, 256)) if rows[y][0] != rows[y][1]]") == []
    )
    assert gimp.value("all(one == other for one, other in left)")
    assert gimp.value("sum(one != other for one, other in rows[40:160]) > 100")


def test_without_keeping_the_rest_the_whole_picture_is_the_models(gimp: GimpConsole) -> None:
    gimp.run(f"""
image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 40, 140, 120)
before, after = pixels(layer), pixels(drag(layer, {POINTS})[0])
""")
    assert gimp.value("before[: 256 * 4 * 30] != after[: 256 * 4 * 30]")


def test_points_are_pixels_of_the_image_wherever_the_layer_lies(gimp: GimpConsole) -> None:
    gimp.run(f"""
there = new_image(600, 500)
moved = generate(there, seed=4, place="size", width=256)
x, y = box(moved)[:2]
told = drag(moved, points=[120.0 + x, 100.0 + y, 136.0 + x, 108.0 + y])
here = drag(layer, {POINTS})
""")
    assert gimp.value("box(told[0])") == [172, 122, 256, 256]
    assert gimp.value("pixels(told[0]) == pixels(here[0])")


def test_a_layer_that_was_moved_is_pulled_where_it_is(gimp: GimpConsole) -> None:
    gimp.run("layer.set_offsets(30, 20); told = drag(layer, points=[150., 120., 166., 128.])")
    assert values(gimp, "result = told")[2] == "arrived"
    assert gimp.value("box(told[0])[:2]") == [30, 20]


def test_paint_on_the_layer_stays_and_the_drag_goes_on_above(gimp: GimpConsole) -> None:
    gimp.run(f"""
image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 90, 90)
layer.edit_fill(Gimp.FillType.FOREGROUND)
Gimp.Selection.none(image)
painted = pixels(layer)
told = drag(layer, {POINTS})
""")
    assert gimp.value("told[0] != layer and layer in image.get_layers()")
    assert gimp.value("image.get_item_position(told[0]) == image.get_item_position(layer) - 1")
    assert gimp.value("pixels(layer) == painted")


def test_the_mask_of_a_layer_means_its_layer(gimp: GimpConsole) -> None:
    gimp.run(f"""
mask = layer.create_mask(Gimp.AddMaskType.WHITE)
layer.add_mask(mask)
told = call("plug-in-tugline-drag", {{"run-mode": Gimp.RunMode.NONINTERACTIVE, "image": image,
    "drawables": [mask], {POINTS.replace("points=", '"points": ')}}})
""")
    assert values(gimp, "result = told")[2] == "arrived"
    assert gimp.value("told[0].get_mask() is not None")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("drag(layer, points=[1.0, 2.0, 3.0])", "3 numbers were given as points; each arrow needs"),
        ("drag(layer, points=[1.0] * 516)", "129 arrows were given; a drag can have 128."),
        (
            "drag(layer, points=[120.0, 100.0, 300.0, 10.0])",
            "The target (300, 10) lies outside of the picture, which has 256 x 256 pixels at (0,",
        ),
        ("drag(layer, points=[-9.0, 1.0, 9.0, 9.0])", "The handle (-9, 1) lies outside"),
        ("drag(layer, points=[float('nan'), 1.0, 9.0, 9.0])", "have to be finite numbers"),
        ("drag(layer)", "There is nothing to pull; give points or a path,"),
        ("drag(layer, path=arrow(image, 'empty'))", "No stroke of the path is an arrow"),
        (
            f"drag(layer, path=arrow(image, 'one', (1, 2, 3, 4)), {POINTS})",
            "Points were given and a path as well",
        ),
        (f"drag(layer, radius=0.5, {POINTS})", "The radius has to be 0.75 at least"),
        (
            f"drag(image.get_layers()[1], {POINTS})",
            "Choose a layer that Tugline has made, or generate a picture first.",
        ),
        (f"layer.set_lock_content(True); drag(layer, {POINTS})", "are locked; unlock them to pull"),
        (f"layer.set_visible(False); drag(layer, {POINTS})", "is hidden; show it to pull"),
        (
            f"image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 20, 20); drag(layer, {POINTS})",
            "1 handle lies outside the selection: it stays.",
        ),
    ],
)
def test_what_cannot_be_is_answered_in_one_sentence(
    gimp: GimpConsole, code: str, sentence: str
) -> None:
    assert sentence in refusal(gimp, code)


def test_a_refused_drag_leaves_the_image_as_it_was(gimp: GimpConsole) -> None:
    gimp.run("before = pixels(layer), layer.get_parasite_list(), image.get_layers()")
    refusal(gimp, "drag(layer, points=[120.0, 100.0, 300.0, 10.0])")
    assert gimp.value("before == (pixels(layer), layer.get_parasite_list(), image.get_layers())")
    assert gimp.value("image.get_paths()") == []


def test_handles_outside_of_the_selection_stay_and_the_others_move(gimp: GimpConsole) -> None:
    gimp.run("""
image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 40, 140, 140)
told = drag(layer, points=[120.0, 100.0, 136.0, 108.0, 10.0, 10.0, 40.0, 40.0])
""")
    assert values(gimp, "result = told")[2] == "arrived"
