"""Where a dialog was, kept for the next time."""

import re
from typing import Any, Final

from tugline_edit.preferences import Shelf

_EDGE: Final = 24
_WRITTEN: Final = re.compile(r"(-?\d{1,5}) (-?\d{1,5}) (\d{1,5}) (\d{1,5})")


def put_back(window: Any, shelf: Shelf, name: str) -> None:
    """Give ``window`` the place and size kept under ``name``, else a place beside the picture.

    A place that is on no screen any more is corrected by the window manager.
    """
    kept = _WRITTEN.fullmatch(shelf.read(name))
    if kept:
        left, top, width, height = (int(number) for number in kept.groups())
        window.set_default_size(width, height)
        window.move(left, top)
    else:
        _put_aside(window)


def _put_aside(window: Any) -> None:
    """Place ``window`` at the right edge of the screen: in the middle lies what is worked on."""
    display = window.get_display()
    seat = display.get_default_seat()
    pointer = seat.get_pointer() if seat is not None else None
    x, y = pointer.get_position()[1:] if pointer is not None else (0, 0)
    room = display.get_monitor_at_point(x, y).get_workarea()
    width, height = window.get_default_size()
    left = room.x + max(0, room.width - width - _EDGE)
    window.move(left, room.y + max(0, room.height - height) // 2)


def keep(window: Any, shelf: Shelf, name: str) -> None:
    """Keep the place and size of ``window`` under ``name``."""
    place, size = window.get_position(), window.get_size()
    shelf.write(name, f"{place.root_x} {place.root_y} {size.width} {size.height}")
