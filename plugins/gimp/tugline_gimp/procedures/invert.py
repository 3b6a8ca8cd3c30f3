"""``plug-in-tugline-invert``: the picture of a model that is most like a layer, above it."""

from collections.abc import Sequence
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.history import MOST_FEATHER
from tugline_edit.labels import Label
from tugline_edit.view import Settings
from tugline_gimp.gi_modules import Gimp, GObject
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.words import INVERT_TITLE, OWN_STEPS, TO_SELECTION

from .answering import Call
from .declaring import Declaration, declared

INVERT: Final = "plug-in-tugline-invert"

_BLURB: Final = "Make a photo in a layer into a picture that can be pulled by its points"
_HELP: Final = (
    "Looks for the picture of a generator's that is most like the selected layer, which may be of "
    "any kind, mode and precision, and puts it into a new layer above; the layer itself stays as "
    "it is. plug-in-tugline-drag pulls the new layer, and what is not pulled of it shows the photo "
    "beneath. The picture has the model's proportions: it lies around what is selected, or in the "
    'layer\'s middle. The qualities are named by what they take: "seconds", a "minute", or "best", '
    "which fits the generator itself to the layer as well and takes some minutes. The steps of a "
    "stage, where they are given, count instead of the quality's; 0 leaves the stage out. It "
    "returns the new layer, and in words how the search ended and how like the layer the picture "
    "is: where the layer shows nothing that the generator draws, it says so."
)

# InversionOptions has these ranges.
STEPS_MOST: Final = 100_000
EDITABILITY_MOST: Final = 100.0
_STAGES: Final = {
    "w-steps": Label("Steps in _W", "Steps of the first search, for a picture easy to pull"),
    "wplus-steps": Label("Steps in W_+", "Steps of the second search, nearer to the layer"),
    "tuning-steps": Label("Steps of _tuning", "Steps in which the generator itself is fitted"),
}


def invert_procedure(plug_in: Any) -> Any:
    """Return the procedure, for GIMP to register or to run."""
    said = Declaration(INVERT, mnemonic(INVERT_TITLE, "I"), _BLURB, _HELP)
    made = declared(plug_in, said, _run)
    _add_arguments(made)
    _add_return_values(made)
    return made


def _add_arguments(made: Any) -> None:
    both = GObject.ParamFlags.READWRITE
    usual = Settings()
    made.add_string_argument(
        "model",
        mnemonic(labels.MODEL.text, "M"),
        f'{labels.MODEL.tooltip}, by its name; "" is the first one',
        "",
        both,
    )
    made.add_choice_argument(
        "quality",
        mnemonic(labels.QUALITY.text, "Q"),
        labels.QUALITY.tooltip,
        _qualities(),
        usual.quality,
        both,
    )
    made.add_boolean_argument(
        "to-selection", mnemonic(TO_SELECTION.text, "s"), TO_SELECTION.tooltip, True, both
    )
    made.add_double_argument(
        "feather",
        mnemonic(labels.FEATHER.text, "b"),
        labels.FEATHER.tooltip,
        *(0.0, MOST_FEATHER, usual.feather),
        both,
    )
    made.add_double_argument(
        "editability",
        "_Editability",
        "How much the second search stays where pictures are easy to pull; 0 = not at all",
        *(0.0, EDITABILITY_MOST, 1.0),
        both,
    )
    for name, label in _STAGES.items():
        about = f"{label.tooltip}; {OWN_STEPS} is the quality's own"
        made.add_int_argument(name, label.text, about, OWN_STEPS, STEPS_MOST, OWN_STEPS, both)


def _add_return_values(made: Any) -> None:
    both = GObject.ParamFlags.READWRITE
    about = "The new layer; none where an artist was asked"
    made.add_layer_return_value("layer", "Layer", about, True, both)
    made.add_string_return_value("told", "Told", "How the search ended, in words", "", both)


def _qualities() -> Any:
    qualities = Gimp.Choice.new()
    for number, (nick, label) in enumerate(labels.QUALITY_NAMES.items()):
        qualities.add(nick, number, label.text, label.tooltip)
    return qualities


def _run(call: Call) -> Sequence[object]:
    # Here and not above: GIMP registers procedures without anything of the daemon's.
    from .inverting import invert_by_dialog, invert_by_script  # noqa: PLC0415

    return invert_by_dialog(call) if call.interactive else invert_by_script(call)
