"""Where a picture goes in a GIMP image: the selection, the image, a size of its own."""

import pytest

from tests.edit.samples import MODEL
from tugline_edit.geometry import Box
from tugline_edit.host import LayerFault
from tugline_gimp.choice import GenerateChoice, placed
from tugline_protocol.values import ModelCard

IMAGE = Box(0, 0, 400, 300)


def card(width: int, height: int) -> ModelCard:
    return ModelCard(MODEL.name, MODEL.weights, "stylegan2", width, height, 64, 8, 64)


def box(place: str, size: tuple[int, int] = (0, 0), selection: Box | None = None) -> Box:
    choice = GenerateChoice("", 0, 0.7, place, *size)
    return placed(choice, card(128, 64), IMAGE, selection).box


def test_in_the_selection_it_is_as_large_as_fits_and_in_its_middle() -> None:
    assert box("selection", selection=Box(100, 50, 64, 100)) == Box(100, 84, 64, 32)


def test_without_a_selection_the_image_is_meant() -> None:
    assert box("selection") == box("image") == Box(0, 50, 400, 200)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((0, 0), Box(136, 118, 128, 64)),
        ((256, 0), Box(72, 86, 256, 128)),
        ((0, 32), Box(168, 134, 64, 32)),
        ((100, 100), Box(150, 125, 100, 50)),
        ((800, 0), Box(-200, -50, 800, 400)),
    ],
)
def test_a_size_of_its_own_keeps_the_models_proportions(
    size: tuple[int, int], expected: Box
) -> None:
    assert box("size", size) == expected


def test_a_place_in_which_nothing_would_be_seen_is_refused() -> None:
    with pytest.raises(LayerFault, match="The selection is 300 x 15 pixels"):
        box("selection", selection=Box(0, 0, 300, 15))
    with pytest.raises(LayerFault, match="The size is 5 x 2 pixels"):
        box("size", (5, 0))
    with pytest.raises(LayerFault, match="The image is 400 x 10 pixels"):
        placed(GenerateChoice("", 0, 0.7, "image", 0, 0), card(128, 64), Box(0, 0, 400, 10), None)
