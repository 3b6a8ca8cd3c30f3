"""What GIMP's procedures and dialogs say alike, besides what both editors say. Without gi."""

from collections.abc import Mapping
from typing import Final

from tugline_edit.labels import Label

DRAG_TITLE: Final = "Drag points"
INVERT_TITLE: Final = "Invert layer"

# The names of the places that a picture can be generated into, as scripts write them.
SELECTION: Final = "selection"
IMAGE: Final = "image"
SIZE: Final = "size"

PLACE: Final = "Place"
PLACES: Final[Mapping[str, Label]] = {
    SELECTION: Label(
        "Fit the selection",
        "As large as fits into the selection, in its middle; without one, into the image",
    ),
    IMAGE: Label("Fit the image", "As large as fits into the image, in its middle"),
    SIZE: Label("Own size", "As large as fits into this width and height, in the image's middle"),
}
WIDTH: Final = "Width"
HEIGHT: Final = "Height"

TO_SELECTION: Final = Label(
    "Only what is selected",
    "Invert the part of the layer around which the selection lies; otherwise as much of the "
    "layer's middle as the model's proportions allow",
)
# What stands for a quality's own number of steps where a number is asked for.
OWN_STEPS: Final = -1
