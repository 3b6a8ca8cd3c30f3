"""The arrows of ``tugline_edit.drawn`` as sprites, to be laid over a picture in device pixels.

``unit`` is how many device pixels a logical one has: 2.0 on a screen of twice the density.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tugline_edit.drawn import (
    CASING,
    CORE,
    FILLS,
    HANDLE_RADIUS,
    HEAD_HALF_WIDTH,
    HEAD_LENGTH,
    INK,
    LEAVING,
    DrawnArrow,
    Ink,
    beyond,
    direction,
    faded,
)
from tugline_edit.geometry import XY, Affine

from .glyphs import ADVANCE, HEIGHT, WIDTH, lines_of, text_width
from .raster import (
    Coat,
    Distance,
    Profile,
    Sprite,
    circle,
    diamond,
    line,
    polygon,
    polyline,
    render,
)

# Half the width of an arrow's line, and of the casing beside it.
_SHAFT: Final = 1.2
_EDGE: Final = 1.4

# Sprites are kept for places a quarter of a pixel apart and directions of 6 degrees: finer is not
# seen, and a handle on its way would be drawn anew in each frame.
_PHASES: Final = 4
_TURNS: Final = 60


@dataclass(frozen=True)
class Stamp:
    """A sprite with its origin at the device pixel (``x``, ``y``), ``opacity`` from 0 to 1."""

    sprite: Sprite
    x: int
    y: int
    opacity: float = 1.0


def drawn(arrow: DrawnArrow, to_device: Affine, unit: float) -> list[Stamp]:
    """Return what shows one arrow, the lowest first; ``to_device`` maps image to device pixels."""
    handle, target = to_device.map(arrow.handle), to_device.map(arrow.target)
    along = direction(handle, target)
    near, far = arrow.handle_radius, arrow.target_radius
    opacity = LEAVING if arrow.leaving else 1.0
    stamps = [
        Stamp(sprite, 0, 0, opacity)
        for sprite in _shaft(handle, target, near * unit, far * unit, unit)
    ]
    stamps += _placed(
        _target(*_phase(target), far, arrow.hovered == "target", unit), target, opacity
    )
    turn = round(math.atan2(along[1], along[0]) * _TURNS / math.tau) % _TURNS
    condition = "frozen" if arrow.frozen else arrow.condition
    if condition != "moving":
        turn = 0
    stamps += _placed(_handle(*_phase(handle), condition, near, turn, unit), handle, opacity)
    if condition == "moving":
        stamps += _number(f"{arrow.distance:.0f}", handle, near, along, unit, opacity)
    return stamps


def _phase(point: XY) -> tuple[float, float]:
    x, y = (round(part * _PHASES) % _PHASES / _PHASES for part in point)
    return x, y


def _placed(sprites: tuple[Sprite, ...], point: XY, opacity: float) -> list[Stamp]:
    x, y = (round(part * _PHASES) // _PHASES for part in point)
    return [Stamp(sprite, x, y, opacity) for sprite in sprites]


@lru_cache(maxsize=256)
def _shaft(handle: XY, target: XY, near: float, far: float, unit: float) -> tuple[Sprite, ...]:
    """Return the line and its head, where there is room for them."""
    length = math.dist(handle, target)
    room = length - near - far
    if room <= 3 * unit:
        return ()
    along = direction(handle, target)
    start = beyond(handle, along, near + unit)
    tip = beyond(target, along, -far - 1.5 * unit)
    profile = _profile(Coat(CASING, (_SHAFT + _EDGE) * unit), Coat(CORE, _SHAFT * unit))
    if room <= (HEAD_LENGTH + 2) * unit:
        return line(start, tip, profile)
    base = beyond(tip, along, -HEAD_LENGTH * unit)
    notch = beyond(base, along, 2.8 * unit)
    cut = math.dist(start, base) - 2 * unit
    return (
        *line(start, notch, profile, cut=cut),
        _head(start, notch, tip, base, along, cut, unit),
    )


def _head(start: XY, notch: XY, tip: XY, base: XY, along: XY, cut: float, unit: float) -> Sprite:
    """Return the head with the end of its line: one shape, so that their casing has no seam."""
    across = (-along[1], along[0])
    wings = [beyond(base, across, side * HEAD_HALF_WIDTH * unit) for side in (1, -1)]
    head, shaft = polygon(tip, wings[0], notch, wings[1]), polyline((start, notch))
    corners = (tip, *wings, beyond(start, along, cut))

    (left, top), (ux, uy) = start, along
    half = (HEAD_HALF_WIDTH + _EDGE + 1.0) * unit

    def distance(x: float, y: float) -> float:
        dx, dy = x - left, y - top
        if dx * ux + dy * uy < cut or abs(dy * ux - dx * uy) > half:
            return math.inf
        return min(head(x, y), shaft(x, y) - _SHAFT * unit)

    low = (min(corner[0] for corner in corners), min(corner[1] for corner in corners))
    high = (max(corner[0] for corner in corners), max(corner[1] for corner in corners))
    return render(distance, _profile(Coat(CASING, _EDGE * unit), Coat(CORE, 0.0)), low, high)


@lru_cache(maxsize=256)
def _target(
    x: float, y: float, radius: float, under_pointer: bool, unit: float
) -> tuple[Sprite, ...]:
    fill = faded(CORE, 110) if under_pointer else faded(INK, 70)
    coats = (
        Coat(fill, radius * unit),
        Coat(CASING, (radius + 2.3) * unit, (radius - 2.3) * unit),
        Coat(CORE, (radius + 1.0) * unit, (radius - 1.0) * unit),
        Coat(INK if under_pointer else CORE, 1.8 * unit),
    )
    return (_around((x, y), circle((x, y)), coats),)


@lru_cache(maxsize=1024)
def _handle(
    x: float, y: float, condition: str, radius: float, turn: int, unit: float
) -> tuple[Sprite, ...]:
    """Return the handle's disc (a diamond where it is stuck) and the sign of its condition."""
    centre = (x, y)
    if condition == "frozen":
        cross = _cross(centre, (radius - 1.5) * unit)
        return _hollow(centre, radius, CORE, unit), _stroked(cross, centre, radius, CORE, unit)
    if condition == "lost":
        return _hollow(centre, radius, FILLS["lost"], unit), *_sign("?", centre, unit)
    stuck = condition == "stuck"
    size = unit * (1.25 * math.sqrt(0.5) if stuck else 1.0)
    coats = (
        Coat(CASING, (radius + 2.0) * size),
        Coat(CORE, (radius + 0.7) * size),
        Coat(FILLS.get(condition, FILLS["set"]), (radius - 1.0) * size),
    )
    disc = _around(centre, diamond(centre) if stuck else circle(centre), coats)
    grown = unit * radius / HANDLE_RADIUS
    if condition == "moving":
        sign = _filled(_needle(centre, grown, turn), centre, radius * unit)
    elif condition == "reached":
        tick = _moved(((-2.9, 0.2), (-0.8, 2.4), (3.0, -2.2)), centre, grown)
        sign = _stroked(polyline(tick), centre, radius, CORE, unit)
    elif stuck:
        bar = _moved(((0.0, -3.6), (0.0, 0.4)), centre, grown)
        dot = _moved(((0.0, 3.5),), centre, grown)
        sign = _stroked(polyline(bar, dot), centre, radius, INK, unit)
    else:
        return (disc,)
    return disc, sign


