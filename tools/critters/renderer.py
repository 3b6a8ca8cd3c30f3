"""Draws critters: analytic ellipsoids, a few milliseconds a picture on one core.

Each sample finds the nearest ellipsoid by solving one quadratic (the view is orthographic), reads
what is painted there in the ellipsoid's local coordinates, and is lit softly. Samples are averaged
in linear light. Beside the picture comes a weight map: how much a pixel matters to someone who
looks at a face (eyes and mouth most), for the training loss.
"""

import numpy as np

from tools.critters.anatomy import Anatomy, Form, Paint, build
from tools.critters.compiling import compiled
from tools.critters.painting import (
    blend,
    light,
    paint_ear,
    paint_eye,
    paint_head,
    paint_muzzle,
    scale,
    smooth,
)
from tools.critters.parameters import Floats, values

FORMS = len(Form)
NOTHING = -1


@compiled
def _off_the_ear(local_x: float, local_y: float, point: float) -> bool:
    """Whether this place of the ear's ellipsoid is cut away to make the ear pointed."""
    return abs(local_x) > (1.0 - local_y) * (3.0 - 2.35 * point) + 0.03


@compiled
def trace(
    matrix: Floats, shift: Floats, box: Floats, paint: Floats, u: float, v: float, local: Floats
) -> tuple[int, float]:
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
        if k in (Form.EAR_LEFT, Form.EAR_RIGHT) and _off_the_ear(x, y, paint[Paint.EAR_POINT]):
            continue
        nearest, form = depth, k
        local[0], local[1], local[2] = x, y, z + m[2, 2] * depth
    return form, nearest


@compiled
def _in_head(
    matrix: Floats, shift: Floats, u: float, v: float, depth: float
) -> tuple[float, float, float]:
    """A view position in the head's local coordinates."""
    m, s = matrix[Form.HEAD], shift[Form.HEAD]
    return (
        m[0, 0] * u + m[0, 1] * v + m[0, 2] * depth + s[0],
        m[1, 0] * u + m[1, 1] * v + m[1, 2] * depth + s[1],
        m[2, 0] * u + m[2, 1] * v + m[2, 2] * depth + s[2],
    )


@compiled
def _sample(
    matrix: Floats,
    shift: Floats,
    box: Floats,
    paint: Floats,
    u: float,
    v: float,
    height: float,
    local: Floats,
    colour: Floats,
) -> float:
    """The colour at one view position, into ``colour`` [3]; returns its weight in the loss."""
    form, depth = trace(matrix, shift, box, paint, u, v, local)
    if form == NOTHING:
        blend(colour, paint, Paint.BACK_TOP, 1.0)
        blend(colour, paint, Paint.BACK_BOTTOM, height)
        return 1.0
    x, y, z = local[0], local[1], local[2]
    weight, gloss, strength = 1.6, 0.0, 1.0
    if form in (Form.EYE_LEFT, Form.EYE_RIGHT):
        side = -1.0 if form == Form.EYE_LEFT else 1.0
        ball = paint_eye(paint, side, x, y, colour)
        weight, strength = 3.0, 1.0 - 0.75 * ball
    elif form == Form.NOSE:
        blend(colour, paint, Paint.NOSE, 1.0)
        weight, gloss = 2.0, 0.75
    elif form == Form.MUZZLE:
        weight = 3.0 if paint_muzzle(paint, x, y, z, colour) else 1.6
    elif form in (Form.HEAD, Form.CHEEK_LEFT, Form.CHEEK_RIGHT):
        x, y, z = _in_head(matrix, shift, u, v, depth)
        paint_head(paint, x, y, z, colour)
    elif form in (Form.EAR_LEFT, Form.EAR_RIGHT):
        paint_ear(paint, x, y, z, colour)
        strength = 0.85
    else:
        blend(colour, paint, Paint.MANE if form == Form.MANE else Paint.FUR, 1.0)
        if form == Form.BODY:
            chest = (x / 0.42) ** 2 + ((y - 0.55) / 0.62) ** 2
            blend(colour, paint, Paint.LIGHT, 1.0 - smooth(0.75, 1.05, chest))
        # The head shades what is behind and below it.
        x, y, z = _in_head(matrix, shift, u, v, depth)
        scale(colour, 0.55 + 0.45 * smooth(0.85, 1.75, x * x + y * y))
        weight = 1.2
    light(paint, matrix[form], local, colour, gloss, strength)
    return weight


@compiled
def _draw(
    matrix: Floats,
    shift: Floats,
    box: Floats,
    paint: Floats,
    rays: Floats,
    picture: Floats,
    weight: Floats,
) -> None:
    """Fill ``picture`` [3, R, R] (-1 to 1) and ``weight`` [R, R] of one critter.

    ``rays`` [2 R + 2, 2 R + 2, 4] is where the rays' linear RGB and weights are kept meanwhile:
    two a pixel along each axis and a rim of one, weighed 1, 3, 3, 1 about each pixel's centre.
    """
    resolution = picture.shape[1]
    step = 0.5 / resolution
    local = np.empty(3, dtype=np.float32)
    colour = np.empty(3, dtype=np.float32)
    for i in range(rays.shape[0]):
        height = (i - 0.5) * step
        v = (paint[Paint.PLACE_Y] - height) / paint[Paint.SIZE]
        for j in range(rays.shape[1]):
            u = ((j - 0.5) * step - paint[Paint.PLACE_X]) / paint[Paint.SIZE]
            rays[i, j, 3] = _sample(matrix, shift, box, paint, u, v, height, local, colour)
            for c in range(3):
                rays[i, j, c] = colour[c]
    for row in range(resolution):
        for column in range(resolution):
            for c in range(4):
                total = 0.0
                for i in range(4):
                    of_row = rays[2 * row + i]
                    at = 2 * column
                    line = of_row[at, c] + of_row[at + 3, c]
                    line += 3.0 * (of_row[at + 1, c] + of_row[at + 2, c])
                    total += line if i in (0, 3) else 3.0 * line
                mean = total / 64.0
                if c == 3:
                    weight[row, column] = mean
                else:
                    # Gamma 2: near enough to sRGB, and one square root.
                    picture[c, row, column] = 2.0 * np.sqrt(min(max(mean, 0.0), 1.0)) - 1.0


@compiled
def _draw_all(
    matrix: Floats,
    shift: Floats,
    box: Floats,
    paint: Floats,
    rays: Floats,
    pictures: Floats,
    weights: Floats,
) -> None:
    for n in range(pictures.shape[0]):
        _draw(matrix[n], shift[n], box[n], paint[n], rays, pictures[n], weights[n])


def draw(anatomy: Anatomy, resolution: int) -> tuple[Floats, Floats]:
    """Draw critters.

    Args:
        anatomy: N critters.
        resolution: the pictures' side in pixels.

    Returns:
        pictures [N, 3, resolution, resolution], RGB from -1 to 1, and weights
        [N, resolution, resolution], from 1 (background) to 3 (eyes).
    """
    count = len(anatomy.paint)
    pictures = np.empty((count, 3, resolution, resolution), dtype=np.float32)
    weights = np.empty((count, resolution, resolution), dtype=np.float32)
    rays = np.empty((2 * resolution + 2, 2 * resolution + 2, 4), dtype=np.float32)
    a = anatomy
    _draw_all(a.matrix, a.shift, a.box, a.paint, rays, pictures, weights)
    return pictures, weights


def render(z: Floats, resolution: int = 128) -> tuple[Floats, Floats]:
    """Draw the critters ``z`` [N, Z_DIM]; returns what :func:`draw` returns."""
    return draw(build(values(z)), resolution)
