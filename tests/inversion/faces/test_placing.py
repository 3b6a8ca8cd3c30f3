"""A face's place, as FFHQ was cropped."""

import math

import pytest

from tugline_daemon.inversion.faces import face_place

UPRIGHT = ((40.0, 50.0), (60.0, 50.0), (50.0, 60.0), (42.0, 72.0), (58.0, 72.0))


def at(place: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = place
    return a * x + c * y + e, b * x + d * y + f


def test_an_upright_face_lies_in_an_upright_square() -> None:
    """Eyes 20 apart, the mouth 22 below: 2.0 x 20 beats 1.8 x 22, so the side is 80."""
    place = face_place(UPRIGHT, 256, 256)
    assert at(place, 128, 128) == pytest.approx((50.0, 52.2))
    assert at(place, 0, 0) == pytest.approx((10.0, 12.2))
    assert at(place, 256, 256) == pytest.approx((90.0, 92.2))


def test_a_long_face_is_measured_by_its_height() -> None:
    long = (*UPRIGHT[:3], (42.0, 80.0), (58.0, 80.0))
    place = face_place(long, 64, 64)
    assert at(place, 64, 0)[0] - at(place, 0, 0)[0] == pytest.approx(2 * 1.8 * 30)


def test_a_face_that_is_turned_and_enlarged_turns_and_enlarges_its_place() -> None:
    angle, scale = math.radians(30), 1.5
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)

    def changed(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return cos * x - sin * y + 7, sin * x + cos * y - 3

    place = face_place(UPRIGHT, 128, 128)
    other = face_place([changed(point) for point in UPRIGHT], 128, 128)
    for x, y in ((0, 0), (128, 0), (30, 100)):
        assert at(other, x, y) == pytest.approx(changed(at(place, x, y)))


def test_a_narrow_model_has_its_picture_about_the_same_centre() -> None:
    place = face_place(UPRIGHT, 128, 256)
    assert at(place, 64, 128) == pytest.approx((50.0, 52.2))
    assert at(place, 128, 0)[0] - at(place, 0, 0)[0] == pytest.approx(80)
    assert at(place, 0, 256)[1] - at(place, 0, 0)[1] == pytest.approx(160)


def test_landmarks_in_one_place_are_no_face() -> None:
    with pytest.raises(ValueError, match="one place"):
        face_place([(5.0, 5.0)] * 5, 64, 64)
