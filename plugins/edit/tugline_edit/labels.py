"""What stands on controls, and what their tooltips say: one thing has one name in both editors.

An editor adds what is its own: GIMP the letters that reach a control by the keyboard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tugline_protocol.values import InversionQuality

from .preferences import KEY_LENGTH


@dataclass(frozen=True)
class Label:
    """A control's ``text``, which a screen reader says where it is not written, and its tooltip."""

    text: str
    tooltip: str


CONNECTION_TOOLTIP: Final = "Whether Tugline's daemon answers"
START: Final = Label("Start", "Start Tugline's daemon on this computer")

MODEL: Final = Label("Model", "The model that draws the picture")
NO_MODEL: Final = "No model yet"
SEED: Final = Label("Seed", "The seed: the same number makes the same picture again")
ANOTHER_SEED: Final = Label("Another seed", "Throw the dice: another seed")
TRUNCATION: Final = Label(
    "Truncation",
    "Low: calm pictures, near to what the model drew most often. "
    "High: more varied and stranger ones.",
)
TRUNCATION_NUMBER: Final = "Truncation as a number"
GENERATE: Final = Label("Generate", "Make a picture of this model and seed in a new layer")

INVERT: Final = Label(
    "Invert layer",
    "Look for the picture of the model that is most like the active layer, where it is selected or "
    "all of it, and put it above; the layer itself stays as it is",
)
QUALITY: Final = Label("Quality", "How long the search may take, and how near it comes")
QUALITY_NAMES: Final[Mapping[InversionQuality, Label]] = {
    "seconds": Label("Seconds", "A first likeness, easy to pull"),
    "minute": Label("A minute", "Nearer to the layer, still easy to pull"),
    "best": Label(
        "Best",
        "Fits the model itself to the layer as well: nearest of all, takes minutes, and the "
        "document keeps some more bytes",
    ),
}
ALIGN: Final = Label("Align to the face", "Place the picture by the largest face in the layer")
PHOTO: Final = Label("Before", "Hide the picture while this is down: the photo beneath is seen")
FEATHER: Final = Label(
    "Soft border",
    "How far into a picture over a photo its border is soft, as a part of the picture",
)

HISTORY: Final = Label("History", "The pictures of this edit: click one to go back to it")
NO_HISTORY: Final = "The pictures of this edit will be here"

PULL: Final = Label("Pull", "Pull every handle to its target")
STOP: Final = Label("Stop", "Stop here and keep the picture as it is now")
TAKE_BACK: Final = Label("Take back", "Stop, and go back to the picture before this pull")
LIVE: Final = Label("Live", "The picture follows while you pull; otherwise Enter or Pull starts it")
KEEP_REST: Final = Label("Keep the rest exactly", "Outside the selection not one pixel changes")
SOFTNESS_TOOLTIP: Final = "How sharp the picture is at this size"
DELETE_ARROW: Final = Label("Delete arrow", "Delete the selected arrow")
CLEAR_ARROWS: Final = Label("Clear arrows", "Delete all arrows of this layer")
IGNORE_SELECTION: Final = Label("Ignore the selection", "Let everything move, whatever is selected")
USE_SELECTION: Final = Label("Use the selection", "Let only what is selected move")

MORE: Final = "More"
AUTOMATIC: Final = "automatic"
STEP_LIMIT: Final = Label("Step limit", "How many steps a pull takes at most")
RADIUS: Final = Label(
    "Radius", "How much around a handle is pulled, in pixels of the model's picture"
)
ADDRESS: Final = Label("Address", "Where a daemon on another computer listens")
ADDRESS_INVITATION: Final = "tcp://host:port"
KEY: Final = Label("Key", f"That daemon's public key: {KEY_LENGTH} characters")
KEY_INVITATION: Final = "its public key"
USE_DAEMON: Final = Label(
    "Use this daemon", "Leave both fields empty for the daemon on this computer"
)

PROGRESS_TOOLTIP: Final = "How far it is"
MESSAGE_TOOLTIP: Final = "What happened last"
WARNING: Final = Label("Warning", "This did not go as you asked")


def models_own(label: Label, sign: str) -> str:
    """Return the tooltip of a number for which ``sign`` stands for what the model has itself."""
    return f"{label.tooltip}; {sign} is the model's own"
