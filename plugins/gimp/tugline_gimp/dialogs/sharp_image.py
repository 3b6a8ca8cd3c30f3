"""A Gtk.Image that shows a GdkPixbuf in device pixels, also on screens of twice the density."""

from typing import Any

from tugline_gimp.gi_modules import Gio, GLib, Gtk


def show(image: Any, pixbuf: Any, scale: int) -> None:
    """Let ``image`` show ``pixbuf``, ``scale`` device pixels for a logical one.

    A pixbuf's own pixels are logical ones to GTK, and the surface that would say otherwise needs
    pycairo. An icon in memory is scaled to the device's pixels instead; it is made a square, as
    icons are, with the picture in the top left corner.
    """
    if scale == 1:
        image.set_from_pixbuf(pixbuf)
        return
    side = max(pixbuf.get_width(), pixbuf.get_height())
    square = pixbuf.new(pixbuf.get_colorspace(), True, 8, side, side)
    square.fill(0)
    pixbuf.copy_area(0, 0, pixbuf.get_width(), pixbuf.get_height(), square, 0, 0)
    _, stored = square.save_to_bufferv("png", ["compression"], ["0"])
    image.set_from_gicon(Gio.BytesIcon.new(GLib.Bytes.new(stored)), Gtk.IconSize.DIALOG)
    image.set_pixel_size(side // scale)
