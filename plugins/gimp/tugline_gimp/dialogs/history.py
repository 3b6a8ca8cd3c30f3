"""The strip of the edit's pictures, in the order of their making, its branches joined by lines."""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.history import THUMBNAIL_SIDE
from tugline_edit.lanes import Lanes, lane_count
from tugline_edit.view import HistoryItem
from tugline_gimp.gi_modules import GdkPixbuf, Gtk

from . import sharp_image
from .composing import rgb_pixbuf, stamped
from .lanes import drawn_lanes
from .manners import ACCENT, quiet_ink, set_class, text_height, with_class

_SHOWN_SIDE: Final = 48


class HistoryStrip(Gtk.ScrolledWindow):
    """Thumbnails in a row; ``wanted`` is called with the id of the one that the artist goes to.

    Tab and the arrow keys walk, Space and Enter go.
    """

    def __init__(self, wanted: Callable[[str], object]) -> None:
        super().__init__(
            hscrollbar_policy=Gtk.PolicyType.AUTOMATIC,
            vscrollbar_policy=Gtk.PolicyType.NEVER,
            overlay_scrolling=True,
            tooltip_text=labels.HISTORY.tooltip,
        )
        self.get_accessible().set_name(labels.HISTORY.text)
        self._wanted = wanted
        self._items: tuple[HistoryItem, ...] = ()
        self._buttons: list[Any] = []
        self._row = Gtk.Box(spacing=0)
        self._lines = Gtk.Image(halign=Gtk.Align.START)
        self._empty = Gtk.Label(label=labels.NO_HISTORY, wrap=True)
        with_class(self._empty, "tugline-quiet")
        self._empty.set_size_request(-1, _SHOWN_SIDE)
        inside = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        for part in (self._empty, self._row, self._lines):
            inside.add(part)
        self.add(inside)
        self._row.connect("size-allocate", guarded(self._show_current))
        self.connect("style-updated", guarded(self._draw_lines))

    def show_items(self, items: tuple[HistoryItem, ...]) -> None:
        """Show these pictures; the strip stays where it is unless another one is current."""
        if items == self._items:
            return
        before, self._items = self._items, items
        if [(item.id, item.label) for item in before] != [(item.id, item.label) for item in items]:
            self._fill()
        for item, button in zip(items, self._buttons, strict=True):
            set_class(button, "tugline-current", on=item.current)
        self._empty.set_visible(not items)
        self._draw_lines()
        self._show_current()

    def _fill(self) -> None:
        for button in self._buttons:
            button.destroy()
        self._buttons = [self._button(item) for item in self._items]
        for button in self._buttons:
            self._row.add(button)
        self._row.show_all()

    def _button(self, item: HistoryItem) -> Any:
        button = Gtk.Button(relief=Gtk.ReliefStyle.NONE, tooltip_text=item.label)
        button.get_accessible().set_name(item.label)
        picture = rgb_pixbuf(item.thumbnail, THUMBNAIL_SIDE, THUMBNAIL_SIDE)
        image = Gtk.Image()
        image.set_size_request(_SHOWN_SIDE, _SHOWN_SIDE)
        if picture is not None:
            side = _SHOWN_SIDE * self.get_scale_factor()
            small = picture.scale_simple(side, side, GdkPixbuf.InterpType.BILINEAR)
            sharp_image.show(image, small, self.get_scale_factor())
        button.add(image)
        button.connect("clicked", guarded(lambda _button: self._go(item.id)))
        return with_class(button, "tugline-picture")

    def _go(self, state: str) -> None:
        if any(item.id == state and not item.current for item in self._items):
            self._wanted(state)

    def _draw_lines(self) -> None:
        """Draw the branches; the picture is made anew only where it looks other than before."""
        count = lane_count(self._items)
        self._lines.set_visible(count > 0)
        if not count or not self._buttons:
            return
        unit = self.get_scale_factor()
        column = self._buttons[0].get_preferred_width().natural_width * unit
        pitch = text_height(self) / 2 * unit
        size = round(column * len(self._items)), round(pitch * count)
        blank = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, *size)
        blank.fill(0)
        stamps = drawn_lanes(Lanes(self._items, column, pitch), quiet_ink(self), ACCENT)
        sharp_image.show(self._lines, stamped(blank, stamps), unit)

    def _show_current(self) -> None:
        current = next((at for at, item in enumerate(self._items) if item.current), None)
        if current is None or not self._buttons:
            return
        room = self._buttons[current].get_allocation()
        adjustment = self.get_hadjustment()
        adjustment.clamp_page(room.x, room.x + room.width)
