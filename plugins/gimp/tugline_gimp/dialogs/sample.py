"""The picture that would be generated, small, made anew while the artist tries seeds."""

from collections.abc import Callable
from typing import Any, Final

from tugline_gimp.gi_modules import GdkPixbuf, GLib, Gtk

from . import sharp_image
from .asked import GenerateDesk, Picture
from .composing import pixbuf_of
from .manners import with_class

SIDE: Final = 256
# So long the artist has to rest before a picture is asked for: a slider passes many values.
REST_MS: Final = 120
EMPTY: Final = "The picture will be here"


class Sample(Gtk.Overlay):
    """Shows the newest picture that was asked for; ``failed`` gets a sentence where none came."""

    def __init__(self, desk: GenerateDesk, failed: Callable[[str], object]) -> None:
        super().__init__(halign=Gtk.Align.CENTER, valign=Gtk.Align.START)
        self._desk, self._failed = desk, failed
        self._wanted: tuple[str, int, float] | None = None
        self._asked: tuple[str, int, float] | None = None
        self._waiting = 0
        self._number = 0
        self._image = Gtk.Image()
        self._empty = with_class(Gtk.Label(label=EMPTY, wrap=True), "tugline-quiet")
        self._spinner = Gtk.Spinner(
            halign=Gtk.Align.END, valign=Gtk.Align.END, margin_end=6, margin_bottom=6
        )
        frame = with_class(Gtk.Box(), "tugline-frame")
        self._image.set_size_request(SIDE, SIDE)
        frame.add(self._image)
        self.add(frame)
        self.add_overlay(self._empty)
        self.add_overlay(self._spinner)
        self.get_accessible().set_name("Preview")
        self.set_tooltip_text("The picture that will be made")
        self.connect("destroy", self._forget)

    def show_soon(self, model: str, seed: int, truncation: float) -> None:
        """Have the picture of these shown, when nothing else is wished for during REST_MS."""
        if self._wanted == (model, seed, truncation):
            return
        self._wanted = (model, seed, truncation)
        self._cancel()
        self._waiting = GLib.timeout_add(REST_MS, self._ask)

    def ask_again(self) -> None:
        """Ask anew for what was wanted last, where it failed or the daemon is another."""
        wanted, self._wanted, self._asked = self._wanted, None, None
        if wanted is not None:
            self.show_soon(*wanted)

    def _ask(self) -> bool:
        self._waiting = 0
        if self._wanted is not None and self._wanted != self._asked:
            self._asked = self._wanted
            self._number += 1
            number = self._number
            self._spinner.start()
            self._desk.sample(
                *self._wanted,
                SIDE * self.get_scale_factor(),
                done=lambda picture: self._came(number, picture),
                failed=lambda said: self._came_to_nothing(number, said),
            )
        return bool(GLib.SOURCE_REMOVE)

    def _came(self, number: int, picture: Picture) -> None:
        if number != self._number:
            return
        self._spinner.stop()
        self._empty.hide()
        unit = self.get_scale_factor()
        sharp_image.show(self._image, _fitted(pixbuf_of(picture), SIDE * unit), unit)
        self._failed("")

    def _came_to_nothing(self, number: int, said: str) -> None:
        if number == self._number:
            self._spinner.stop()
            self._failed(said)

    def _cancel(self) -> None:
        number, self._waiting = self._waiting, 0
        if number:
            GLib.source_remove(number)

    def _forget(self, _sample: Any) -> None:
        self._cancel()
        self._number += 1


def _fitted(picture: Any, side: int) -> Any:
    """Return a picture as large as fits into a square of ``side`` device pixels."""
    largest = max(picture.get_width(), picture.get_height())
    if largest == side:
        return picture
    across, down = (
        max(1, round(side * own / largest)) for own in (picture.get_width(), picture.get_height())
    )
    return picture.scale_simple(across, down, GdkPixbuf.InterpType.BILINEAR)
