"""The docker "Tugline" as Krita knows it: one a window, all with the same controller."""

from collections.abc import Callable
from typing import Any

from krita import DockWidget

from .deeds import Deeds
from .panel import Panel

TITLE = "Tugline"


class TuglineDocker(DockWidget):
    """Holds a Panel; Krita makes one for each of its windows."""

    def __init__(self, deeds: Callable[[], Deeds]) -> None:
        """Ask ``deeds`` for the controller now."""
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setWidget(Panel(deeds()))

    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802 - Krita's name
        """Krita shows another canvas: nothing to do, the desk sees which document is active."""
