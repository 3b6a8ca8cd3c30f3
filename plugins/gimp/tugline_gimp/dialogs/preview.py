"""The picture with its arrows, under the artist's hand; it can be zoomed, scrolled and panned."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from tugline_edit.drawn import DrawnArrow
from tugline_edit.geometry import XY, Affine
from tugline_edit.guarding import guarded
from tugline_edit.hand import Hand, Pointer
from tugline_gimp.gi_modules import Gdk, GLib, Gtk

from . import sharp_image
from .asked import Picture
from .composing import Window, pixbuf_of, seen, stamped
from .drawing import drawn
from .viewing import View, to_shown, zoomed

LEAST_SIDE: Final = 180
_LEFT, _MIDDLE = 1, 2
# Just before GTK's own redrawing, however fast frames come.
_PRIORITY: Final = GLib.PRIORITY_HIGH_IDLE + 15
_CURSORS: Final = {
    Pointer.PLAIN: "default",
    Pointer.PLACE: "crosshair",
    Pointer.GRASP: "grab",
    Pointer.HOLD: "grabbing",
}


class Preview(Gtk.ScrolledWindow):
    """Shows what ``picture`` returns, with the arrows of ``hand``; ``draw_soon`` looks again.

    ``unfinished`` returns handles, in image pixels, that have no target on the canvas yet.
    ``zoom_changed`` is called when the scale at which the picture is seen is another.
    """

    def __init__(
        self,
        hand: Hand,
        picture: Callable[[], Picture | None],
        unfinished: Callable[[], Sequence[XY]],
        zoom_changed: Callable[[], None],
    ) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN, hexpand=True, vexpand=True)
        self._hand, self._picture = hand, picture
        self._unfinished, self._zoom_changed = unfinished, zoom_changed
        self._view = View((1, 1), (1, 1))
        self._to_shown = Affine()
        self._zoom: float | None = None
        self._told_scale = 0.0
        self._waiting = 0
        self._kept: tuple[Picture, Any] | None = None
        self._base: tuple[Window, Any, Any] | None = None
        self._panned_from: XY | None = None
        self._image = Gtk.Image()
        self._area = self._make_area()
        self.add(self._area)
        self.set_size_request(LEAST_SIDE, LEAST_SIDE)
        for adjustment in (self.get_hadjustment(), self.get_vadjustment()):
            adjustment.connect("value-changed", guarded(self.draw_soon))
        self.connect("destroy", self._forget)

    @property
    def scale(self) -> float:
        """How many view pixels a shown pixel has at present."""
        return self._view.scale

    @property
    def fits(self) -> bool:
        """Whether the picture is zoomed to be seen whole, whatever the dialog's size."""
        return self._zoom is None

    def draw_soon(self) -> None:
        """Draw when the event loop has nothing more urgent to do; many calls draw once."""
        if not self._waiting:
            self._waiting = GLib.idle_add(self._draw_once, priority=_PRIORITY)

    def set_zoom(self, zoom: float | None, around: XY | None = None) -> None:
        """See ``zoom`` view pixels for a shown pixel, None: all of the picture.

        What is seen at ``around`` (view pixels, None = the middle) stays there.
        """
        before, scrolled = self._view, self._scrolled()
        middle = (
            scrolled[0] + before.viewport[0] / 2,
            scrolled[1] + before.viewport[1] / 2,
        )
        self._zoom = zoom
        self._look()
        left, top = self._view.scroll_to_keep(around or middle, before, scrolled)
        self.get_hadjustment().set_value(left)
        self.get_vadjustment().set_value(top)
        self.draw_soon()

    def zoom_by(self, steps: int, around: XY | None = None) -> None:
        """Zoom in by so many steps; out where they are below 0."""
        self.set_zoom(zoomed(self._view.scale, steps), around)

    def focus(self) -> None:
        """Give the keyboard to the picture."""
        self._area.grab_focus()

    def place_of(self, point: XY) -> XY:
        """Return where an image pixel is seen, in pixels of the preview's own corner."""
        x, y = self._to_view.map(point)
        left, top = self._scrolled()
        inner_left, inner_top = self._area.translate_coordinates(self, 0, 0)
        return x - left + inner_left, y - top + inner_top

    def _make_area(self) -> Any:
        area = Gtk.Layout(can_focus=True)
        area.put(self._image, 0, 0)
        masks = Gdk.EventMask
        area.add_events(
            masks.BUTTON_PRESS_MASK
            | masks.BUTTON_RELEASE_MASK
            | masks.POINTER_MOTION_MASK
            | masks.LEAVE_NOTIFY_MASK
            | masks.SCROLL_MASK
            | masks.SMOOTH_SCROLL_MASK
        )
        area.connect("button-press-event", guarded(self._pressed))
        area.connect("button-release-event", guarded(self._released))
        area.connect("motion-notify-event", guarded(self._moved))
        area.connect("scroll-event", guarded(self._wheeled))
        area.connect("size-allocate", guarded(self._sized))
        area.connect("realize", guarded(self._realized))
        area.get_accessible().set_name("Picture")
        return area

    @property
    def _to_view(self) -> Affine:
        """The map from image pixels to view pixels."""
        return self._to_shown.then(self._view.to_view)

    def _scrolled(self) -> XY:
        return self.get_hadjustment().get_value(), self.get_vadjustment().get_value()

    def _look(self) -> Picture | None:
        """See which picture is to be shown now, and in which view."""
        picture = self._picture()
        if self._hand.busy:
            # The picture stays where it is under a hand, whatever else of the dialog moves.
            return picture
        shown = (1, 1)
        if picture is not None:
            box = picture.placement.box
            shown = (box.width, box.height)
            self._to_shown = to_shown(picture.placement)
        room = self._area.get_allocated_width(), self._area.get_allocated_height()
        view = View(shown, (max(1, room[0]), max(1, room[1])), self._zoom)
        if view != self._view:
            self._view = view
            self._area.set_size(*view.canvas)
        if view.scale != self._told_scale:
            self._told_scale = view.scale
            self._zoom_changed()
        return picture

    def _draw_once(self) -> bool:
        self._waiting = 0
        self._draw()
        return GLib.SOURCE_REMOVE

    @guarded
    def _draw(self) -> None:
        if not self._area.get_realized():
            return
        picture = self._look()
        if picture is None:
            self._image.clear()
            return
        left, top = (round(value) for value in self._scrolled())
        window = Window(self._view, (left, top), self._area.get_scale_factor())
        to_device = self._to_shown.then(window.to_device)
        stamps = [
            stamp for arrow in self._arrows() for stamp in drawn(arrow, to_device, window.scale)
        ]
        sharp_image.show(self._image, stamped(self._seen(picture, window), stamps), window.scale)
        self._area.move(self._image, left, top)

    def _arrows(self) -> list[DrawnArrow]:
        """Return what is to be seen: beneath, faintly, handles that pull nothing yet."""
        begun = [DrawnArrow(place, place, leaving=True) for place in self._unfinished()]
        return [*begun, *self._hand.arrows]

    def _seen(self, picture: Picture, window: Window) -> Any:
        """Return the picture without arrows; it is scaled once, and arrows move over it."""
        if self._kept is None or self._kept[0] is not picture:
            self._kept = picture, pixbuf_of(picture)
        pixbuf = self._kept[1]
        if self._base is None or self._base[0] != window or self._base[1] is not pixbuf:
            self._base = window, pixbuf, seen(pixbuf, window)
        return self._base[2]

    def _pressed(self, _area: Any, event: Any) -> bool:
        if event.type != Gdk.EventType.BUTTON_PRESS:
            return False
        self._area.grab_focus()
        if event.button == _MIDDLE:
            self._panned_from = (event.x_root, event.y_root)
            return True
        if event.button != _LEFT:
            return False
        self._hand.press((event.x, event.y), self._to_view)
        self._point(event)
        return True

    def _moved(self, _area: Any, event: Any) -> bool:
        if self._panned_from is not None:
            self._pan(event)
            return True
        if self._hand.move((event.x, event.y), self._to_view):
            self.draw_soon()
        self._point(event)
        return True

    def _released(self, _area: Any, event: Any) -> bool:
        if event.button == _MIDDLE:
            self._panned_from = None
        elif event.button == _LEFT:
            self._hand.release((event.x, event.y), self._to_view)
            self._point(event)
        return True

    def _pan(self, event: Any) -> None:
        if self._panned_from is None:
            return
        x, y = self._panned_from
        self._panned_from = (event.x_root, event.y_root)
        left, top = self._scrolled()
        self.get_hadjustment().set_value(left + x - event.x_root)
        self.get_vadjustment().set_value(top + y - event.y_root)

    def _wheeled(self, _area: Any, event: Any) -> bool:
        """Zoom with Ctrl and the wheel, as GIMP's canvas does; without it GTK scrolls."""
        if not event.state & Gdk.ModifierType.CONTROL_MASK:
            return False
        steps = {Gdk.ScrollDirection.UP: 1, Gdk.ScrollDirection.DOWN: -1}.get(event.direction, 0)
        if event.direction == Gdk.ScrollDirection.SMOOTH:
            steps = (event.delta_y < 0) - (event.delta_y > 0)
        if steps:
            self.zoom_by(steps, (event.x, event.y))
        return True

    def _point(self, event: Any) -> None:
        window = self._area.get_bin_window()
        pointer = self._hand.pointer((event.x, event.y), self._to_view)
        cursor = Gdk.Cursor.new_from_name(window.get_display(), _CURSORS[pointer])
        window.set_cursor(cursor)

    def _sized(self, _area: Any, room: Any) -> None:
        """Draw anew in another size; GTK says so too after each drawing in the same one."""
        if (room.width, room.height) != self._view.viewport:
            self.draw_soon()

    def _realized(self, _area: Any) -> None:
        self.draw_soon()

    def _forget(self, _preview: Any) -> None:
        if self._waiting:
            GLib.source_remove(self._waiting)
            self._waiting = 0