def _around(centre: XY, distance: Distance, coats: tuple[Coat, ...]) -> Sprite:
    profile = _profile(*coats)
    # A diamond's corners lie further out than half its side.
    spare = profile.reach * (math.sqrt(2) - 1)
    low, high = (centre[0] - spare, centre[1] - spare), (centre[0] + spare, centre[1] + spare)
    return render(distance, profile, low, high)


def _hollow(centre: XY, radius: float, ink: Ink, unit: float) -> Sprite:
    coats = (
        Coat(faded(INK, 150), radius * unit),
        Coat(CASING, (radius + 2.4) * unit, (radius - 2.4) * unit),
        Coat(ink, (radius + 1.1) * unit, (radius - 1.1) * unit),
    )
    return _around(centre, circle(centre), coats)


def _stroked(distance: Distance, centre: XY, radius: float, ink: Ink, unit: float) -> Sprite:
    reach = radius * unit
    low, high = (centre[0] - reach, centre[1] - reach), (centre[0] + reach, centre[1] + reach)
    return render(distance, _profile(Coat(ink, 0.95 * unit)), low, high)


def _filled(distance: Distance, centre: XY, reach: float) -> Sprite:
    low, high = (centre[0] - reach, centre[1] - reach), (centre[0] + reach, centre[1] + reach)
    return render(distance, _profile(Coat(CORE, 0.0)), low, high)


def _moved(points: tuple[XY, ...], centre: XY, size: float) -> tuple[XY, ...]:
    return tuple((centre[0] + x * size, centre[1] + y * size) for x, y in points)


def _cross(centre: XY, reach: float) -> Distance:
    side = reach * math.sqrt(0.5)
    return polyline(
        _moved(((-1.0, -1.0), (1.0, 1.0)), centre, side),
        _moved(((-1.0, 1.0), (1.0, -1.0)), centre, side),
    )


def _needle(centre: XY, size: float, turn: int) -> Distance:
    angle = turn * math.tau / _TURNS
    sine, cosine = math.sin(angle), math.cos(angle)
    corners = ((4.3, 0.0), (-2.5, 2.4), (-2.5, -2.4))
    turned = tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in corners)
    return polygon(*_moved(turned, centre, size))


def _number(
    text: str, handle: XY, radius: float, along: XY, unit: float, opacity: float
) -> list[Stamp]:
    """Write behind the handle, where its own line does not run."""
    behind = radius + 6 + abs(along[0]) * text_width(text) / 2 + abs(along[1]) * HEIGHT / 2
    x, y = beyond(handle, along, -behind * unit)
    signs = [_sign(sign, (0.0, 0.0), unit) for sign in text]
    places = [
        round(x + unit * ADVANCE * (place - (len(text) - 1) / 2)) for place in range(len(text))
    ]
    # First all of the casing: a digit's must not lie over its neighbour.
    return [
        Stamp(sign[layer], place, round(y), opacity)
        for layer in (0, 1)
        for sign, place in zip(signs, places, strict=True)
    ]


@lru_cache(maxsize=128)
def _sign(sign: str, centre: XY, unit: float) -> tuple[Sprite, Sprite]:
    """Return the casing and the core of one character around ``centre``."""
    half = WIDTH / 2 * unit, HEIGHT / 2 * unit
    low, high = (
        (centre[0] - half[0], centre[1] - half[1]),
        (centre[0] + half[0], centre[1] + half[1]),
    )
    distance = polyline(*lines_of(sign, centre, unit))
    casing, core = _profile(Coat(CASING, 2.2 * unit)), _profile(Coat(CORE, 0.75 * unit))
    return render(distance, casing, low, high), render(distance, core, low, high)


@lru_cache(maxsize=128)
def _profile(*coats: Coat) -> Profile:
    return Profile(*coats)
