"""Pictures side by side, small enough for a repository."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tools.gallery.running import Shown, mask_name
from tugline_daemon.cli.drawing import draw_pulls

SIDE = 192
GAP = 6
BETWEEN = 24
"""Between two examples."""

STROKE = 2.0
PALE = 0.5
SUFFIX = ".jpg"
QUALITY = 90


def examples(shown: Sequence[Shown]) -> list[list[Image.Image]]:
    """Return before, arrows and after of each example; what stays is pale under arrows."""
    return [
        [one.before, draw_pulls(_selected(one), one.drag.pulls, stroke=STROKE), one.after]
        for one in shown
    ]


def _selected(one: Shown) -> Image.Image:
    if one.mask is None:
        return one.before
    pale = Image.blend(one.before, Image.new("RGB", one.before.size, "white"), PALE)
    return Image.composite(one.before, pale, one.mask)


def strip(groups: Sequence[Sequence[Image.Image]]) -> Image.Image:
    """Lay groups of pictures out in one row on white."""
    cells = [len(group) * (SIDE + GAP) - GAP for group in groups]
    sheet = Image.new("RGB", (sum(cells) + BETWEEN * (len(groups) - 1), SIDE), "white")
    left = 0
    for group, width in zip(groups, cells, strict=True):
        for index, picture in enumerate(group):
            scaled = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            sheet.paste(scaled, (left + index * (SIDE + GAP), 0))
        left += width + BETWEEN
    return sheet


def save(sheet: Image.Image, folder: Path, name: str) -> None:
    """Write ``sheet`` as a JPEG, which takes a quarter of a PNG's room, its colours whole."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet.save(folder / f"{name}{SUFFIX}", quality=QUALITY, subsampling=0, optimize=True)


def keep_masks(shown: Sequence[Shown], folder: Path) -> None:
    """Write the masks that the commands name."""
    for one in shown:
        if one.mask is not None:
            one.mask.save(folder / mask_name(one.drag), optimize=True)
