"""Making a layer the active one, when Krita is ready for it."""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit.guarding import guarded

from .nodes import is_open, layer_id, layer_with, rests
from .qt import QtCore

_LOOK_MS: Final = 15
_LOOKS: Final = 400
# Krita's image has to rest over so many looks in a row: what it has to tell its windows is told.
_RESTS: Final = 2


def choose(document: Any, identity: str, wanted: Callable[[], bool] = lambda: True) -> None:
    """Make the layer known by ``identity`` the active one, as soon as Krita shows it.

    Krita adds layers in threads of its own and tells its windows of it later; a layer that is
    activated before that makes it assert. ``wanted`` is asked at the last moment.
    """

    def look(looks: int, rested: int) -> None:
        layer = layer_with(document, identity) if is_open(document) else None
        if layer is None or not wanted():
            return
        chosen = document.activeNode()
        if chosen is not None and layer_id(chosen) == identity:
            return
        rested = rested + 1 if rests(document) else 0
        if rested > _RESTS:
            document.setActiveNode(layer)
        elif looks > 0:
            _soon(lambda: look(looks - 1, rested))

    _soon(lambda: look(_LOOKS, 0))


def _soon(call: Callable[[], object]) -> None:
    QtCore.QTimer.singleShot(_LOOK_MS, guarded(call))
