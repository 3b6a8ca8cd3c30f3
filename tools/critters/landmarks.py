"""Where a critter's eyes, nose, mouth and ears are in its picture: exact, from its geometry."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tools.critters.anatomy import EYE_CORNER, MOUTH_OPENING, Anatomy, Form, Paint, build
from tools.critters.compiling import compiled
from tools.critters.parameters import Floats, values
from tools.critters.renderer import trace

OCCLUDED_BY = 0.08
"""A landmark is hidden when something lies nearer to the viewer by so many head units."""


class Landmark(IntEnum):
    """The landmarks; left and right are the picture's when the critter looks at the viewer."""

    EYE_LEFT_OUTER = 0
    EYE_LEFT_INNER = 1
    EYE_LEFT_UPPER_LID = 2
    EYE_LEFT_LOWER_LID = 3
    PUPIL_LEFT = 4
    EYE_RIGHT_INNER = 5
    EYE_RIGHT_OUTER = 6
    EYE_RIGHT_UPPER_LID = 7
    EYE_RIGHT_LOWER_LID = 8
    PUPIL_RIGHT = 9
    NOSE_TIP = 10
    MOUTH_LEFT = 11
    MOUTH_RIGHT = 12
    LIP_UPPER = 13
    LIP_LOWER = 14
    CHIN = 15
    EAR_LEFT_TIP = 16
    EAR_RIGHT_TIP = 17


@dataclass(frozen=True)
class Landmarks:
    """Landmarks of N critters.

    Attributes:
        points: [N, 18, 2], (x, y) in image pixels, pixel (0, 0) covering [0, 1) x [0, 1).
        visible: [N, 18]; False behind something else, under a lid or outside the picture.
    """

    points: Floats
    visible: NDArray[np.bool_]


def _on_front(x: Floats | float, y: Floats | float, count: int) -> Floats:
    """The place [N, 3] of the unit sphere's front above local (x, y)."""
    flat = np.stack([np.broadcast_to(np.float32(c), (count,)) for c in (x, y)], axis=1)
    flat = flat / np.maximum(1.0, np.linalg.norm(flat, axis=1, keepdims=True) * 1.001)
    height = np.sqrt(1 - np.sum(flat**2, axis=1, keepdims=True))
    return np.concatenate([flat, height], axis=1).astype(np.float32)


def _eye_places(paint: Floats, lid_up: Paint) -> list[Floats]:
    """Corners (picture's left, right), upper lid, lower lid and pupil, each [N, 3] local."""
    n = len(paint)
    up = np.maximum(paint[:, lid_up], paint[:, Paint.LID_DOWN])
    corners = [_on_front(-EYE_CORNER, 0.0, n), _on_front(EYE_CORNER, 0.0, n)]
    lids = [_on_front(0.0, up, n), _on_front(0.0, paint[:, Paint.LID_DOWN], n)]
    return [*corners, *lids, _on_front(paint[:, Paint.GAZE_X], paint[:, Paint.GAZE_Y], n)]


def _places(paint: Floats) -> list[tuple[Form, Floats]]:
    """Each landmark's form and place [N, 3] in that form's local coordinates."""
    n = len(paint)
    width, lip = paint[:, Paint.MOUTH_WIDTH], paint[:, Paint.MOUTH_Y]
    corner = lip + paint[:, Paint.SMILE]
    opening = MOUTH_OPENING * paint[:, Paint.MOUTH_OPEN]
    tip = np.broadcast_to(np.array([0.0, 1.0, 0.0], dtype=np.float32), (n, 3))
    left = _eye_places(paint, Paint.LID_UP_LEFT)
    right = _eye_places(paint, Paint.LID_UP_RIGHT)
    return [
        *((Form.EYE_LEFT, place) for place in left),
        *((Form.EYE_RIGHT, place) for place in right),
        (Form.NOSE, _on_front(0.0, 0.0, n)),
        (Form.MUZZLE, _on_front(-width, corner, n)),
        (Form.MUZZLE, _on_front(width, corner, n)),
        (Form.MUZZLE, _on_front(0.0, lip, n)),
        (Form.MUZZLE, _on_front(0.0, lip - opening, n)),
        (Form.MUZZLE, _on_front(0.0, -0.95, n)),
        (Form.EAR_LEFT, tip),
        (Form.EAR_RIGHT, tip),
    ]


@compiled
def _depths(matrix: Floats, shift: Floats, box: Floats, paint: Floats, view: Floats) -> Floats:
    """The depth of what is seen at each of ``view`` [N, L, 3]'s (u, v); -1e9 for nothing."""
    seen = np.empty(view.shape[:2], dtype=np.float32)
    local = np.empty(3, dtype=np.float32)
    for n in range(view.shape[0]):
        for i in range(view.shape[1]):
            u, v = view[n, i, 0], view[n, i, 1]
            _, seen[n, i] = trace(matrix[n], shift[n], box[n], paint[n], u, v, local)
    return seen


def _uncovered(paint: Floats) -> NDArray[np.bool_]:
    """Which landmarks [N, 18] no lid covers: all but pupils of (nearly) closed eyes."""
    open_enough = np.ones((len(paint), len(Landmark)), dtype=np.bool_)
    gaze = paint[:, Paint.GAZE_Y]
    for lid, pupil in (
        (Paint.LID_UP_LEFT, Landmark.PUPIL_LEFT),
        (Paint.LID_UP_RIGHT, Landmark.PUPIL_RIGHT),
    ):
        open_enough[:, pupil] = (paint[:, lid] > gaze) & (paint[:, Paint.LID_DOWN] < gaze)
    return open_enough


def of_anatomy(anatomy: Anatomy, resolution: int) -> Landmarks:
    """The landmarks of critters in pictures of ``resolution`` pixels a side."""
    paint = anatomy.paint
    inverse = np.linalg.inv(anatomy.matrix)
    view = np.stack(
        [
            np.einsum("nij,nj->ni", inverse[:, form], place - anatomy.shift[:, form])
            for form, place in _places(paint)
        ],
        axis=1,
    ).astype(np.float32)
    size = paint[:, None, Paint.SIZE]
    x = (paint[:, None, Paint.PLACE_X] + view[:, :, 0] * size) * resolution
    y = (paint[:, None, Paint.PLACE_Y] - view[:, :, 1] * size) * resolution
    seen = _depths(anatomy.matrix, anatomy.shift, anatomy.box, paint, view)
    inside = (x >= 0) & (x < resolution) & (y >= 0) & (y < resolution)
    visible = inside & (seen <= view[:, :, 2] + OCCLUDED_BY) & _uncovered(paint)
    return Landmarks(points=np.stack([x, y], axis=2).astype(np.float32), visible=visible)


def landmarks(z: Floats, resolution: int = 128) -> Landmarks:
    """The landmarks of the critters ``z`` [N, Z_DIM]."""
    return of_anatomy(build(values(z)), resolution)
