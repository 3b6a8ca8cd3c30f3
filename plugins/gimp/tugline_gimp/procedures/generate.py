"""``plug-in-tugline-generate``: a picture of a seed, in a new layer."""

from collections.abc import Sequence
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.geometry import LARGEST_SIDE
from tugline_edit.preferences import SEED_MOST
from tugline_edit.view import Settings
from tugline_gimp.gi_modules import Gimp, GObject
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.words import HEIGHT, PLACE, PLACES, SELECTION, WIDTH

from .answering import Call
from .declaring import Declaration, declared

GENERATE: Final = "plug-in-tugline-generate"

_BLURB: Final = "Make a picture in a new layer, to be pulled by its points"
_HELP: Final = (
    "A generator that the Tugline daemon holds makes the picture of a seed, in a new layer above "
    "the selected one; plug-in-tugline-drag pulls it. The daemon is started if it does not run. "
    "Without the name of a model the first one is taken. The picture keeps its proportions. "
    'Width and height count for the place "size" alone; 0 is the model\'s own.'
)


def generate_procedure(plug_in: Any) -> Any:
    """Return the procedure, for GIMP to register or to run."""
    said = Declaration(GENERATE, mnemonic(labels.GENERATE.text, "G"), _BLURB, _HELP)
    made = declared(plug_in, said, _run)
    both = GObject.ParamFlags.READWRITE
    made.add_string_argument(
        "model",
        mnemonic(labels.MODEL.text, "M"),
        f'{labels.MODEL.tooltip}, by its name; "" is the first one',
        "",
        both,
    )
    made.add_uint_argument(
        "seed",
        mnemonic(labels.SEED.text, "S"),
        labels.SEED.tooltip,
        *(0, SEED_MOST, 0),
        both,
    )
    made.add_double_argument(
        "truncation",
        mnemonic(labels.TRUNCATION.text, "T"),
        "0 = the model's average picture, 1 = as varied as it was trained",
        *(0.0, 1.0, Settings().truncation),
        both,
    )
    made.add_choice_argument(
        "place", mnemonic(PLACE, "P"), "Where it goes", _places(), SELECTION, both
    )
    for side, label in (("width", mnemonic(WIDTH, "W")), ("height", mnemonic(HEIGHT, "H"))):
        blurb = f'The {side} in pixels, for the place "size"; 0 = the model\'s own'
        made.add_int_argument(side, label, blurb, 0, LARGEST_SIDE, 0, both)
    about = "The new layer; none where an artist was asked"
    made.add_layer_return_value("layer", "Layer", about, True, both)
    return made


def _places() -> Any:
    places = Gimp.Choice.new()
    for number, (nick, label) in enumerate(PLACES.items()):
        places.add(nick, number, label.text, label.tooltip)
    return places


def _run(call: Call) -> Sequence[object]:
    # Here and not above: GIMP registers procedures without anything of the daemon's.
    from .generating import generate_by_dialog, generate_by_script  # noqa: PLC0415

    layer = generate_by_dialog(call) if call.interactive else generate_by_script(call)
    return [layer]
