"""A procedure as GIMP is told of it, but for its arguments: its name, its menu, what it is for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tugline_gimp.gi_modules import Gimp

from .answering import Call, answered

_MENU: Final = "<Image>/Filters/Tugline"


@dataclass(frozen=True)
class Declaration:
    """``title`` is its entry in the menu, with a mnemonic; ``blurb`` one line, ``help`` all."""

    name: str
    title: str
    blurb: str
    help: str


def declared(plug_in: Any, said: Declaration, work: Callable[[Call], Sequence[object]]) -> Any:
    """Return a procedure without arguments, which does ``work``, for GIMP to register or to run."""
    kind = Gimp.PDBProcType.PLUGIN
    made = Gimp.ImageProcedure.new(plug_in, said.name, kind, answered(work), None)
    # All of them, so that what cannot be is answered in words.
    made.set_image_types("*")
    may = Gimp.ProcedureSensitivityMask
    made.set_sensitivity_mask(may.DRAWABLE | may.DRAWABLES | may.NO_DRAWABLES)
    made.set_menu_label(f"{said.title}...")
    made.add_menu_path(_MENU)
    made.set_documentation(said.blurb, said.help, said.name)
    made.set_attribution("Tugline", "Tugline", "2026")
    return made
