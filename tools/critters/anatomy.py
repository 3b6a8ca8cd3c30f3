"""From parameters to shapes and paints: a critter as eleven ellipsoids in view coordinates.

View coordinates: the origin is the neck, lengths are head units (about half a head's width), x goes
to the right, y up, z toward the viewer. The picture is an orthographic view along z.

An ellipsoid is kept as the affine map that carries view coordinates to its own *local*
coordinates, where it is the unit sphere: ``local = matrix @ view + shift``. Everything that sticks
to the surface (stripes, irises, lids, the mouth) is painted in local coordinates.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tools.critters.parameters import Floats


class Form(IntEnum):
    """The ellipsoids, in the order in which they are stored."""

    BODY = 0
    MANE = 1
    EAR_LEFT = 2
    EAR_RIGHT = 3
    HEAD = 4
    CHEEK_LEFT = 5
    CHEEK_RIGHT = 6
    MUZZLE = 7
    NOSE = 8
    EYE_LEFT = 9
    EYE_RIGHT = 10


class Paint(IntEnum):
    """The numbers that the renderer paints with; a colour takes three places, linear RGB."""

    FUR = 0
    LIGHT = 3
    DARK = 6
    MANE = 9
    IRIS = 12
    NOSE = 15
    INNER_EAR = 18
    BACK_TOP = 21
    BACK_BOTTOM = 24
    LIGHT_FROM = 27
    LID_UP_LEFT = 30
    LID_UP_RIGHT = 31
    LID_DOWN = 32
    SLANT = 33
    GAZE_X = 34
    GAZE_Y = 35
    IRIS_SIZE = 36
    PUPIL_SIZE = 37
    STRIPES = 38
    BLAZE = 39
    EYE_PATCH = 40
    EAR_POINT = 41
    MOUTH_Y = 42
    MOUTH_WIDTH = 43
    MOUTH_OPEN = 44
    SMILE = 45
    EYE_X = 46
    EYE_Y = 47
    SIZE = 48
    PLACE_X = 49
    PLACE_Y = 50


PAINTS = 51

EYE_CORNER = 0.90
"""Where an eye's corners lie, local x of the eyeball."""

MOUTH_OPENING = 0.80
"""How far apart the lips of a wide open mouth are, local y of the muzzle."""

PIVOT_TO_HEAD = (0.0, 0.46, 0.12)
"""The head's centre as seen from the neck, about which it turns, head units."""


@dataclass(frozen=True)
class Anatomy:
    """N critters ready to be drawn.

    Attributes:
        matrix: [N, 11, 3, 3], view to local.
        shift: [N, 11, 3].
        box: [N, 11, 4], left, right, bottom, top of each ellipsoid in view coordinates.
        paint: [N, PAINTS].
    """

    matrix: Floats
    shift: Floats
    box: Floats
    paint: Floats


def _vector(x: Floats | float, y: Floats | float, z: Floats | float, count: int) -> Floats:
    return np.stack([np.broadcast_to(np.float32(c), (count,)) for c in (x, y, z)], axis=1)


def _turn(axis: int, angle: Floats) -> Floats:
    """Rotation matrices [N, 3, 3] about one axis by ``angle`` [N] radians, right-handed."""
    cos, sin = np.cos(angle), np.sin(angle)
    i, j = ((1, 2), (2, 0), (0, 1))[axis]
    turn = np.zeros((len(angle), 3, 3), dtype=np.float32)
    turn[:, axis, axis] = 1.0
    turn[:, i, i] = turn[:, j, j] = cos
    turn[:, j, i] = sin
    turn[:, i, j] = -sin
    return turn


def head_turn(p: dict[str, Floats]) -> Floats:
    """The head's rotation [N, 3, 3]: yaw about y, then pitch about x, then roll about z."""
    turn = _turn(2, -p["roll"]) @ _turn(0, -p["pitch"]) @ _turn(1, p["yaw"])
    return np.asarray(turn, dtype=np.float32)


