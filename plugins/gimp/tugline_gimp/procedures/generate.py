"""``plug-in-tugline-generate``: a picture of a seed, in a new layer."""

from collections.abc import Sequence
from typing import Any, Final

from tugline_edit.geometry import LARGEST_SIDE
from tugline_edit.preferences import SEED_MOST
from tugline_edit.view import Settings
from tugline_gimp.gi_modules import Gimp, GObject

from .answering import Call, answered

GENERATE: Final = "plug-in-tugline-generate"

_MENU: Final = "<Image>/Filters/Tugline"
_PLACES: Final = (
    ("selection", "Selection", "As large as fits into the selection, or the image without one"),
    ("image", "Image", "As large as fits into the image"),
    ("size", "Own size", "As large as fits into width x height, in the middle of the image"),
)
_BLURB: Final = "Make a picture in a new layer, to be pulled by its points"
_HELP: Final = (
    "A generator that the Tugline daemon holds makes the picture of a seed, in a new layer above "
    "the selected one; plug-in-tugline-drag pulls it. The daemon is started if it does not run. "
    "Without the name of a model the first one is taken. The picture keeps its proportions. "
    'Width and height count for the place "size" alone; 0 is the model\'s own.'
)


def generate_procedure(plug_in: Any) -> Any:
    """Return the procedure, for GIMP to register or to run."""
    made = Gimp.ImageProcedure.new(plug_in, GENERATE, Gimp.PDBProcType.PLUGIN, answered(_run), None)
    # All of them, so that what cannot be is answered in words.
    made.set_image_types("*")
    may = Gimp.ProcedureSensitivityMask
    made.set_sensitivity_mask(may.DRAWABLE | may.DRAWABLES | may.NO_DRAWABLES)
    made.set_menu_label("_Generate...")
    made.add_menu_path(_MENU)
    made.set_documentation(_BLURB, _HELP, GENERATE)
    made.set_attribution("Tugline", "Tugline", "2026")
    both = GObject.ParamFlags.READWRITE
    made.add_string_argument("model", "_Model", 'The model\'s name; "" = the first one', "", both)
    made.add_uint_argument("seed", "_Seed", "Which picture it is", 0, SEED_MOST, 0, both)
    made.add_double_argument(
        "truncation",
        "_Truncation",
        "0 = the model's average picture, 1 = as varied as it was trained",
        *(0.0, 1.0, Settings().truncation),
        both,
    )
    made.add_choice_argument("place", "_Place", "Where it goes", _places(), "selection", both)
    for side, label in (("width", "_Width"), ("height", "_Height")):
        blurb = f'The {side} in pixels, for the place "size"; 0 = the model\'s own'
        made.add_int_argument(side, label, blurb, 0, LARGEST_SIDE, 0, both)
    about = "The new layer; none where an artist was asked"
    made.add_layer_return_value("layer", "Layer", about, True, both)
    return made


def _places() -> Any:
    places = Gimp.Choice.new()
    for number, (nick, label, help_text) in enumerate(_PLACES):
        places.add(nick, number, label, help_text)
    return places


def _run(call: Call) -> Sequence[object]:
    # Here and not above: GIMP registers procedures without anything of the daemon's.
    from .generating import generate_by_dialog, generate_by_script  # noqa: PLC0415

    layer = generate_by_dialog(call) if call.interactive else generate_by_script(call)
    return [layer]
