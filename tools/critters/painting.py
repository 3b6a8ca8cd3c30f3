"""What is painted on a critter's surfaces, and how they are lit: one place at a time.

Every function writes a linear RGB colour into ``colour`` [3]; x, y, z are the place in a form's
local coordinates (see ``anatomy``), ``paint`` is one critter's row of ``Anatomy.paint``.
"""

import numpy as np

from tools.critters.anatomy import EYE_CORNER, MOUTH_OPENING, Paint
from tools.critters.compiling import compiled
from tools.critters.parameters import Floats


@compiled
def smooth(low: float, high: float, x: float) -> float:
    """0 below ``low``, 1 above ``high``, a cubic between."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@compiled
def blend(colour: Floats, paint: Floats, place: int, amount: float) -> None:
    """Mix ``colour`` [3] in place toward the paint's colour at ``place``."""
    for c in range(3):
        colour[c] += amount * (paint[place + c] - colour[c])


@compiled
def scale(colour: Floats, amount: float) -> None:
    """Make ``colour`` brighter or darker."""
    for c in range(3):
        colour[c] *= amount


@compiled
def _set(colour: Floats, red: float, green: float, blue: float) -> None:
    colour[0], colour[1], colour[2] = red, green, blue


@compiled
def paint_head(paint: Floats, x: float, y: float, z: float, colour: Floats) -> None:
    """Fur with stripes, blaze and eye patches at a place in the head's local coordinates."""
    blend(colour, paint, Paint.FUR, 1.0)
    side = abs(x)
    front = smooth(-0.1, 0.25, z)
    brow = (x / 0.40) ** 2 + ((y + 0.32) / 0.80) ** 2
    blend(colour, paint, Paint.LIGHT, paint[Paint.BLAZE] * front * (1.0 - smooth(0.75, 1.1, brow)))
    crown = smooth(0.42, 0.55, y) * (1.0 - smooth(0.40, 0.52, side))
    bars = smooth(-0.1, 0.8, np.cos(11.0 * x)) * crown
    flank = smooth(0.56, 0.70, side) * (1.0 - smooth(0.25, 0.4, y))
    bars = max(bars, smooth(-0.1, 0.8, np.cos(10.0 * (y + 0.25 * side))) * flank)
    blend(colour, paint, Paint.DARK, paint[Paint.STRIPES] * bars)
    ring = ((side - paint[Paint.EYE_X]) / 0.42) ** 2 + ((y - paint[Paint.EYE_Y]) / 0.46) ** 2
    blend(
        colour, paint, Paint.DARK, paint[Paint.EYE_PATCH] * front * (1.0 - smooth(0.75, 1.05, ring))
    )


@compiled
def paint_eye(paint: Floats, side: float, x: float, y: float, colour: Floats) -> float:
    """Lids, white, iris, pupil and lights of one eye (side -1 left, 1 right); returns its gloss."""
    across = x / EYE_CORNER
    arc = np.sqrt(max(0.0, 1.0 - across * across))
    lid = paint[Paint.LID_UP_LEFT] if side < 0.0 else paint[Paint.LID_UP_RIGHT]
    down = arc * paint[Paint.LID_DOWN]
    up = max(arc * (lid + paint[Paint.SLANT] * side * x), down)
    inside = abs(across) < 1.0
    if inside and abs(y - up) < 0.085:
        _set(colour, 0.02, 0.014, 0.016)
        return 0.0
    if not inside or y > up or y < down:
        blend(colour, paint, Paint.FUR, 1.0)
        blend(colour, paint, Paint.DARK, 0.85 * paint[Paint.EYE_PATCH] + 0.15)
        if inside and y < down and y > down - 0.07:
            scale(colour, 0.45)
        return 0.0
    _set(colour, 0.93, 0.93, 0.91)
    dx, dy = x - paint[Paint.GAZE_X], y - paint[Paint.GAZE_Y]
    distance = np.sqrt(dx * dx + dy * dy)
    if distance < paint[Paint.IRIS_SIZE]:
        blend(colour, paint, Paint.IRIS, 1.0)
        scale(colour, 1.05 - 0.75 * dy / paint[Paint.IRIS_SIZE] * 0.6)
        if distance > paint[Paint.IRIS_SIZE] - 0.09:
            scale(colour, 0.35)
        if distance < paint[Paint.PUPIL_SIZE]:
            _set(colour, 0.012, 0.010, 0.014)
    scale(colour, 0.62 + 0.38 * smooth(0.0, 0.30, up - y))
    if (dx + 0.20) ** 2 + (dy - 0.24) ** 2 < 0.036:
        _set(colour, 1.0, 1.0, 1.0)
    if (dx - 0.22) ** 2 + (dy + 0.24) ** 2 < 0.0100:
        _set(colour, 0.8, 0.8, 0.8)
    return 1.0


