"""The plug-in as GIMP registers it: its procedures, made when GIMP asks for them.

Nothing of the daemon's wire is imported here: GIMP asks at its start, and waits for the answer.
"""

import sys
from collections.abc import Callable
from typing import Any, Final

from .gi_modules import Gimp
from .procedures.drag import DRAG, drag_procedure
from .procedures.generate import GENERATE, generate_procedure
from .procedures.invert import INVERT, invert_procedure

_MAKERS: Final[dict[str, Callable[[Any], Any]]] = {
    GENERATE: generate_procedure,
    INVERT: invert_procedure,
    DRAG: drag_procedure,
}


class TuglinePlugIn(Gimp.PlugIn):
    """Tugline in GIMP."""

    def do_set_i18n(self, _name: str) -> bool:
        """Say that there are no translations."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Return the names of the procedures."""
        return list(_MAKERS)

    def do_create_procedure(self, name: str) -> Any:
        """Return the procedure called ``name``."""
        return _MAKERS[name](self)


def main() -> None:
    """Let GIMP have the plug-in; returns when what GIMP asked for is done."""
    Gimp.main(TuglinePlugIn.__gtype__, sys.argv)
