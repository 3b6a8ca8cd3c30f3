"""Where a generated picture goes."""

import pytest

from tests.edit.samples import card
from tugline_edit.geometry import Box
from tugline_edit.placing import fitted, place

WIDE = card(200, 100)


@pytest.mark.parametrize(
    ("bounds", "wanted"),
    [
        (Box(10, 20, 400, 400), Box(10, 120, 400, 200)),
        (Box(-50, 0, 50, 100), Box(-50, 37, 50, 25)),
        (Box(0, 0, 1, 1), Box(0, 0, 1, 1)),
    ],
)
def test_a_picture_is_as_large_as_its_bounds_allow(bounds: Box, wanted: Box) -> None:
    assert fitted(WIDE, bounds) == wanted


def test_the_selection_is_what_it_is_fitted_to() -> None:
    box = place(WIDE, (1000, 1000), Box(10, 20, 400, 400), (5.0, 5.0)).box
    assert box == Box(10, 120, 400, 200)


def test_a_selection_of_a_few_pixels_does_not_count() -> None:
    assert place(WIDE, (1000, 800), Box(10, 20, 400, 15), None).box == Box(400, 350, 200, 100)


@pytest.mark.parametrize(
    ("centre", "corner"),
    [((500.0, 500.0), (400, 450)), ((0.0, 0.0), (0, 0)), ((990.0, 999.0), (800, 900))],
)
def test_without_one_it_lies_around_the_centre_inside_of_the_document(
    centre: tuple[float, float], corner: tuple[int, int]
) -> None:
    box = place(WIDE, (1000, 1000), None, centre).box
    assert ((box.x, box.y), (box.width, box.height)) == (corner, (200, 100))


def test_in_a_smaller_document_it_lies_in_the_middle() -> None:
    assert place(WIDE, (100, 60), None, (0.0, 0.0)).box == Box(-50, -20, 200, 100)
