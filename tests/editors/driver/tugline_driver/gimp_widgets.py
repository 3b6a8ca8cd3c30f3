"""Finds what a process of the plugin's shows: its GTK widgets, and where the screen has them."""

from collections.abc import Iterator
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402 - after the version


def windows() -> list[str]:
    """Return the titles of the windows that the process shows."""
    return [window.get_title() or "" for window in _toplevels()]


def find(said: str, kind: type = Gtk.Widget, number: int = 0) -> Any:
    """Return the visible widget that says ``said`` or is named so, None while there is none.

    A widget says its label, its text or its tooltip; ``kind`` is a class that it has to be of;
    ``number`` counts where there are several.
    """
    found = [each for each in _all() if isinstance(each, kind) and said in _sayings(each)]
    return found[number] if number < len(found) else None


def every(kind: type) -> list[Any]:
    """Return the visible widgets of a class, in the order of their windows."""
    return [each for each in _all() if isinstance(each, kind)]


def texts() -> list[str]:
    """Return all that the process's windows say: labels, entries, titles of buttons."""
    return [label.get_text() for label in every(Gtk.Label) + every(Gtk.Entry) if label.get_text()]


def box(widget: Any) -> list[int] | None:
    """Return x, y, width, height of a widget on the screen; None while it is not shown.

    A widget is shown once it was given room, a window once the window manager has put its frame
    around it: before, it moves.
    """
    if widget is None or not widget.get_mapped():
        return None
    top = widget.get_toplevel()
    _, left, upper = top.get_window().get_origin()
    framed = top.get_window().get_frame_extents().y < upper
    if not framed and top.get_window_type() == Gtk.WindowType.TOPLEVEL:
        return None
    x, y = widget.translate_coordinates(top, 0, 0)
    size = widget.get_allocation()
    if max(size.width, size.height) <= 1:
        return None
    return [left + x, upper + y, size.width, size.height]


def _sayings(widget: Any) -> list[str]:
    said = [widget.get_name(), widget.get_tooltip_text()]
    if isinstance(widget, (Gtk.Button, Gtk.Label)):
        said.append(widget.get_label())
    if isinstance(widget, (Gtk.Label, Gtk.Entry)):
        said.append(widget.get_text())
    return [each.replace("_", "") for each in said if each]


def _all() -> Iterator[Any]:
    for window in _toplevels():
        yield from _within(window)


def _within(widget: Any) -> Iterator[Any]:
    if widget.get_mapped():
        yield widget
        inner: list[Any] = []
        if isinstance(widget, Gtk.Container):
            widget.forall(inner.append)
        # GTK counts what an expander hides among what it shows.
        hidden = widget.get_child() if _is_closed(widget) else None
        for each in inner:
            if each is not hidden:
                yield from _within(each)


def _is_closed(widget: Any) -> bool:
    return isinstance(widget, Gtk.Expander) and not widget.get_expanded()


def _toplevels() -> list[Any]:
    return [window for window in Gtk.Window.list_toplevels() if window.get_mapped()]
