"""Which part of a layer is inverted, and how it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edit.host import PlainDocument
from tests.edit.loop import PlainLoop
from tests.edit.samples import card
from tugline_edit.geometry import Affine, Box, Placement
from tugline_edit.host import LayerFault
from tugline_edit.regions import Sample, place, sample
from tugline_protocol.values import Image, Limits

SQUARE = card(128, 128)
PHOTO = Box(10, 20, 400, 300)
_boxes = st.builds(
    Box,
    st.integers(-200, 600),
    st.integers(-200, 600),
    st.integers(16, 700),
    st.integers(16, 700),
)


def test_all_of_a_layer_is_the_largest_of_the_models_proportions_in_its_middle() -> None:
    assert place(SQUARE, PHOTO, None).box == Box(60, 20, 300, 300)
    assert place(card(256, 128), PHOTO, None).box == Box(10, 70, 400, 200)


def test_a_selection_is_within_the_picture_and_that_within_the_layer() -> None:
    assert place(SQUARE, PHOTO, Box(100, 100, 80, 40)).box == Box(100, 80, 80, 80)
    assert place(SQUARE, PHOTO, Box(300, 30, 90, 20)).box == Box(300, 20, 90, 90)


def test_what_lies_outside_of_the_layer_is_not_meant() -> None:
    assert place(SQUARE, PHOTO, Box(0, 0, 60, 70)).box == Box(10, 20, 50, 50)
    assert place(SQUARE, PHOTO, Box(-50, -50, 2000, 2000)).box == Box(10, -30, 400, 400)


@given(_boxes, _boxes, st.sampled_from([(128, 128), (256, 128), (96, 256)]))
def test_the_picture_has_what_is_selected_and_the_models_proportions(
    extent: Box, selection: Box, size: tuple[int, int]
) -> None:
    try:
        placement = place(card(*size), extent, selection)
    except LayerFault:
        return
    box, left, top = placement.box, max(extent.x, selection.x), max(extent.y, selection.y)
    right = min(extent.x + extent.width, selection.x + selection.width)
    bottom = min(extent.y + extent.height, selection.y + selection.height)
    assert box.x <= left
    assert box.y <= top
    assert right <= box.x + box.width
    assert bottom <= box.y + box.height
    assert abs(box.width * size[1] - box.height * size[0]) <= max(size)


@pytest.mark.parametrize(
    ("extent", "selection", "says"),
    [
        (Box(0, 0, 0, 0), None, "nothing in this layer"),
        (PHOTO, Box(500, 20, 50, 50), "outside"),
        (PHOTO, Box(30, 30, 15, 200), "less than 16 pixels"),
        (Box(5, 5, 300, 9), None, "less than 16 pixels"),
    ],
)
def test_what_cannot_be_inverted_is_said(extent: Box, selection: Box | None, says: str) -> None:
    with pytest.raises(LayerFault, match=says):
        place(SQUARE, extent, selection)


def test_a_place_goes_into_the_picture_that_is_sent_and_back() -> None:
    shown = Sample(Image(50, 25, "RGBA", bytes(4 * 50 * 25)), Box(100, 40, 200, 100))
    turned = Placement(128, 128, Affine(0.5, 0.4, -0.4, 0.5, 150.0, 60.0))
    at = shown.place(turned)
    corner = (at.a * 128 + at.e, at.b * 128 + at.f)
    x, y = turned.to_document.map((128, 0))
    assert corner == pytest.approx(((x - 100) / 4, (y - 40) / 4))
    back = shown.placement(at, SQUARE).to_document
    assert (back.a, back.c, back.e) == pytest.approx((0.5, -0.4, 150.0))


def test_what_is_sent_fits_the_wire_and_the_model() -> None:
    document = PlainDocument(PlainLoop())
    layer_id = document.insert_filled(Box(0, 0, 48, 48))
    whole = Box(0, 0, 48, 48)
    assert sample(document, layer_id, whole, SQUARE, Limits()).image.width == 48
    assert sample(document, layer_id, whole, card(8, 8), Limits()).image.width == 32
    assert sample(document, layer_id, whole, SQUARE, Limits(side=20)).image.width == 20
    small = Limits(message_bytes=1024 * 1024 + 4 * 24 * 24)
    assert sample(document, layer_id, whole, SQUARE, small).image.width == 24


def test_nothing_is_sent_of_a_part_that_is_transparent() -> None:
    document = PlainDocument(PlainLoop())
    layer_id = document.insert_filled(Box(0, 0, 8, 8))
    with pytest.raises(LayerFault, match="nothing in this layer"):
        sample(document, layer_id, Box(20, 20, 16, 16), SQUARE, Limits())