def _facing(z_axis: Floats, up: Floats) -> Floats:
    """Frames [N, 3, 3] (columns x, y, z) that look along ``z_axis`` with y near ``up``."""
    z = z_axis / np.linalg.norm(z_axis, axis=1, keepdims=True)
    x = np.cross(up, z)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=2)


def _along(y_axis: Floats, front: Floats) -> Floats:
    """Frames [N, 3, 3] (columns x, y, z) whose y is ``y_axis`` and whose z is near ``front``."""
    y = y_axis / np.linalg.norm(y_axis, axis=1, keepdims=True)
    x = np.cross(y, front)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.stack([x, y, np.cross(x, y)], axis=2)


class _Builder:
    """Collects ellipsoids given in the head's frame and carries them to view coordinates."""

    def __init__(self, count: int, turn: Floats) -> None:
        self.count = count
        self.turn = turn
        self.origin = np.einsum("nij,j->ni", turn, np.array(PIVOT_TO_HEAD, dtype=np.float32))
        self.matrix = np.zeros((count, len(Form), 3, 3), dtype=np.float32)
        self.shift = np.zeros((count, len(Form), 3), dtype=np.float32)

    def on_head(self, form: Form, centre: Floats, radii: Floats, frame: Floats | None) -> None:
        """Store an ellipsoid: centre and radii [N, 3] and axes (columns of ``frame``), in head."""
        axes = self.turn if frame is None else self.turn @ frame
        self.in_view(form, self.origin + np.einsum("nij,nj->ni", self.turn, centre), radii, axes)

    def in_view(self, form: Form, centre: Floats, radii: Floats, axes: Floats) -> None:
        """Store an ellipsoid that is given in view coordinates."""
        matrix = np.transpose(axes, (0, 2, 1)) / radii[:, :, None]
        self.matrix[:, form] = matrix
        self.shift[:, form] = -np.einsum("nij,nj->ni", matrix, centre)


def _on_ellipsoid(azimuth: Floats, elevation: Floats, radii: Floats) -> tuple[Floats, Floats]:
    """A point [N, 3] on an ellipsoid about the origin in a direction, and the normal there."""
    direction = np.stack(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ],
        axis=1,
    )
    point = direction / np.linalg.norm(direction / radii, axis=1, keepdims=True)
    normal = point / radii**2
    return point, normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _add_ears(build: _Builder, p: dict[str, Floats], head: Floats) -> None:
    n = build.count
    for form, side in ((Form.EAR_LEFT, -1.0), (Form.EAR_RIGHT, 1.0)):
        place = p["ear_place"]
        root = np.stack([side * np.sin(place), np.cos(place), np.zeros(n)], axis=1) * head * 0.93
        lean = side * p["ear_spread"] + p["ear_uneven"]
        axis = np.stack([np.sin(lean), np.cos(lean), np.full(n, -0.10)], axis=1)
        turn = side * p["ear_turn"]
        front = np.stack([np.sin(turn), np.zeros(n), np.cos(turn)], axis=1)
        frame = _along(axis.astype(np.float32), front.astype(np.float32))
        centre = root + frame[:, :, 1] * (p["ear_length"] * 0.72)[:, None]
        radii = _vector(p["ear_width"], p["ear_length"], 0.13, n)
        build.on_head(form, centre.astype(np.float32), radii, frame)


def _add_eyes(build: _Builder, p: dict[str, Floats], head: Floats) -> tuple[Floats, Floats]:
    """Store both eyeballs; returns where the right one sits, x and y in head radii."""
    up = _vector(0.0, 1.0, 0.0, build.count)
    forward = _vector(0.0, 0.0, 1.0, build.count)
    where = forward
    for form, side in ((Form.EYE_LEFT, -1.0), (Form.EYE_RIGHT, 1.0)):
        where, normal = _on_ellipsoid(side * p["eye_distance"], p["eye_height"], head)
        frame = _facing(0.62 * normal + 0.38 * forward, up)
        size = p["eye_size"]
        centre = where - frame[:, :, 2] * (0.12 * size)[:, None]
        radii = _vector(size * 0.93, size * 1.06, size * 0.52, build.count)
        build.on_head(form, centre, radii, frame)
    return where[:, 0] / head[:, 0], where[:, 1] / head[:, 1]


