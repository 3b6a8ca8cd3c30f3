"""Landmarks: they lie on what they name and move as the head does."""

import numpy as np
import pytest

from tools.critters.anatomy import build
from tools.critters.landmarks import Landmark, Landmarks, landmarks, of_anatomy
from tools.critters.parameters import PARAMETERS, Floats, draw_mixed, draw_z, values
from tools.critters.renderer import draw, render

SIDE = 128


def middle(**changed: float) -> dict[str, Floats]:
    """The parameters of the critter at z = 0, some of them changed, as [1] arrays."""
    table = {p.name: p.centre for p in PARAMETERS} | changed
    return {name: np.array([value], dtype=np.float32) for name, value in table.items()}


def of(**changed: float) -> Landmarks:
    return of_anatomy(build(middle(**changed)), SIDE)


def shift(landmark: Landmark, **changed: float) -> tuple[float, float]:
    """How far a landmark moves (x, y) when the middle critter's parameters change."""
    moved = of(**changed).points[0, landmark] - of().points[0, landmark]
    return float(moved[0]), float(moved[1])


def test_yaw_turns_the_nose_to_the_right() -> None:
    x, y = shift(Landmark.NOSE_TIP, yaw=0.4)
    assert x > 12
    assert abs(y) < 1


def test_pitch_lifts_the_nose() -> None:
    x, y = shift(Landmark.NOSE_TIP, pitch=0.3)
    assert y < -6
    assert abs(x) < 0.5


def test_roll_tilts_the_head_clockwise() -> None:
    left, right = shift(Landmark.EAR_LEFT_TIP, roll=0.3), shift(Landmark.EAR_RIGHT_TIP, roll=0.3)
    assert left[0] > 5
    assert left[1] < right[1] - 5


def test_roll_keeps_distances() -> None:
    upright, tilted = of().points[0], of(roll=0.4).points[0]
    for a, b in ((Landmark.PUPIL_LEFT, Landmark.PUPIL_RIGHT), (Landmark.NOSE_TIP, Landmark.CHIN)):
        before = np.linalg.norm(upright[a] - upright[b])
        assert np.linalg.norm(tilted[a] - tilted[b]) == pytest.approx(before, rel=1e-4)


def test_place_and_size_scale_all_landmarks_about_the_neck() -> None:
    small, large = of(size=0.2).points[0], of(size=0.3).points[0]
    neck = np.array([0.5, middle()["place_y"][0]], dtype=np.float32) * SIDE
    np.testing.assert_allclose((small - neck) * 1.5, large - neck, atol=1e-2)


def test_an_opening_mouth_lowers_lip_and_chin_and_leaves_the_nose() -> None:
    assert shift(Landmark.LIP_LOWER, mouth_open=1.0)[1] > 5
    assert shift(Landmark.CHIN, mouth_open=1.0)[1] > 4
    assert abs(shift(Landmark.NOSE_TIP, mouth_open=1.0)[1]) < 1


def test_closing_eyes_bring_the_lids_together_and_hide_the_pupils() -> None:
    closed = of(eye_closing=1.0)
    upper, lower = (
        closed.points[0, i] for i in (Landmark.EYE_LEFT_UPPER_LID, Landmark.EYE_LEFT_LOWER_LID)
    )
    assert np.linalg.norm(upper - lower) < 1.5
    assert not closed.visible[0, Landmark.PUPIL_LEFT]
    assert of().visible.all()


def test_longer_ears_raise_their_tips() -> None:
    assert shift(Landmark.EAR_LEFT_TIP, ear_length=0.8)[1] < -5


def test_a_head_in_profile_hides_the_far_eye() -> None:
    visible = of(yaw=1.5).visible[0]
    assert not visible[Landmark.PUPIL_RIGHT]
    assert visible[Landmark.PUPIL_LEFT]


def test_visible_pupils_are_dark_and_in_the_eye() -> None:
    z = draw_z(32, seed=3)
    z[:, [p.name for p in PARAMETERS].index("eye_closing")] = -0.5  # open eyes
    picture, weight = render(z, SIDE)
    marks = landmarks(z, SIDE)
    for pupil in (Landmark.PUPIL_LEFT, Landmark.PUPIL_RIGHT):
        shown = np.flatnonzero(marks.visible[:, pupil])
        assert len(shown) > 16
        column, row = marks.points[shown, pupil].astype(int).T
        assert np.median(picture[shown, :, row, column]) < -0.6
        np.testing.assert_allclose(weight[shown, row, column], 3.0, atol=0.4)


def test_the_chin_lies_on_the_muzzle_edge() -> None:
    anatomy = build(middle(mouth_open=0.0))
    picture, _ = draw(anatomy, SIDE)
    column, row = of_anatomy(anatomy, SIDE).points[0, Landmark.CHIN]
    above, below = (picture[0, :, int(row) + offset, int(column)] for offset in (-3, 3))
    assert np.abs(above - below).max() > 0.05


def test_landmarks_scale_with_the_picture() -> None:
    z = draw_z(4, seed=4)
    np.testing.assert_allclose(landmarks(z, 256).points, 2 * landmarks(z, 128).points, rtol=1e-5)


def test_the_middle_critter_is_the_mean_of_z() -> None:
    table = values(draw_z(4000, seed=1))
    for parameter in PARAMETERS:
        assert table[parameter.name].mean() == pytest.approx(
            parameter.centre, abs=0.1 * parameter.spread
        )


def test_a_mixture_has_the_landmarks_of_its_shape() -> None:
    shape, looks, mixture = draw_mixed(8, seed=1)
    np.testing.assert_allclose(landmarks(mixture).points, landmarks(shape).points, atol=0.05)
    assert np.abs(landmarks(looks).points - landmarks(shape).points).mean() > 2
