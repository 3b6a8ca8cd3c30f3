"""The README's picture: the demo's before, arrows and after, side by side.

``make demo && .venv/bin/python -m tools.readme_picture out/demo docs/pictures/drag.png``
"""

import sys
from pathlib import Path

from PIL import Image

SIDE = 384
GAP = 12


def side_by_side(demo: Path) -> Image.Image:
    """Return the three pictures of the folder ``demo`` on a transparent ground."""
    names = ("before.png", "arrows.png", "after.png")
    sheet = Image.new("RGBA", (len(names) * (SIDE + GAP) - GAP, SIDE), (0, 0, 0, 0))
    for index, name in enumerate(names):
        with Image.open(demo / name) as picture:
            scaled = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        sheet.paste(scaled, (index * (SIDE + GAP), 0))
    return sheet


if __name__ == "__main__":
    folder, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    side_by_side(folder).save(target, optimize=True)
