"""What of a layer is inverted, and the newest picture of it, small."""

from collections.abc import Callable
from typing import Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic

from . import sharp_image
from .asked import Picture
from .composing import on_checks
from .manners import SPACING, with_class

SIDE: Final = 288
EMPTY: Final = "What is inverted will be here"


class Region(Gtk.Box):
    """Shows a picture, and below it the switch that shows the photo instead.

    ``switched`` is called with whether the photo is wanted.
    """

    def __init__(self, switched: Callable[[bool], object]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
        self.set_valign(Gtk.Align.START)
        self._shown: Picture | None = None
        self._image = Gtk.Image()
        self._image.set_size_request(SIDE, SIDE)
        self._image.get_accessible().set_name("Preview")
        self._empty = with_class(Gtk.Label(label=EMPTY, wrap=True), "tugline-quiet")
        frame = with_class(Gtk.Box(), "tugline-frame")
        frame.add(self._image)
        over = Gtk.Overlay(halign=Gtk.Align.CENTER)
        over.add(frame)
        over.add_overlay(self._empty)
        over.set_tooltip_text("The part of the layer that is inverted, and what comes of it")
        self._photo = Gtk.ToggleButton(
            label=mnemonic(labels.PHOTO.text, "f"),
            use_underline=True,
            tooltip_text=labels.PHOTO.tooltip,
            halign=Gtk.Align.CENTER,
        )
        self._telling = self._photo.connect(
            "toggled", guarded(lambda _button: switched(self.wants_photo))
        )
        self.add(over)
        self.add(self._photo)

    @property
    def side(self) -> int:
        """How large a picture can be seen, in device pixels."""
        return SIDE * int(self.get_scale_factor())

    @property
    def wants_photo(self) -> bool:
        """Whether the photo is to be seen and not the picture."""
        return bool(self._photo.get_active())

    def show_switch(self, *, sensitive: bool, photo: bool) -> None:
        """Show whether the photo is seen, and let that be changed, without a word to anybody."""
        self._photo.set_sensitive(sensitive)
        with self._photo.handler_block(self._telling):
            self._photo.set_active(photo)

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture of at most ``side`` pixels a side; None for none."""
        if picture is self._shown:
            return
        self._shown = picture
        self._empty.set_visible(picture is None)
        if picture is None:
            self._image.clear()
        else:
            sharp_image.show(self._image, on_checks(picture), self.get_scale_factor())