def _add_muzzle(build: _Builder, p: dict[str, Floats], head: Floats) -> None:
    n = build.count
    drop = 0.13 * np.clip(p["mouth_open"], 0.0, 1.0)
    surface = head[:, 2] * np.sqrt(1 - (p["snout_height"] / head[:, 1]) ** 2)
    depth = surface - 0.12
    radii = _vector(p["snout_width"], 0.35 + drop, p["snout_length"], n)
    build.on_head(Form.MUZZLE, _vector(0.0, p["snout_height"] - drop, depth, n), radii, None)
    nose_y = p["snout_height"] + 0.19
    # The nose sits where the muzzle's upper front is.
    front = depth + p["snout_length"] * np.sqrt(1 - ((0.19 + drop) / (0.35 + drop)) ** 2)
    size = p["nose_size"]
    nose = _vector(size, size * 0.72, size * 0.75, n)
    build.on_head(Form.NOSE, _vector(0.0, nose_y, front, n), nose, None)


def build(p: dict[str, Floats]) -> Anatomy:
    """The anatomy of the critters whose parameters are ``p`` (see ``parameters.values``)."""
    n = len(p["yaw"])
    maker = _Builder(n, head_turn(p))
    head = _vector(p["head_width"], p["head_height"], 0.88, n)
    level = np.broadcast_to(np.eye(3, dtype=np.float32), (n, 3, 3))
    lean = _vector(np.sin(p["yaw"]) * np.float32(0.12), -1.22, -0.15, n)
    maker.in_view(Form.BODY, lean, _vector(1.0, 1.0, 0.7, n), level)
    mane = _vector(p["mane"] * 1.12, p["mane"] * 1.08, 0.55, n)
    maker.on_head(Form.MANE, _vector(0.0, 0.02, -0.35, n), mane, None)
    _add_ears(maker, p, head)
    maker.on_head(Form.HEAD, _vector(0.0, 0.0, 0.0, n), head, None)
    for form, side in ((Form.CHEEK_LEFT, -1.0), (Form.CHEEK_RIGHT, 1.0)):
        cheek = _vector(side * 0.52, -0.34, 0.22, n)
        radii = _vector(p["cheeks"] * 1.05, p["cheeks"] * 0.9, p["cheeks"], n)
        maker.on_head(form, cheek, radii, None)
    _add_muzzle(maker, p, head)
    eye_x, eye_y = _add_eyes(maker, p, head)
    inverse = np.linalg.inv(maker.matrix)
    centre = -np.einsum("nkij,nkj->nki", inverse, maker.shift)
    reach = np.sqrt(np.sum(inverse**2, axis=3))
    box = np.stack(
        [
            centre[:, :, 0] - reach[:, :, 0],
            centre[:, :, 0] + reach[:, :, 0],
            centre[:, :, 1] - reach[:, :, 1],
            centre[:, :, 1] + reach[:, :, 1],
        ],
        axis=2,
    )
    return Anatomy(
        matrix=maker.matrix,
        shift=maker.shift,
        box=np.ascontiguousarray(box, dtype=np.float32),
        paint=_paint(p, eye_x, eye_y),
    )


def _linear_rgb(lightness: Floats, a: Floats, b: Floats) -> Floats:
    """OKLab [N] each to linear RGB [N, 3], clipped to [0.002, 1] (Ottosson's OKLab matrices)."""
    lightness = np.clip(lightness, 0.02, 0.99)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        axis=1,
    )
    return np.asarray(np.clip(rgb, 0.002, 1.0), dtype=np.float32)


