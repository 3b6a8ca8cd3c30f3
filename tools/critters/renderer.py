"""Draws critters: analytic ellipsoids, a few milliseconds a picture on one core.

Each sample finds the nearest ellipsoid by solving one quadratic (the view is orthographic), reads
what is painted there in the ellipsoid's local coordinates, and is lit softly. Samples are averaged
in linear light. Beside the picture comes a weight map: how much a pixel matters to someone who
looks at a face (eyes and mouth most), for the training loss.
"""

import numpy as np
from numba import njit

from tools.critters.anatomy import EYE_CORNER, Anatomy, Form, Paint, build
from tools.critters.parameters import Floats, values

# numba reads these as constants.
BODY, MANE, HEAD = int(Form.BODY), int(Form.MANE), int(Form.HEAD)
EAR_LEFT, EAR_RIGHT = int(Form.EAR_LEFT), int(Form.EAR_RIGHT)
CHEEK_LEFT, CHEEK_RIGHT = int(Form.CHEEK_LEFT), int(Form.CHEEK_RIGHT)
MUZZLE, NOSE = int(Form.MUZZLE), int(Form.NOSE)
EYE_LEFT, EYE_RIGHT = int(Form.EYE_LEFT), int(Form.EYE_RIGHT)
FORMS = len(Form)
NOTHING = -1

FUR, LIGHT, DARK, MANE_COLOUR = int(Paint.FUR), int(Paint.LIGHT), int(Paint.DARK), int(Paint.MANE)
IRIS, NOSE_COLOUR, INNER_EAR = int(Paint.IRIS), int(Paint.NOSE), int(Paint.INNER_EAR)
BACK_TOP, BACK_BOTTOM = int(Paint.BACK_TOP), int(Paint.BACK_BOTTOM)
LIGHT_FROM = int(Paint.LIGHT_FROM)
LID_UP_LEFT, LID_UP_RIGHT = int(Paint.LID_UP_LEFT), int(Paint.LID_UP_RIGHT)
LID_DOWN, SLANT = int(Paint.LID_DOWN), int(Paint.SLANT)
GAZE_X, GAZE_Y = int(Paint.GAZE_X), int(Paint.GAZE_Y)
IRIS_SIZE, PUPIL_SIZE = int(Paint.IRIS_SIZE), int(Paint.PUPIL_SIZE)
STRIPES, BLAZE, EYE_PATCH = int(Paint.STRIPES), int(Paint.BLAZE), int(Paint.EYE_PATCH)
EAR_POINT = int(Paint.EAR_POINT)
MOUTH_Y, MOUTH_WIDTH = int(Paint.MOUTH_Y), int(Paint.MOUTH_WIDTH)
MOUTH_OPEN, SMILE = int(Paint.MOUTH_OPEN), int(Paint.SMILE)
EYE_X, EYE_Y = int(Paint.EYE_X), int(Paint.EYE_Y)
SIZE, PLACE_X, PLACE_Y = int(Paint.SIZE), int(Paint.PLACE_X), int(Paint.PLACE_Y)

_FAST = {"cache": True, "fastmath": True, "nogil": True}


@njit(inline="always", **_FAST)
def _smooth(low, high, x):
    """0 below ``low``, 1 above ``high``, a cubic between."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@njit(inline="always", **_FAST)
def _blend(colour, paint, place, amount):
    """Mix ``colour`` [3] in place toward the paint's colour at ``place``."""
    for c in range(3):
        colour[c] += amount * (paint[place + c] - colour[c])


@njit(inline="always", **_FAST)
def _scale(colour, amount):
    for c in range(3):
        colour[c] *= amount


@njit(inline="always", **_FAST)
def _set(colour, red, green, blue):
    colour[0], colour[1], colour[2] = red, green, blue


@njit(inline="always", **_FAST)
def _off_the_ear(local_x, local_y, point):
    """Whether this place of the ear's ellipsoid is cut away to make the ear pointed."""
    return abs(local_x) > (1.0 - local_y) * (3.0 - 2.35 * point) + 0.03


