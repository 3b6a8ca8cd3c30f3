"""Pictures put together in device pixels: what is seen of a picture, and the arrows over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tugline_edit.geometry import XY, Affine
from tugline_gimp.gi_modules import GdkPixbuf, GLib

from .asked import Picture
from .drawing import Stamp
from .raster import Sprite
from .viewing import Size, View

# Transparent parts lie on the checks that GIMP shows beneath transparent layers.
_CHECK_SIDE: Final = 8
_CHECKS: Final = (0x999999, 0x666666)
# From so many device pixels an image pixel on, image pixels are seen as squares.
_SQUARES_FROM: Final = 3.0
_OPAQUE: Final = 255


@dataclass(frozen=True)
class Window:
    """The part of a view that is seen, at ``scale`` device pixels for a view pixel."""

    view: View
    scrolled: XY
    scale: int

    @property
    def size(self) -> Size:
        """Its size in device pixels."""
        return self.view.viewport[0] * self.scale, self.view.viewport[1] * self.scale

    @property
    def to_device(self) -> Affine:
        """The map from shown pixels to its device pixels."""
        (left, top), unit = self.scrolled, float(self.scale)
        return self.view.to_view.then(Affine(a=unit, d=unit, e=-left * unit, f=-top * unit))


def pixbuf_of(picture: Picture) -> Any:
    """Return a picture as a GdkPixbuf."""
    return _pixbuf(picture.width, picture.height, picture.rgba)


def on_checks(picture: Picture) -> Any:
    """Return a picture as a GdkPixbuf, on the checks that GIMP shows beneath what is transparent.

    Each of its pixels is one of the screen's.
    """
    size = picture.width, picture.height
    nearest = GdkPixbuf.InterpType.NEAREST
    shown = pixbuf_of(picture)
    return shown.composite_color_simple(*size, nearest, _OPAQUE, _CHECK_SIDE, *_CHECKS)


def rgb_pixbuf(rgb: bytes, width: int, height: int) -> Any | None:
    """Return RGB bytes as a GdkPixbuf; None where they are not width x height."""
    if width < 1 or height < 1 or len(rgb) != width * height * 3:
        return None
    data = GLib.Bytes.new(rgb)
    kind = GdkPixbuf.Colorspace.RGB
    return GdkPixbuf.Pixbuf.new_from_bytes(data, kind, False, 8, width, height, 3 * width)


def seen(picture: Any, window: Window) -> Any:
    """Return what ``window`` shows of a GdkPixbuf, without arrows; around it all is transparent."""
    width, height = window.size
    shown = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, width, height)
    shown.fill(0)
    (left, top), unit = window.view.origin, window.scale
    x, y = ((place - off) * unit for place, off in zip((left, top), window.scrolled, strict=True))
    whole = [round(side * window.view.scale) * unit for side in window.view.shown]
    scales = [
        side / own
        for side, own in zip(whole, (picture.get_width(), picture.get_height()), strict=True)
    ]
    first = max(0, round(x)), max(0, round(y))
    last = min(width, round(x) + whole[0]), min(height, round(y) + whole[1])
    if first[0] < last[0] and first[1] < last[1]:
        nearest = min(scales) >= _SQUARES_FROM
        interpolation = GdkPixbuf.InterpType
        picture.composite_color(
            shown,
            *first,
            last[0] - first[0],
            last[1] - first[1],
            round(x),
            round(y),
            *scales,
            interpolation.NEAREST if nearest else interpolation.BILINEAR,
            _OPAQUE,
            0,
            0,
            _CHECK_SIDE * unit,
            *_CHECKS,
        )
    return shown


def stamped(shown: Any, stamps: Iterable[Stamp]) -> Any:
    """Return a copy of ``shown`` with ``stamps`` over it."""
    copy = shown.copy()
    width, height = copy.get_width(), copy.get_height()
    for stamp in stamps:
        sprite = stamp.sprite
        x, y = stamp.x + sprite.left, stamp.y + sprite.top
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + sprite.width), min(height, y + sprite.height)
        if left < right and top < bottom:
            _pixbuf_of_sprite(sprite).composite(
                copy,
                left,
                top,
                right - left,
                bottom - top,
                x,
                y,
                1.0,
                1.0,
                GdkPixbuf.InterpType.NEAREST,
                round(_OPAQUE * stamp.opacity),
            )
    return copy


@lru_cache(maxsize=1024)
def _pixbuf_of_sprite(sprite: Sprite) -> Any:
    return _pixbuf(sprite.width, sprite.height, sprite.rgba)


def _pixbuf(width: int, height: int, rgba: bytes) -> Any:
    data = GLib.Bytes.new(rgba)
    kind = GdkPixbuf.Colorspace.RGB
    return GdkPixbuf.Pixbuf.new_from_bytes(data, kind, True, 8, width, height, 4 * width)
