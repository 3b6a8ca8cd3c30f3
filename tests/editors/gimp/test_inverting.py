"""Photos inverted by scripts: the whole way to a pulled picture in the photo, in each mode."""

from pathlib import Path

import pytest

from tests.editors.gimp import photos
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.scripts import refusal, values
from tests.service.running import Daemon

# Enough to see a likeness, in a moment.
QUICK = "quality='seconds', w_steps=4, wplus_steps=0"
SELECT = """
image.select_ellipse(Gimp.ChannelOps.REPLACE, 24, 30, 70, 60)
Gimp.Selection.feather(image, 6)
chosen = pixels(image.get_selection(), "Y u8")
"""


@pytest.fixture(scope="module")
def photo(scripted: tuple[GimpConsole, Daemon]) -> Path:
    return photos.photo(scripted[1].home)


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon], photo: Path) -> GimpConsole:
    """A console with a photo of 128 pixels a side open as ``image``, its layer ``layer``."""
    console = scripted[0]
    console.run(photos.NAMES)
    console.run(f"image = open_photo({str(photo)!r}); layer = image.get_layers()[0]")
    return console


def test_a_photo_is_inverted_pulled_saved_and_pulled_on(gimp: GimpConsole, photo: Path) -> None:
    """The whole way. Outside of the selection the photo stays what it was, bit for bit."""
    told = values(
        gimp, "before = seen(image); made, told = invert(layer, quality='seconds'); result = [told]"
    )
    assert "% like the layer" in told[0]
    assert gimp.value("[one.get_name() for one in image.get_layers()][0]") == "Tugline"
    assert gimp.value("[box(made), len(image.get_layers())]") == [[0, 0, 128, 128], 2]
    assert gimp.value("apart(seen(image), before)") < 16
    assert gimp.value("pixels(layer, \"R'G'B' u8\") == before"), "the photo itself is not touched"

    gimp.run(SELECT)
    pull = "points=[60.0, 62.0, 54.0, 66.0], steps=6"
    gimp.run(f"made, *_ = drag(made, {pull}); after = seen(image)")
    outside, inside = gimp.value("differing(before, after, chosen)")
    assert outside == 0
    assert inside > 1000

    saved = photo.with_suffix(".xcf")
    gimp.run(f"""
file = Gio.File.new_for_path({str(saved)!r})
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
image.delete()
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
made = image.get_layers()[0]
""")
    assert gimp.value("seen(image) == after")
    pull = "points=[60.0, 62.0, 66.0, 58.0], steps=6"
    gimp.run(f"made, *_ = drag(made, {pull}); last = seen(image)")
    outside, inside = gimp.value("differing(before, last, chosen)")
    assert outside == 0
    assert inside > 1000
    assert gimp.value("last != after")


def test_without_a_selection_the_whole_picture_is_seen_with_a_soft_border(
    gimp: GimpConsole,
) -> None:
    alpha = gimp.run(f"""
made, _ = invert(layer, feather=0.1, {QUICK})
made, *_ = drag(made, points=[60.0, 62.0, 54.0, 66.0], steps=2, feather=0.1)
result = list(pixels(made, "R'G'B'A u8")[3::4][64 * 128:65 * 128])
""")
    assert alpha[64] == 255
    assert alpha[0] < 64
    assert alpha[-1] < 64
    assert 0 < alpha[6] < 255


def test_a_photo_of_another_mode_and_precision_becomes_a_layer_like_it(gimp: GimpConsole) -> None:
    gimp.run(f"""
image.convert_grayscale()
image.convert_precision(Gimp.Precision.U16_NON_LINEAR)
form = Babl.get_name(layer.get_format())
before = seen(image, form)
made, told = invert(layer, {QUICK})
""")
    assert gimp.value("made.type() == Gimp.ImageType.GRAYA_IMAGE")
    gimp.run(SELECT)
    gimp.run("made, *_ = drag(made, points=[60.0, 62.0, 54.0, 66.0], steps=3)")
    outside, inside = gimp.value("differing(before, seen(image, form), chosen)")
    assert outside == 0
    assert inside > 500
    assert gimp.value("made.type() == Gimp.ImageType.GRAYA_IMAGE")


def test_it_lies_around_what_is_selected_of_a_layer_wherever_that_is(gimp: GimpConsole) -> None:
    """In a group, moved, with a mask that hides a part, in a larger image."""
    gimp.run(f"""
image.resize(300, 260, 100, 80)
group = Gimp.GroupLayer.new(image, "group")
image.insert_layer(group, None, 0)
image.reorder_item(layer, group, 0)
layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
image.select_rectangle(Gimp.ChannelOps.REPLACE, 120, 100, 40, 64)
made, _ = invert(layer, {QUICK})
""")
    assert gimp.value("box(made)") == [108, 100, 64, 64]
    assert gimp.value("made.get_parent().get_name()") == "group"
    assert gimp.value("[one.get_name() for one in group.get_children()][0]") == "Tugline"


def test_what_fits_the_model_to_the_photo_is_carried_by_the_image(
    gimp: GimpConsole, scripted: tuple[GimpConsole, Daemon]
) -> None:
    """Where the daemon has lost it, it is given it back."""
    gimp.run(f"made, told = invert(layer, tuning_steps=6, {QUICK})")
    tunings = sorted((scripted[1].home / "tunings").glob("*.safetensors"))
    assert len(tunings) == 1
    carried = gimp.run(f"""
import hashlib
kept = made.get_parasite("tugline/blob/" + {tunings[0].stem[:32]!r})
result = hashlib.sha256(bytes(one % 256 for one in kept.get_data())).hexdigest()
""")
    assert carried == tunings[0].stem
    before = tunings[0].read_bytes()
    tunings[0].unlink()
    scripted[1].end()
    scripted[1].start()
    told = values(gimp, "result = drag(made, points=[60.0, 62.0, 54.0, 66.0], steps=2)")
    assert told[3] > 0
    assert tunings[0].read_bytes() == before


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("layer.fill(Gimp.FillType.TRANSPARENT); invert(layer)", "There is nothing in this layer"),
        ("invert(layer, model='unicorns')", "The daemon has no model 'unicorns'"),
        (
            "select(5, 5, 6, 6); invert(layer)",
            "What is to be inverted is less than 16 pixels across",
        ),
        (
            "image.resize(400, 128, 0, 0); select(300, 5, 60, 60); invert(layer)",
            "The selection lies outside of what this layer shows",
        ),
        ("call('plug-in-tugline-invert', NOTHING)", "No layer of the image was given"),
    ],
)
def test_what_cannot_be_is_answered_in_one_sentence(
    gimp: GimpConsole, code: str, sentence: str
) -> None:
    gimp.run("""
NOTHING = {"run-mode": Gimp.RunMode.NONINTERACTIVE, "image": image}
layer.add_alpha()

def select(*box):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, *box)
""")
    assert sentence in refusal(gimp, code)
    assert gimp.value("len(image.get_layers())") == 1
