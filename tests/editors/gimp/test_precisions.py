"""What a pull leaves alone stays bit for bit, in every precision and colour profile of GIMP's."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

PRECISIONS = [
    f"{depth}_{curve}"
    for depth in ("U8", "U16", "U32", "HALF", "FLOAT", "DOUBLE")
    for curve in ("LINEAR", "NON_LINEAR", "PERCEPTUAL")
]

# The layer's bytes in its own format, filled with all sorts of values, and a pull of a part of it.
OWN = """
from gi.repository import Babl

def own(layer):
    whole = Gegl.Rectangle.new(0, 0, BOX.width, BOX.height)
    return bytes(layer.get_buffer().get(whole, 1.0, None, Gegl.AbyssPolicy.NONE))

def fill(layer):
    \"\"\"Let the layer have values that 8 bit have none for, also in what is not seen.\"\"\"
    whole = Gegl.Rectangle.new(0, 0, BOX.width, BOX.height)
    form = Babl.get_name(layer.get_format())
    scratch = Gegl.Buffer.new("R'G'B'A u16", 0, 0, BOX.width, BOX.height)
    scratch.set(whole, "R'G'B'A u16", random.Random(5).randbytes(8 * BOX.width * BOX.height))
    buffer = layer.get_buffer()
    buffer.set(whole, form, bytes(scratch.get(whole, 1.0, form, Gegl.AbyssPolicy.NONE)))
    buffer.flush()

def changed(before, after, alpha):
    \"\"\"Of how many pixels any bit changed: where alpha is 0, and elsewhere.\"\"\"
    wide = len(before) // len(alpha)
    counts = [0, 0]
    for n, a in enumerate(alpha):
        here = slice(n * wide, n * wide + wide)
        counts[a > 0] += before[here] != after[here]
    return counts

def pull_part():
    fill(edit())
    written(identity())
    before, eight = own(edit()), shown()
    alpha = ramp()
    data = doc.painter.seen_through(noise(2), alpha)
    drag(noise(3), data)
    far = max(abs(o + (f - o) * a / 255 - k) for a, o, f, k in zip(
        alpha, eight[0::4], noise(2)[0::4], shown()[0::4]) if a in (0, 255))
    return [*changed(before, own(edit()), alpha), len(before) // len(alpha), far]

def plain_pull():
    drag(noise(8), noise(9))
    return sum(abs(a - b) > 0 for a, b in zip(shown(), noise(9)))
"""


@pytest.fixture(scope="module")
def gimp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_precisions") as console:
        console.run(OWN)
        yield console


@pytest.mark.parametrize("precision", PRECISIONS)
def test_not_a_bit_changes_where_a_frame_is_transparent(gimp: GimpConsole, precision: str) -> None:
    found: Any = gimp.run(f"begin(precision=Gimp.Precision.{precision}); result = pull_part()")
    outside, inside, size, far = found
    assert outside == 0
    assert inside > 20000
    assert (
        size
        == {"U8": 4, "U16": 8, "HALF": 8, "U32": 16, "FLOAT": 16, "DOUBLE": 32}[
            precision.split("_", maxsplit=1)[0]
        ]
    )
    assert far <= (0 if precision != "U8_LINEAR" else 13)
    gimp.run("image.delete()")


@pytest.mark.parametrize("precision", ["U8_NON_LINEAR", "U16_NON_LINEAR", "FLOAT_LINEAR"])
def test_an_images_own_colours_are_kept_as_well(gimp: GimpConsole, precision: str) -> None:
    begun = (
        f"begin(precision=Gimp.Precision.{precision}, profile=Gimp.ColorProfile.new_rgb_adobe())"
    )
    outside, inside, _, _ = gimp.run(f"{begun}; result = pull_part()")
    assert (outside, inside > 20000) == (0, True)
    gimp.run("image.delete()")


@pytest.mark.parametrize("precision", [one for one in PRECISIONS if one != "U8_LINEAR"])
def test_a_picture_is_read_as_it_was_written(gimp: GimpConsole, precision: str) -> None:
    assert gimp.run(f"begin(precision=Gimp.Precision.{precision}); result = plain_pull()") == 0
    gimp.run("image.delete()")


def test_a_picture_is_the_same_after_a_change_of_precision(gimp: GimpConsole) -> None:
    gimp.run("begin(); once(noise(3)); known = record()")
    for precision in ("FLOAT_LINEAR", "U16_NON_LINEAR", "U8_NON_LINEAR"):
        gimp.run(f"image.convert_precision(Gimp.Precision.{precision})")
        assert gimp.value("doc.examine(identity(), known).change is Change.SAME")
    gimp.run("image.delete()")


def test_in_8_linear_bits_a_picture_is_known_though_it_is_rounded(gimp: GimpConsole) -> None:
    gimp.run("begin(precision=Gimp.Precision.U8_LINEAR); once(noise(3)); written(identity())")
    assert gimp.value("doc.examine(identity(), record()).change is Change.SAME")
    assert gimp.value("shown() != noise(3)")
    gimp.run("image.delete()")


def test_of_a_large_picture_only_the_edges_of_what_may_move_are_sorted_out(
    gimp: GimpConsole,
) -> None:
    """A picture of many parts: some that are all kept, some that are all new, some of both."""
    outside, inside, sorted_out = gimp.run("""
wide, high = 900, 700
large = Box(20, 10, wide, high)
begin(1024, 1024, precision=Gimp.Precision.FLOAT_LINEAR)
layer = make(noise(5, (wide, high)), Placement.upright_at(90, 70, large))
row = bytes(max(0, min(255, (x - 150) * 3, (760 - x) * 3)) for x in range(wide))
alpha = bytes(wide * 140) + row * 400 + bytes(wide * 160)
data = doc.painter.seen_through(noise(6, (wide, high)), alpha)

def all_of(layer):
    whole = Gegl.Rectangle.new(0, 0, wide, high)
    return bytes(layer.get_buffer().get(whole, 1.0, None, Gegl.AbyssPolicy.NONE))

sorting, parts = pixels.kept_where_clear, []
pixels.kept_where_clear = lambda kept, other, alpha: (
    parts.append(len(alpha)) or sorting(kept, other, alpha))
before = all_of(layer)
try:
    pixels.write_over(layer, large, data)
finally:
    pixels.kept_where_clear = sorting
result = [*changed(before, all_of(layer), alpha), sum(parts)]
""")
    assert outside == 0
    assert inside > 200_000
    assert 0 < sorted_out < 900 * 700 / 2
    assert gimp.value(
        "shown(Box(420, 310, 9, 9), layer) == pixels.part(data, wide, Box(400, 300, 9, 9))"
    )
    gimp.run("image.delete()")
