"""``plug-in-tugline-drag``: handle points of a layer's picture pulled to their targets."""

from collections.abc import Sequence
from typing import Any, Final

from tugline_edit.preferences import RADIUS_MOST, STEP_LIMIT_MOST
from tugline_gimp.gi_modules import Gimp, GObject

from .answering import Call, answered

DRAG: Final = "plug-in-tugline-drag"

_MENU: Final = "<Image>/Filters/Tugline"
_BLURB: Final = "Pull points of a picture to where they shall be, and the picture follows"
_HELP: Final = (
    "Pulls in the layer that is selected, one that plug-in-tugline-generate has made. Interactive, "
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
    made = Gimp.ImageProcedure.new(plug_in, DRAG, Gimp.PDBProcType.PLUGIN, answered(_run), None)
    # All of them, so that what cannot be is answered in words.
    made.set_image_types("*")
    may = Gimp.ProcedureSensitivityMask
    made.set_sensitivity_mask(may.DRAWABLE | may.DRAWABLES | may.NO_DRAWABLES)
    made.set_menu_label("_Drag points...")
    made.add_menu_path(_MENU)
    made.set_documentation(_BLURB, _HELP, DRAG)
    made.set_attribution("Tugline", "Tugline", "2026")
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
        "_Keep the rest exactly",
        "Whether what is not selected keeps each of its pixels",
        False,
        both,
    )
    made.add_int_argument(
        "steps",
        "_Steps",
        "How many steps the drag may take; 0 = as many as the model's own limit",
        *(0, STEP_LIMIT_MOST, 0),
        both,
    )
    made.add_double_argument(
        "radius",
        "_Radius",
        "How much around a handle is pulled with it, in pixels of the model's own picture; 0 = the "
        "model's own",
        *(0.0, RADIUS_MOST, 0.0),
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
