"""``plug-in-tugline-drag``: handle points of a layer's picture pulled to their targets."""

from collections.abc import Sequence
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.history import MOST_FEATHER
from tugline_edit.labels import models_own
from tugline_edit.preferences import RADIUS_MOST, STEP_LIMIT_MOST
from tugline_edit.view import Settings
from tugline_gimp.gi_modules import GObject
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.words import DRAG_TITLE

from .answering import Call
from .declaring import Declaration, declared

DRAG: Final = "plug-in-tugline-drag"

_BLURB: Final = "Pull points of a picture to where they shall be, and the picture follows"
_HELP: Final = (
    "Pulls in the layer that is selected, one that plug-in-tugline-generate or "
    "plug-in-tugline-invert has made. Interactive, "
    "it opens a dialog beside the image. Else it pulls the points, or without any the strokes of a "
    'path (the path "Tugline arrows" where none is given): the first anchor of a stroke is the '
    "handle, its last one the target. What is not selected stays as it is; so do handles there. "
    "It returns when the drag has ended: the layer that has the picture now, how far the farthest "
    "handle still is from its target, in pixels of the model's own picture, and why it ended: "
    '"arrived", "stuck" (the handles got no nearer), "step_limit", "stopped", "diverged" or '
    '"client_gone" (the daemon was lost).'
)


def drag_procedure(plug_in: Any) -> Any:
    """Return the procedure, for GIMP to register or to run."""
    said = Declaration(DRAG, mnemonic(DRAG_TITLE, "D"), _BLURB, _HELP)
    made = declared(plug_in, said, _run)
    _add_arguments(made)
    _add_return_values(made)
    return made


def _add_arguments(made: Any) -> None:
    both = GObject.ParamFlags.READWRITE
    made.add_double_array_argument(
        "points",
        "_Points",
        "x and y of a handle, x and y of its target, and so on, in pixels of the image",
        both,
    )
    made.add_path_argument(
        "path", "P_ath", "The path whose strokes are the arrows, in place of points", True, both
    )
    made.add_boolean_argument(
        "keep-rest",
        mnemonic(labels.KEEP_REST.text, "K"),
        labels.KEEP_REST.tooltip,
        False,
        both,
    )
    made.add_int_argument(
        "steps",
        mnemonic(labels.STEP_LIMIT.text, "S"),
        models_own(labels.STEP_LIMIT, "0"),
        *(0, STEP_LIMIT_MOST, 0),
        both,
    )
    made.add_double_argument(
        "radius",
        mnemonic(labels.RADIUS.text, "R"),
        models_own(labels.RADIUS, "0"),
        *(0.0, RADIUS_MOST, 0.0),
        both,
    )
    made.add_double_argument(
        "feather",
        mnemonic(labels.FEATHER.text, "b"),
        labels.FEATHER.tooltip,
        *(0.0, MOST_FEATHER, Settings().feather),
        both,
    )


def _add_return_values(made: Any) -> None:
    both = GObject.ParamFlags.READWRITE
    about = "The layer that has the picture now; none where an artist was asked"
    made.add_layer_return_value("layer", "Layer", about, True, both)
    made.add_double_return_value(
        "distance",
        "Distance",
        "What the farthest handle has left to its target, in pixels of the model's own picture",
        *(0.0, 1e9, 0.0),
        both,
    )
    made.add_string_return_value("reason", "Reason", "Why the drag ended", "", both)
    made.add_int_return_value("steps", "Steps", "The steps that were made", 0, 2**31 - 1, 0, both)


def _run(call: Call) -> Sequence[object]:
    # Here and not above: GIMP registers procedures without anything of the daemon's.
    from .dragging import drag_by_dialog, drag_by_script  # noqa: PLC0415

    return drag_by_dialog(call) if call.interactive else drag_by_script(call)
