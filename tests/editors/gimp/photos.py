"""Photos for GIMP's tests: critters as the renderer draws them, which the model has not made."""

from pathlib import Path

import numpy as np
from PIL import Image

from tools.critters.parameters import draw_z
from tools.critters.recipe import HELD_OUT_SEED
from tools.critters.renderer import render

SIDE = 128

NAMES = """
from gi.repository import Babl

def open_photo(path):
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))

def seen(image, format="R'G'B' u8"):
    \"\"\"The pixels of an image as it is seen, in a format.\"\"\"
    flat = image.duplicate()
    layer = flat.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
    area = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
    found = bytes(layer.get_buffer().get(area, 1.0, format, Gegl.AbyssPolicy.NONE))
    flat.delete()
    return found

def differing(before, after, selection):
    \"\"\"Of how many pixels any byte is another: where nothing is selected, and elsewhere.\"\"\"
    wide = len(before) // len(selection)
    counts = [0, 0]
    for n, chosen in enumerate(selection):
        here = slice(n * wide, n * wide + wide)
        counts[chosen > 0] += before[here] != after[here]
    return counts

def apart(one, other):
    \"\"\"The mean difference of two pictures' bytes.\"\"\"
    return sum(abs(a - b) for a, b in zip(one, other)) / len(one)
"""
"""Names of the tests' side in GIMP; ``open_photo`` opens what ``photo`` has written."""


def photo(folder: Path, number: int = 0, side: int = SIDE) -> Path:
    """Write a held-out critter of ``side`` pixels as a PNG into ``folder``, and return its path."""
    pictures, _ = render(draw_z(number + 1, HELD_OUT_SEED), side)
    pixels = np.clip((pictures[number].transpose(1, 2, 0) + 1) * 127.5, 0, 255)
    path = folder / f"critter-{number}.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path