def _colours(p: dict[str, Floats]) -> dict[Paint, Floats]:
    light = np.clip(p["light_fur"], 0.0, 1.0)
    light_l = p["fur_l"] + (0.96 - p["fur_l"]) * light
    fade = 1 - 0.65 * light
    light_b = np.asarray(p["fur_b"] * fade + 0.008, dtype=np.float32)
    one = np.ones_like(light)
    return {
        Paint.FUR: _linear_rgb(p["fur_l"], p["fur_a"], p["fur_b"]),
        Paint.LIGHT: _linear_rgb(light_l, p["fur_a"] * fade, light_b),
        Paint.DARK: _linear_rgb(p["fur_l"] * 0.60, p["fur_a"] * 0.6 + 0.01, p["fur_b"] * 0.5),
        Paint.MANE: _linear_rgb(p["fur_l"] + p["mane_l"], p["fur_a"] + 0.015, p["fur_b"] + 0.01),
        Paint.IRIS: _linear_rgb(0.66 * one, p["iris_a"], p["iris_b"]),
        Paint.NOSE: _linear_rgb(p["nose_l"], 0.045 * one, 0.015 * one),
        Paint.INNER_EAR: _linear_rgb(p["fur_l"] * 0.35 + 0.50, 0.07 * one, 0.03 * one),
        Paint.BACK_TOP: _linear_rgb(p["back_l"] + 0.10, p["back_a"], p["back_b"]),
        Paint.BACK_BOTTOM: _linear_rgb(p["back_l"] - 0.08, p["back_a"] * 1.3, p["back_b"] * 1.3),
    }


def _paint(p: dict[str, Floats], eye_x: Floats, eye_y: Floats) -> Floats:
    paint = np.zeros((len(eye_x), PAINTS), dtype=np.float32)
    for place, colour in _colours(p).items():
        paint[:, place : place + 3] = colour
    light = np.stack([p["light_x"], p["light_y"], np.ones_like(eye_x)], axis=1)
    paint[:, Paint.LIGHT_FROM : Paint.LIGHT_FROM + 3] = light / np.linalg.norm(
        light, axis=1, keepdims=True
    )
    closed_left = np.clip(p["eye_closing"] + p["eye_wink"], -0.12, 1.0)
    closed_right = np.clip(p["eye_closing"] - p["eye_wink"], -0.12, 1.0)
    down = -0.80
    paint[:, Paint.LID_UP_LEFT] = 0.82 - (0.82 + 0.30) * closed_left
    paint[:, Paint.LID_UP_RIGHT] = 0.82 - (0.82 + 0.30) * closed_right
    # The lower lid comes up a little as the eye closes.
    paint[:, Paint.LID_DOWN] = down + 0.45 * np.clip(p["eye_closing"], 0.0, 1.0)
    paint[:, Paint.SLANT] = p["eye_slant"]
    paint[:, Paint.GAZE_X] = p["gaze_x"]
    paint[:, Paint.GAZE_Y] = p["gaze_y"]
    paint[:, Paint.IRIS_SIZE] = p["iris_size"]
    paint[:, Paint.PUPIL_SIZE] = p["iris_size"] * p["pupil_size"]
    for place, name in (
        (Paint.STRIPES, "stripes"),
        (Paint.BLAZE, "blaze"),
        (Paint.EYE_PATCH, "eye_patch"),
        (Paint.EAR_POINT, "ear_point"),
        (Paint.MOUTH_OPEN, "mouth_open"),
    ):
        paint[:, place] = np.clip(p[name], 0.0, 1.0)
    # The upper lip stays where it is in the head while the muzzle grows downward.
    drop = 0.13 * paint[:, Paint.MOUTH_OPEN]
    paint[:, Paint.MOUTH_Y] = (drop - 0.04) / (0.35 + drop)
    paint[:, Paint.MOUTH_WIDTH] = p["mouth_width"]
    paint[:, Paint.SMILE] = p["smile"]
    paint[:, Paint.EYE_X] = eye_x
    paint[:, Paint.EYE_Y] = eye_y
    paint[:, Paint.SIZE] = p["size"]
    paint[:, Paint.PLACE_X] = p["place_x"]
    paint[:, Paint.PLACE_Y] = p["place_y"]
    return paint
