"""The cascade's mechanics, with networks that take what is bright for a face."""

import pytest
import torch
from torch import Tensor

from tests.inversion.faces.weights import LANDMARKS, bright_is_a_face
from tugline_daemon.inversion import InversionError
from tugline_daemon.inversion.faces import FaceFinder


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder(bright_is_a_face())


def dark(height: int, width: int) -> Tensor:
    return torch.full((3, height, width), -1.0)


@pytest.mark.parametrize("enlarged", [1, 8])
def test_a_face_is_found_where_it_is(finder: FaceFinder, enlarged: int) -> None:
    """Also in a picture of 1,200 pixels, which is looked at smaller."""
    picture = dark(100, 150)
    picture[:, 30:60, 80:110] = 1
    picture = picture.repeat_interleave(enlarged, 1).repeat_interleave(enlarged, 2)
    faces = finder.find(picture)
    assert faces
    assert list(faces) == sorted(faces, key=lambda face: -face.area)
    for face in faces:
        left, top, right, bottom = (side / enlarged for side in face.box)
        assert 70 < left < right < 120
        assert 20 < top < bottom < 70
        assert face.certainty > 0.7


def test_landmarks_lie_in_the_box_as_the_last_network_says(finder: FaceFinder) -> None:
    picture = dark(60, 60)
    picture[:, 10:50, 10:50] = 1
    face = finder.find(picture)[0]
    left, top, right, bottom = face.box
    for number, (x, y) in enumerate(face.landmarks):
        assert x == pytest.approx(left + LANDMARKS[number] * (right - left), abs=0.01)
        assert y == pytest.approx(top + LANDMARKS[5 + number] * (bottom - top), abs=0.01)


@pytest.mark.parametrize(("height", "width"), [(100, 100), (1, 1), (11, 300)])
def test_where_there_is_none_none_is_found(finder: FaceFinder, height: int, width: int) -> None:
    assert finder.find(dark(height, width)) == ()


def test_a_picture_that_is_bright_all_over_is_bounded_work(finder: FaceFinder) -> None:
    assert len(finder.find(torch.ones(3, 100, 100))) <= 400


def test_no_picture_is_refused(finder: FaceFinder) -> None:
    with pytest.raises(InversionError, match="three channels"):
        finder.find(torch.zeros(1, 20, 20))


def test_weights_of_something_else_are_refused() -> None:
    weights = bright_is_a_face()
    del weights["rnet.dense4.bias"]
    with pytest.raises(InversionError, match="models get faces"):
        FaceFinder(weights)
