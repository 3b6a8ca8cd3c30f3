"""A Krita document's annotations as the store of its edits."""

from typing import Any

from .qt import QtCore

LAYER_PREFIX = "tugline/layer/"


class Annotations:
    """Keys and bytes that Krita keeps in the .kra; a key that is not there reads as b""."""

    def __init__(self, document: Any) -> None:
        """Read and write the annotations of ``document``, a krita.Document."""
        self._document = document

    def read(self, key: str) -> bytes:
        """Return what is kept under ``key``."""
        return bytes(self._document.annotation(key))

    def write(self, key: str, description: str, data: bytes) -> None:
        """Keep ``data`` under ``key``; it is in the file with the artist's next save."""
        self._document.setAnnotation(key, description, QtCore.QByteArray(data))

    def layers(self) -> list[str]:
        """Return the ids of all layers that a record is kept for."""
        keys = [str(key) for key in self._document.annotationTypes()]
        return [key[len(LAYER_PREFIX) :] for key in keys if key.startswith(LAYER_PREFIX)]
