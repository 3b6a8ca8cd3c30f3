"""GIMP as ``host.Editor``: one process of it, which has to do with one image."""

from pathlib import Path
from typing import Final

from tugline_edit.host import Loop

from .document import GimpDocument
from .gi_modules import Gimp
from .glib_loop import GLibLoop

VERSION_LENGTH: Final = 64


class GimpEditor:
    """The GIMP that started this process, and the one document that this process is about."""

    name = "gimp"

    def __init__(self, document: GimpDocument, folder: Path) -> None:
        """Have ``document`` before the artist; ``folder`` is the plug-in's own."""
        self._document = document
        self._folder = folder
        self._loop = GLibLoop()

    @property
    def version(self) -> str:
        """GIMP's version, "3.0.4"."""
        return str(Gimp.version())[:VERSION_LENGTH]

    @property
    def folder(self) -> Path:
        """The plug-in's folder, in which the installer left daemon.json."""
        return self._folder

    @property
    def loop(self) -> Loop:
        """GLib's main loop."""
        return self._loop

    def active(self) -> GimpDocument | None:
        """Return the document, None when the artist has closed its image."""
        return self._document if self._document.is_open else None

    def roots(self) -> frozenset[str]:
        """Return the document's ``root`` while it is open."""
        return frozenset({self._document.root} if self._document.is_open else ())
