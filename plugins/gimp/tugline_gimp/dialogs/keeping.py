"""Where a dialog was, kept for the next time."""

import re
from typing import Any, Final

from tugline_edit.preferences import Shelf

_WRITTEN: Final = re.compile(r"(-?\d{1,5}) (-?\d{1,5}) (\d{1,5}) (\d{1,5})")


def put_back(window: Any, shelf: Shelf, name: str) -> None:
    """Give ``window`` the place and size kept under ``name``, where there are any.

    A place that is on no screen any more is corrected by the window manager.
    """
    kept = _WRITTEN.fullmatch(shelf.read(name))
    if kept:
        left, top, width, height = (int(number) for number in kept.groups())
        window.set_default_size(width, height)
        window.move(left, top)


def keep(window: Any, shelf: Shelf, name: str) -> None:
    """Keep the place and size of ``window`` under ``name``."""
    place, size = window.get_position(), window.get_size()
    shelf.write(name, f"{place.root_x} {place.root_y} {size.width} {size.height}")
