"""The docker "Tugline" as Krita knows it: one a window, all with the same controller."""

from collections.abc import Callable
from typing import Any

from krita import DockWidget

from .guarding import guarded
from .panel import Panel
from .state import Deeds

TITLE = "Tugline"


class TuglineDocker(DockWidget):
    """Holds a Panel; Krita makes one for each of its windows."""

    def __init__(
        self, deeds: Callable[[], Deeds], canvas_changed: Callable[[Any], object] | None = None
    ) -> None:
        """Ask ``deeds`` for the controller now; tell ``canvas_changed`` when Krita shows another.

        What it is told is the krita.Canvas, or None where no document is open.
        """
        super().__init__()
        self.setWindowTitle(TITLE)
        self._canvas_changed = canvas_changed
        self.setWidget(Panel(deeds()))

    @guarded
    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802 - Krita's name
        """Krita shows another canvas in this window, or none."""
        if self._canvas_changed is not None:
            self._canvas_changed(canvas)
