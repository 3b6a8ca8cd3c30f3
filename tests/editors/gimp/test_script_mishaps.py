"""What a script easily gets wrong: each mistake is answered with the remedy."""

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.scripts import refusal
from tests.service.running import Daemon

POINTS = "points=[120.0, 100.0, 136.0, 108.0]"


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon]) -> GimpConsole:
    """The console, with a picture of 256 pixels that fills ``image``, in ``layer``."""
    console = scripted[0]
    console.run("image = new_image(256, 256); layer = generate(image, seed=4)")
    return console


def test_the_layer_from_before_a_drag_is_pulled_no_more_and_the_script_is_told_why(
    gimp: GimpConsole,
) -> None:
    gimp.run(f"drag(layer, {POINTS})")
    again = """
call("plug-in-tugline-drag", {"run-mode": Gimp.RunMode.NONINTERACTIVE, "image": image,
    "drawables": [layer]})
"""
    said = refusal(gimp, again)
    assert "after a drag the picture is in the layer that it returned" in said


def test_several_layers_are_one_too_many(gimp: GimpConsole) -> None:
    said = refusal(
        gimp,
        """
call("plug-in-tugline-drag", {"run-mode": Gimp.RunMode.NONINTERACTIVE, "image": image,
    "drawables": image.get_layers()})
""",
    )
    assert "Select one layer, the one that Tugline is to pull in." in said


def test_without_arrows_a_script_hears_what_it_can_give(gimp: GimpConsole) -> None:
    said = refusal(gimp, "drag(layer)")
    assert "There is nothing to pull; give points or a path, or draw strokes in the path" in said


def test_a_size_in_which_nothing_would_be_seen_is_refused(gimp: GimpConsole) -> None:
    said = refusal(gimp, "generate(image, place='size', width=5)")
    assert "The size is 5 x 5 pixels; a picture needs at least 16 x 16." in said
    assert gimp.value("len(image.get_layers())") == 2