@njit(**_FAST)
def trace(matrix, shift, box, paint, u, v, local):
    """The nearest form at view position (u, v); fills ``local`` [3]; returns (form, depth)."""
    nearest, form = -1e9, NOTHING
    for k in range(FORMS):
        if u < box[k, 0] or u > box[k, 1] or v < box[k, 2] or v > box[k, 3]:
            continue
        m = matrix[k]
        x = m[0, 0] * u + m[0, 1] * v + shift[k, 0]
        y = m[1, 0] * u + m[1, 1] * v + shift[k, 1]
        z = m[2, 0] * u + m[2, 1] * v + shift[k, 2]
        a = m[0, 2] * m[0, 2] + m[1, 2] * m[1, 2] + m[2, 2] * m[2, 2]
        b = m[0, 2] * x + m[1, 2] * y + m[2, 2] * z
        rest = b * b - a * (x * x + y * y + z * z - 1.0)
        if rest <= 0.0:
            continue
        depth = (-b + np.sqrt(rest)) / a
        if depth <= nearest:
            continue
        x += m[0, 2] * depth
        y += m[1, 2] * depth
        if (k == EAR_LEFT or k == EAR_RIGHT) and _off_the_ear(x, y, paint[EAR_POINT]):
            continue
        nearest, form = depth, k
        local[0], local[1], local[2] = x, y, z + m[2, 2] * depth
    return form, nearest


@njit(**_FAST)
def _paint_head(paint, x, y, z, colour):
    """Fur with stripes, blaze and eye patches at a place in the head's local coordinates."""
    _blend(colour, paint, FUR, 1.0)
    side = abs(x)
    front = _smooth(-0.1, 0.25, z)
    brow = (x / 0.40) ** 2 + ((y + 0.32) / 0.80) ** 2
    _blend(colour, paint, LIGHT, paint[BLAZE] * front * (1.0 - _smooth(0.75, 1.1, brow)))
    crown = _smooth(0.42, 0.55, y) * (1.0 - _smooth(0.40, 0.52, side))
    bars = _smooth(0.15, 0.55, np.cos(15.0 * x)) * crown
    flank = _smooth(0.56, 0.70, side) * (1.0 - _smooth(0.25, 0.4, y))
    bars = max(bars, _smooth(0.1, 0.5, np.cos(13.0 * (y + 0.25 * side))) * flank)
    _blend(colour, paint, DARK, paint[STRIPES] * bars)
    ring = ((side - paint[EYE_X]) / 0.42) ** 2 + ((y - paint[EYE_Y]) / 0.46) ** 2
    _blend(colour, paint, DARK, paint[EYE_PATCH] * front * (1.0 - _smooth(0.75, 1.05, ring)))


@njit(**_FAST)
def _paint_eye(paint, side, x, y, colour):
    """Lids, white, iris, pupil and lights of one eye (side -1 left, 1 right); returns its gloss."""
    across = x / EYE_CORNER
    arc = np.sqrt(max(0.0, 1.0 - across * across))
    lid = paint[LID_UP_LEFT] if side < 0.0 else paint[LID_UP_RIGHT]
    down = arc * paint[LID_DOWN]
    up = max(arc * (lid + paint[SLANT] * side * x), down)
    inside = abs(across) < 1.0
    if inside and abs(y - up) < 0.085:
        _set(colour, 0.02, 0.014, 0.016)
        return 0.0
    if not inside or y > up or y < down:
        _blend(colour, paint, FUR, 1.0)
        _blend(colour, paint, DARK, 0.85 * paint[EYE_PATCH] + 0.15)
        if inside and y < down and y > down - 0.07:
            _scale(colour, 0.45)
        return 0.0
    _set(colour, 0.93, 0.93, 0.91)
    dx, dy = x - paint[GAZE_X], y - paint[GAZE_Y]
    distance = np.sqrt(dx * dx + dy * dy)
    if distance < paint[IRIS_SIZE]:
        _blend(colour, paint, IRIS, 1.0)
        _scale(colour, 1.05 - 0.75 * dy / paint[IRIS_SIZE] * 0.6)
        if distance > paint[IRIS_SIZE] - 0.09:
            _scale(colour, 0.35)
        if distance < paint[PUPIL_SIZE]:
            _set(colour, 0.012, 0.010, 0.014)
    _scale(colour, 0.62 + 0.38 * _smooth(0.0, 0.30, up - y))
    if (dx + 0.20) ** 2 + (dy - 0.24) ** 2 < 0.036:
        _set(colour, 1.0, 1.0, 1.0)
    if (dx - 0.22) ** 2 + (dy + 0.24) ** 2 < 0.0100:
        _set(colour, 0.8, 0.8, 0.8)
    return 1.0


