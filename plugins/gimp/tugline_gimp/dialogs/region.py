"""What of a layer is inverted, and the newest picture of it, small."""

from typing import Final

from tugline_gimp.gi_modules import Gtk

from . import sharp_image
from .asked import Picture
from .composing import on_checks
from .manners import with_class

SIDE: Final = 288
EMPTY: Final = "What is inverted will be here"


class Region(Gtk.Overlay):
    """Shows the newest picture that it is given."""

    def __init__(self) -> None:
        super().__init__(halign=Gtk.Align.CENTER, valign=Gtk.Align.START)
        self._shown: Picture | None = None
        self._image = Gtk.Image()
        self._image.set_size_request(SIDE, SIDE)
        self._empty = with_class(Gtk.Label(label=EMPTY, wrap=True), "tugline-quiet")
        frame = with_class(Gtk.Box(), "tugline-frame")
        frame.add(self._image)
        self.add(frame)
        self.add_overlay(self._empty)
        self.get_accessible().set_name("Preview")
        self.set_tooltip_text("The part of the layer that is inverted, and what comes of it")

    @property
    def side(self) -> int:
        """How large a picture can be seen, in device pixels."""
        return SIDE * int(self.get_scale_factor())

    def show_picture(self, picture: Picture) -> None:
        """Show a picture of at most ``side`` pixels a side."""
        if picture is not self._shown:
            self._shown = picture
            self._empty.hide()
            sharp_image.show(self._image, on_checks(picture), self.get_scale_factor())