@compiled
def paint_muzzle(paint: Floats, x: float, y: float, z: float, colour: Floats) -> bool:
    """Light fur, lips and the open mouth; returns whether this is the mouth."""
    blend(colour, paint, Paint.FUR, 1.0)
    blend(colour, paint, Paint.LIGHT, 1.0)
    if z < 0.0:
        return False
    a = x / paint[Paint.MOUTH_WIDTH]
    side = abs(a)
    upper = paint[Paint.MOUTH_Y] + paint[Paint.SMILE] * a * a - 0.36 * side * (1.0 - side)
    lower = upper - MOUTH_OPENING * paint[Paint.MOUTH_OPEN] * (1.0 - a * a)
    if side < 1.06 and (abs(y - upper) < 0.055 or abs(y - lower) < 0.05):
        _set(colour, 0.05, 0.022, 0.022)
        return True
    if side < 1.0 and lower < y < upper:
        tongue = (a / 0.66) ** 2 + (
            (y - lower + 0.04) / (0.02 + 0.42 * paint[Paint.MOUTH_OPEN])
        ) ** 2
        if tongue < 1.0:
            _set(colour, 0.80, 0.22, 0.24)
        else:
            _set(colour, 0.22, 0.030, 0.040)
        return True
    if abs(x) < 0.035 and y > paint[Paint.MOUTH_Y]:
        scale(colour, 0.35)
        return True
    return False


@compiled
def paint_ear(paint: Floats, x: float, y: float, z: float, colour: Floats) -> None:
    """Fur, the pink inside of the ear on its front, dark tips on critters with eye patches."""
    blend(colour, paint, Paint.FUR, 1.0)
    width = min(1.0, (1.0 - y) * (3.0 - 2.35 * paint[Paint.EAR_POINT]))
    inner = (x / (0.60 * width + 0.01)) ** 2 + ((y + 0.16) / 0.78) ** 2
    if z > 0.0:
        blend(colour, paint, Paint.INNER_EAR, 1.0 - smooth(0.85, 1.10, inner))
    blend(colour, paint, Paint.DARK, paint[Paint.EYE_PATCH] * 0.8 * smooth(0.35, 0.55, y))


@compiled
def light(
    paint: Floats, matrix: Floats, local: Floats, colour: Floats, gloss: float, strength: float
) -> None:
    """Light a surface whose local coordinates are ``local``: soft shade, rim, a highlight."""
    nx = matrix[0, 0] * local[0] + matrix[1, 0] * local[1] + matrix[2, 0] * local[2]
    ny = matrix[0, 1] * local[0] + matrix[1, 1] * local[1] + matrix[2, 1] * local[2]
    nz = matrix[0, 2] * local[0] + matrix[1, 2] * local[1] + matrix[2, 2] * local[2]
    length = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz)
    nx, ny, nz = nx * length, ny * length, nz * length
    lx, ly, lz = paint[Paint.LIGHT_FROM], paint[Paint.LIGHT_FROM + 1], paint[Paint.LIGHT_FROM + 2]
    facing = 0.5 + 0.5 * (nx * lx + ny * ly + nz * lz)
    shade = 0.22 + 0.88 * facing * facing
    shade *= 0.72 + 0.28 * smooth(0.0, 0.45, nz)
    shade = 1.0 + strength * (shade - 1.0)
    # Shadows lean to violet, as painters have them.
    colour[0] *= shade
    colour[1] *= shade * (0.93 + 0.07 * min(shade, 1.0))
    colour[2] *= shade * 0.97 + 0.03
    if gloss > 0.0:
        half = np.sqrt(lx * lx + ly * ly + (lz + 1.0) ** 2)
        shine = max(0.0, (nx * lx + ny * ly + nz * (lz + 1.0)) / half)
        shine = gloss * shine**40
        for c in range(3):
            colour[c] += shine * (1.0 - colour[c])