@njit(**_FAST)
def _paint_muzzle(paint, x, y, z, colour):
    """Light fur, lips and the open mouth; returns whether this is the mouth."""
    _blend(colour, paint, FUR, 1.0)
    _blend(colour, paint, LIGHT, 1.0)
    if z < 0.0:
        return False
    a = x / paint[MOUTH_WIDTH]
    side = abs(a)
    upper = paint[MOUTH_Y] + paint[SMILE] * a * a - 0.36 * side * (1.0 - side)
    lower = upper - 0.80 * paint[MOUTH_OPEN] * (1.0 - a * a)
    if side < 1.06 and (abs(y - upper) < 0.055 or abs(y - lower) < 0.05):
        _set(colour, 0.05, 0.022, 0.022)
        return True
    if side < 1.0 and lower < y < upper:
        tongue = (a / 0.66) ** 2 + ((y - lower + 0.04) / (0.02 + 0.42 * paint[MOUTH_OPEN])) ** 2
        if tongue < 1.0:
            _set(colour, 0.80, 0.22, 0.24)
        else:
            _set(colour, 0.22, 0.030, 0.040)
        return True
    if abs(x) < 0.035 and y > paint[MOUTH_Y]:
        _scale(colour, 0.35)
        return True
    return False


@njit(**_FAST)
def _paint_ear(paint, x, y, z, colour):
    _blend(colour, paint, FUR, 1.0)
    width = min(1.0, (1.0 - y) * (3.0 - 2.35 * paint[EAR_POINT]))
    inner = (x / (0.60 * width + 0.01)) ** 2 + ((y + 0.16) / 0.78) ** 2
    if z > 0.0:
        _blend(colour, paint, INNER_EAR, 1.0 - _smooth(0.85, 1.10, inner))
    _blend(colour, paint, DARK, paint[EYE_PATCH] * 0.8 * _smooth(0.35, 0.55, y))


@njit(**_FAST)
def _light(paint, matrix, local, colour, gloss, strength):
    """Light a surface whose local coordinates are ``local``: soft shade, rim, a highlight."""
    nx = matrix[0, 0] * local[0] + matrix[1, 0] * local[1] + matrix[2, 0] * local[2]
    ny = matrix[0, 1] * local[0] + matrix[1, 1] * local[1] + matrix[2, 1] * local[2]
    nz = matrix[0, 2] * local[0] + matrix[1, 2] * local[1] + matrix[2, 2] * local[2]
    length = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz)
    nx, ny, nz = nx * length, ny * length, nz * length
    lx, ly, lz = paint[LIGHT_FROM], paint[LIGHT_FROM + 1], paint[LIGHT_FROM + 2]
    facing = 0.5 + 0.5 * (nx * lx + ny * ly + nz * lz)
    shade = 0.22 + 0.88 * facing * facing
    shade *= 0.72 + 0.28 * _smooth(0.0, 0.45, nz)
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


