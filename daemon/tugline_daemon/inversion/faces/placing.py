"""Where a model of faces would have its picture around a face."""

import math
from collections.abc import Sequence

Point = tuple[float, float]


def face_place(
    landmarks: Sequence[Point], width: int, height: int
) -> tuple[float, float, float, float, float, float]:
    """Return the place (a, b, c, d, e, f) of a model's picture of `width` x `height` pixels.

    Its point (x, y) then lies at (a*x + c*y + e, b*x + d*y + f) in the picture with the face.
    `landmarks` are the left eye, right eye, nose, and the left and right corner of the mouth, as
    the onlooker sees them, (x, y) in pixels of that picture.

    T. Karras, S. Laine and T. Aila, "A Style-Based Generator Architecture for Generative
    Adversarial Networks", CVPR 2019, appendix A: across goes the way from eye to eye together with
    the way from the eyes to the mouth, turned; the picture is as wide as twice the larger of 2.0
    eye distances and 1.8 ways from eyes to mouth, its centre a tenth of that way below the eyes.
    Raises ValueError where all landmarks lie in one place.
    """
    left, right, _, mouth_left, mouth_right = landmarks
    eyes, mouth = _middle(left, right), _middle(mouth_left, mouth_right)
    eye_to_eye = (right[0] - left[0], right[1] - left[1])
    eye_to_mouth = (mouth[0] - eyes[0], mouth[1] - eyes[1])
    across = (eye_to_eye[0] + eye_to_mouth[1], eye_to_eye[1] - eye_to_mouth[0])
    length = math.hypot(*across)
    reach = max(2.0 * math.hypot(*eye_to_eye), 1.8 * math.hypot(*eye_to_mouth))
    if length == 0 or reach == 0:
        raise ValueError("the landmarks of a face do not lie in one place")
    x, y = across[0] / length, across[1] / length
    scale = 2 * reach / width
    a, b, c, d = scale * x, scale * y, -scale * y, scale * x
    centre = (eyes[0] + 0.1 * eye_to_mouth[0], eyes[1] + 0.1 * eye_to_mouth[1])
    return (
        *(a, b, c, d),
        centre[0] - (a * width + c * height) / 2,
        centre[1] - (b * width + d * height) / 2,
    )


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
