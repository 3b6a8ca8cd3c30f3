"""Krita, as ``tugline_edit`` asks for its editor."""

from pathlib import Path
from typing import Any, Final

from .document import KritaDocument
from .nodes import root_id
from .qt_loop import QtLoop

_VERSION_LENGTH: Final = 64


class KritaEditor:
    """The Krita that the plugin runs in (``tugline_edit.host.Editor``)."""

    name = "krita"

    def __init__(self, krita: Any, parent: Any) -> None:
        """Stand for ``krita``, which is Krita.instance(); ``parent``, a QObject, owns timers."""
        self.version = str(krita.version())[:_VERSION_LENGTH]
        self.folder = Path(__file__).parent
        self.loop = QtLoop(parent)
        self._krita = krita

    def active(self) -> KritaDocument | None:
        """Return the document before the artist."""
        document = self._krita.activeDocument()
        return KritaDocument(document) if document is not None else None

    def roots(self) -> frozenset[str]:
        """Return the ``root`` of each document that is open."""
        return frozenset(root_id(document) for document in self._krita.documents())
