"""Photographs that scikit-image ships, where that is installed: what critters are not."""

from importlib.util import find_spec
from pathlib import Path

from PIL import Image

PHOTOGRAPHS = (
    "chelsea.png",
    "astronaut.png",
    "coffee.png",
    "rocket.jpg",
    "camera.png",
    "motorcycle_left.png",
)
"""A cat, a face, a cup, a rocket, a man with a camera (grey), motorcycles."""

PACKAGE = "skimage"


def photographs(side: int) -> dict[str, Image.Image]:
    """The middle squares of the photographs, RGB of ``side`` pixels, by name.

    Empty where scikit-image is not installed; it is looked for, never imported.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return {}
    folder = Path(found.submodule_search_locations[0]) / "data"
    return {
        path.stem: _square(Image.open(path), side)
        for path in (folder / name for name in PHOTOGRAPHS)
        if path.is_file()
    }


def _square(picture: Image.Image, side: int) -> Image.Image:
    width, height = picture.size
    cut = min(width, height)
    left, top = (width - cut) // 2, (height - cut) // 2
    middle = picture.convert("RGB").crop((left, top, left + cut, top + cut))
    return middle.resize((side, side), Image.Resampling.LANCZOS)
