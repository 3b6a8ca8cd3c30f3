"""Tugline's actions as Krita asks for them: for each of its windows once."""

from collections.abc import Callable
from typing import Any

from krita import Extension

from tugline_edit.guarding import guarded

from .actions import WindowActions
from .deeds import Deeds


class TuglineExtension(Extension):
    """Gives every window its actions; all of them do the same ``deeds``."""

    def __init__(self, parent: Any, deeds: Callable[[], Deeds]) -> None:
        """Ask ``deeds`` for the controller when the first window wants its actions."""
        super().__init__(parent)
        self._deeds = deeds
        self._windows: list[WindowActions] = []

    def setup(self) -> None:
        """Nothing is to be done before there is a window."""

    @guarded
    def createActions(self, window: Any) -> None:  # noqa: N802 - Krita's name
        """Make the actions of ``window``."""
        self._windows.append(WindowActions(window, self._deeds()))