@njit(**_FAST)
def _sample(matrix, shift, box, paint, u, v, height, local, colour):
    """The colour at one view position, into ``colour`` [3]; returns its weight in the loss."""
    form, depth = trace(matrix, shift, box, paint, u, v, local)
    if form == NOTHING:
        _blend(colour, paint, BACK_TOP, 1.0)
        _blend(colour, paint, BACK_BOTTOM, height)
        return 0.6
    if form == EYE_LEFT or form == EYE_RIGHT:
        side = -1.0 if form == EYE_LEFT else 1.0
        ball = _paint_eye(paint, side, local[0], local[1], colour)
        _light(paint, matrix[form], local, colour, 0.0, 1.0 - 0.75 * ball)
        return 4.0
    if form == NOSE:
        _blend(colour, paint, NOSE_COLOUR, 1.0)
        _light(paint, matrix[form], local, colour, 0.75, 1.0)
        return 2.0
    if form == MUZZLE:
        mouth = _paint_muzzle(paint, local[0], local[1], local[2], colour)
        _light(paint, matrix[form], local, colour, 0.0, 1.0)
        return 3.0 if mouth else 1.5
    if form == HEAD or form == CHEEK_LEFT or form == CHEEK_RIGHT:
        m = matrix[HEAD]
        x = m[0, 0] * u + m[0, 1] * v + m[0, 2] * depth + shift[HEAD, 0]
        y = m[1, 0] * u + m[1, 1] * v + m[1, 2] * depth + shift[HEAD, 1]
        z = m[2, 0] * u + m[2, 1] * v + m[2, 2] * depth + shift[HEAD, 2]
        _paint_head(paint, x, y, z, colour)
        _light(paint, matrix[form], local, colour, 0.0, 1.0)
        return 1.0
    if form == EAR_LEFT or form == EAR_RIGHT:
        _paint_ear(paint, local[0], local[1], local[2], colour)
        _light(paint, matrix[form], local, colour, 0.0, 0.85)
        return 1.0
    _blend(colour, paint, MANE_COLOUR if form == MANE else FUR, 1.0)
    if form == BODY:
        chest = (local[0] / 0.42) ** 2 + ((local[1] - 0.55) / 0.62) ** 2
        _blend(colour, paint, LIGHT, 1.0 - _smooth(0.75, 1.05, chest))
    _light(paint, matrix[form], local, colour, 0.0, 1.0)
    # The head shades what is behind and below it.
    m = matrix[HEAD]
    x = m[0, 0] * u + m[0, 1] * v + m[0, 2] * depth + shift[HEAD, 0]
    y = m[1, 0] * u + m[1, 1] * v + m[1, 2] * depth + shift[HEAD, 1]
    _scale(colour, 0.55 + 0.45 * _smooth(0.85, 1.75, x * x + y * y))
    return 0.8


@njit(**_FAST)
def _draw(matrix, shift, box, paint, samples, picture, weight):
    """Fill ``picture`` [3, R, R] (-1 to 1) and ``weight`` [R, R] of one critter."""
    resolution = picture.shape[1]
    step = 1.0 / (resolution * samples)
    share = 1.0 / (samples * samples)
    local = np.empty(3, dtype=np.float32)
    colour = np.empty(3, dtype=np.float32)
    for row in range(resolution):
        for column in range(resolution):
            red = green = blue = total = 0.0
            for i in range(samples):
                height = (row * samples + i + 0.5) * step
                v = (paint[PLACE_Y] - height) / paint[SIZE]
                for j in range(samples):
                    u = ((column * samples + j + 0.5) * step - paint[PLACE_X]) / paint[SIZE]
                    total += _sample(matrix, shift, box, paint, u, v, height, local, colour)
                    red += colour[0]
                    green += colour[1]
                    blue += colour[2]
            # Gamma 2: near enough to sRGB, and one square root.
            picture[0, row, column] = 2.0 * np.sqrt(min(red * share, 1.0)) - 1.0
            picture[1, row, column] = 2.0 * np.sqrt(min(green * share, 1.0)) - 1.0
            picture[2, row, column] = 2.0 * np.sqrt(min(blue * share, 1.0)) - 1.0
            weight[row, column] = total * share


@njit(**_FAST)
def _draw_all(matrix, shift, box, paint, samples, pictures, weights):
    for n in range(pictures.shape[0]):
        _draw(matrix[n], shift[n], box[n], paint[n], samples, pictures[n], weights[n])


def draw(anatomy: Anatomy, resolution: int, samples: int = 2) -> tuple[Floats, Floats]:
    """Draw critters.

    Args:
        anatomy: N critters.
        resolution: the pictures' side in pixels.
        samples: each pixel is the mean of ``samples`` x ``samples`` rays.

    Returns:
        pictures [N, 3, resolution, resolution], RGB from -1 to 1, and weights
        [N, resolution, resolution], from 0.6 (background) to 4 (eyes).
    """
    count = len(anatomy.paint)
    pictures = np.empty((count, 3, resolution, resolution), dtype=np.float32)
    weights = np.empty((count, resolution, resolution), dtype=np.float32)
    arrays = (anatomy.matrix, anatomy.shift, anatomy.box, anatomy.paint)
    _draw_all(*(np.ascontiguousarray(a, dtype=np.float32) for a in arrays), samples, pictures, weights)
    return pictures, weights


def render(z: Floats, resolution: int = 128, samples: int = 2) -> tuple[Floats, Floats]:
    """Draw the critters ``z`` [N, Z_DIM]; returns what :func:`draw` returns."""
    return draw(build(values(z)), resolution, samples)
